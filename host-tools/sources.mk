# SPDX-License-Identifier: BSD-2-Clause
host-programs += hvrun
hvrun-srcs := $(addprefix host-tools/,hvrun.c hvrun_check.c hvrun_options.c hvrun_qemu.c hvrun_ready.c \
	hvrun_stage.c hvrun_table.c hvrun_uboot.c child.c say.c)
hvrun-libs := -levent_core -lfdt

host-programs += muxctl
muxctl-shared-srcs := $(addprefix mux-server/,control_line.c control_path.c nearest.c shell_text.c)
muxctl-srcs := $(addprefix host-tools/,muxctl.c muxctl_actions.c muxctl_attach.c muxctl_commands.c \
	muxctl_completion.c muxctl_escape.c muxctl_find.c muxctl_list.c muxctl_report.c muxctl_server.c \
	muxctl_servers.c muxctl_stream.c muxctl_terminal.c say.c) $(muxctl-shared-srcs)
muxctl-libs := -ljansson

# The hypervisor's own code checks, loads and writes trees: nothing of it is done twice.
host-programs += hvlint
hvlint-srcs := $(addprefix host-tools/,hvlint.c hvlint_check.c hvlint_dtc.c hvlint_findings.c hvlint_images.c hvlint_load.c \
	hvlint_options.c hvlint_show.c hvlint_show_memory.c hvlint_show_partition.c hvlint_source.c \
	hvlint_tree.c child.c say.c) mux-server/completion.c mux-server/shell_text.c $(hv-config-srcs) \
	$(wildcard hv/partition/guest_tree*.c hv/partition/image*.c hv/partition/node_update*.c)
hvlint-libs := -lfdt -ljansson -lz

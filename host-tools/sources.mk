# SPDX-License-Identifier: BSD-2-Clause
host-programs += hvrun
hvrun-srcs := $(addprefix host-tools/,hvrun.c hvrun_options.c hvrun_qemu.c hvrun_ready.c \
	hvrun_stage.c hvrun_table.c hvrun_uboot.c child.c say.c)
hvrun-libs := -levent_core -lfdt

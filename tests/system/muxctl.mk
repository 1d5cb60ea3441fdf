# SPDX-License-Identifier: BSD-2-Clause
muxctl-tests := mux_control mux_reload mux_reload_places muxctl_commands muxctl_attach muxctl_manual mux_install \
	mux_real_clients mux_console_servers
system-tests += $(muxctl-tests)
$(foreach t,$(muxctl-tests),$(eval $(t)-srcs := $(addprefix tests/system/, \
	muxctl_harness.c terminal.c mux_server_harness.c mux_server_board.c)))

$(muxctl-tests:%=$(BUILD)/system/%): | $(BUILD)/bin/mux_server $(BUILD)/asan-gcc/bin/mux_server $(BUILD)/bin/muxctl
muxctl_commands-libs := -ljansson
$(BUILD)/system/mux_console_servers: | $(BUILD)/third-party/rivals

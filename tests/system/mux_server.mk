# SPDX-License-Identifier: BSD-2-Clause
mux-server-tests := mux_targets mux_boot_loader mux_clients mux_logs mux_operations mux_manual mux_command_line mux_activation mux_pace_lines
system-tests += $(mux-server-tests)
$(foreach t,$(mux-server-tests),$(eval $(t)-srcs := \
	tests/system/mux_server_harness.c tests/system/mux_server_board.c $(protocol-srcs)))

$(mux-server-tests:%=$(BUILD)/system/%): | $(BUILD)/bin/mux_server $(BUILD)/asan-gcc/bin/mux_server $(BUILD)/bin/muxctl
mux_operations-libs := -lzstd

entrance-tests := mux_entrances mux_terminals
system-tests += $(entrance-tests)
$(foreach t,$(entrance-tests),$(eval $(t)-srcs := $(addprefix tests/system/, \
	mux_entrance_board.c mux_server_harness.c mux_server_board.c)))
$(entrance-tests:%=$(BUILD)/system/%): | $(BUILD)/bin/mux_server $(BUILD)/asan-gcc/bin/mux_server

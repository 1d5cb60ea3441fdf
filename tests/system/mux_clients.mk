# SPDX-License-Identifier: BSD-2-Clause
mux-client-tests := mux_slow_readers mux_replay mux_telnet_clients
system-tests += $(mux-client-tests)
$(foreach t,$(mux-client-tests),$(eval $(t)-srcs := $(addprefix tests/system/, \
	muxctl_harness.c terminal.c mux_server_harness.c mux_server_board.c)))

$(mux-client-tests:%=$(BUILD)/system/%): | $(BUILD)/bin/mux_server $(BUILD)/asan-gcc/bin/mux_server $(BUILD)/bin/muxctl
mux_slow_readers-libs := -ljansson

# SPDX-License-Identifier: BSD-2-Clause
mux-server-tests := mux_targets
system-tests += $(mux-server-tests)
mux-server-harness := tests/system/mux_server_harness.c tests/system/mux_server_board.c
mux_targets-srcs := $(mux-server-harness) $(protocol-srcs)

$(mux-server-tests:%=$(BUILD)/system/%): | $(BUILD)/bin/mux_server $(BUILD)/asan-gcc/bin/mux_server

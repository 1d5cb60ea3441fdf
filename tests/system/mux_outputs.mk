# SPDX-License-Identifier: BSD-2-Clause
# What mux_server tells besides its clients
mux-output-tests := mux_messages mux_metrics
system-tests += $(mux-output-tests)
$(foreach t,$(mux-output-tests),$(eval $(t)-srcs := $(addprefix tests/system/, \
	mux_server_harness.c mux_server_board.c)))

$(mux-output-tests:%=$(BUILD)/system/%): | $(BUILD)/bin/mux_server $(BUILD)/asan-gcc/bin/mux_server

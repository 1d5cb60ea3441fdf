# SPDX-License-Identifier: BSD-2-Clause
# What is done to mux_server on purpose, or by accident
mux-hostile-tests := mux_original
system-tests += $(mux-hostile-tests)
$(foreach t,$(mux-hostile-tests),$(eval $(t)-srcs = \
	tests/system/mux_server_harness.c tests/system/mux_server_board.c tests/system/mux_server_watch.c $$(protocol-srcs)))

$(mux-hostile-tests:%=$(BUILD)/system/%): | $(BUILD)/bin/mux_server $(BUILD)/asan-gcc/bin/mux_server

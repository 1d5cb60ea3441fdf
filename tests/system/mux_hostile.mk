# SPDX-License-Identifier: BSD-2-Clause
# What is done to mux_server on purpose, or by accident
mux-hostile-tests := mux_original mux_hostile mux_noise mux_garbage mux_memory
system-tests += $(mux-hostile-tests)
$(foreach t,$(mux-hostile-tests),$(eval $(t)-srcs = \
	$$(addprefix tests/system/mux_server_,harness.c board.c watch.c noise.c) $$(protocol-srcs)))

$(mux-hostile-tests:%=$(BUILD)/system/%): | $(BUILD)/bin/mux_server $(BUILD)/asan-gcc/bin/mux_server

$(BUILD)/system/mux_memory: | $(BUILD)/system/fail_alloc.so $(BUILD)/unit/demo.dtb

$(BUILD)/system/fail_alloc.so: tests/system/fail_alloc.c
	@mkdir -p $(@D)
	$(call show,LINK)$(HOSTCC) $(HOST_CFLAGS) -fPIC -shared $< -o $@

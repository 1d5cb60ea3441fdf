# SPDX-License-Identifier: BSD-2-Clause
hvlint-tests := hvlint_faults hvlint_files hvlint_inputs hvlint_show
system-tests += $(hvlint-tests)
$(foreach t,$(hvlint-tests),$(eval $(t)-srcs = $$(harness-srcs) tests/system/hvlint_harness.c)$(eval $(t)-libs = $$(harness-libs)))
$(hvlint-tests:%=$(BUILD)/system/%): | $(BUILD)/asan-gcc/bin/hvlint $(BUILD)/bin/hvlint $(BUILD)/unit/ppce500.dtb $(BUILD)/unit/p4080ds.dtb

$(BUILD)/asan-gcc/bin/hvlint: $(hvlint-srcs:%.c=$(BUILD)/asan-gcc/%.o)
	@mkdir -p $(@D)
	$(call show,LINK)$(HOSTCC) $(SANITIZE) $^ $(hvlint-libs) -o $@
hvlint_inputs-libs += -ljansson

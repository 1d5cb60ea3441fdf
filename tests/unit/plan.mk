# SPDX-License-Identifier: BSD-2-Clause
plan-tests := plan_valid plan_memory plan_partitions plan_images plan_channels plan_doorbells plan_nodes plan_limits plan_hostile
plan-srcs := $(hv-config-srcs) tests/unit/plan_trees.c

unit-tests += $(plan-tests)
$(foreach t,$(plan-tests),$(eval $(t)-srcs := $(plan-srcs))$(eval $(t)-libs := -lfdt))

# The programs read these when they run.
plan-trees := $(BUILD)/unit/demo.dtb $(BUILD)/unit/ppce500.dtb
$(foreach t,$(plan-tests),$(foreach v,gcc clang,$(eval $(BUILD)/asan-$(v)/unit/$(t): | $(plan-trees))))

# A node-update has a chosen node for the guest's root, which dtc wants at this tree's root.
$(BUILD)/unit/demo.dtb: tests/guests/demo/demo.dts
	@mkdir -p $(@D)
	dtc -Wno-chosen_node_is_root -I dts -O dtb -o $@ $<

$(BUILD)/unit/ppce500.dtb: tests/fixtures/ppce500.dts
	@mkdir -p $(@D)
	dtc -I dts -O dtb -o $@ $<

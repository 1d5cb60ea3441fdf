# SPDX-License-Identifier: BSD-2-Clause
guest-tree-srcs := $(wildcard hv/partition/guest_tree*.c hv/partition/node_update*.c) $(hv-config-srcs) \
	tests/unit/guest_tree_fixture.c

guest-tree-tests := guest_tree guest_tree_update guest_tree_devices guest_tree_handles guest_tree_demo guest_tree_boards
unit-tests += $(guest-tree-tests)
$(foreach t,$(guest-tree-tests),$(eval $(t)-srcs := $(guest-tree-srcs))$(eval $(t)-libs := -lfdt))
guest_tree_demo-srcs += tests/unit/plan_trees.c
guest_tree_boards-srcs += tests/unit/plan_trees.c tests/unit/board_trees.c
$(foreach v,gcc clang,$(eval $(BUILD)/asan-$(v)/unit/guest_tree_demo: | $(BUILD)/unit/demo.dtb $(BUILD)/unit/ppce500.dtb)\
	$(eval $(BUILD)/asan-$(v)/unit/guest_tree_boards: | $(addprefix $(BUILD)/unit/,p4080ds.dtb p5040ds.dtb b4860qds.dtb t4240rdb.dtb)))

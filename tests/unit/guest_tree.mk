# SPDX-License-Identifier: BSD-2-Clause
guest-tree-srcs := $(addprefix hv/partition/,guest_tree.c guest_tree_cpus.c guest_tree_nodes.c \
	guest_tree_writer.c node_update.c node_update_phandle.c) tests/unit/guest_tree_fixture.c

unit-tests += guest_tree guest_tree_update guest_tree_demo
guest_tree-srcs := $(guest-tree-srcs)
guest_tree-libs := -lfdt
guest_tree_update-srcs := $(guest-tree-srcs)
guest_tree_update-libs := -lfdt
guest_tree_demo-srcs := $(guest-tree-srcs) $(hv-config-srcs) tests/unit/plan_trees.c
guest_tree_demo-libs := -lfdt
$(foreach v,gcc clang,$(eval $(BUILD)/asan-$(v)/unit/guest_tree_demo: | $(BUILD)/unit/demo.dtb $(BUILD)/unit/ppce500.dtb))

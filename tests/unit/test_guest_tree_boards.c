/* SPDX-License-Identifier: BSD-2-Clause */
/* Guests of real boards, with every device of the machine in one of them. */
#include <libfdt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "tests/unit/board_trees.h"
#include "tests/unit/guest_tree_fixture.h"

static uint8_t tree[TREE_SPACE];

/* A phandle is one node's only. */
static void check_phandles(const char *board)
{
	int node, depth = 0;

	for (node = fdt_next_node(tree, -1, &depth); node >= 0;
	     node = fdt_next_node(tree, node, &depth)) {
		const uint32_t phandle = fdt_get_phandle(tree, node);

		if (phandle && fdt_node_offset_by_phandle(tree, phandle) != node)
			fail_msg("%s: two nodes have phandle 0x%x", board, phandle);
	}
}

static void check_guest(const struct plan_trees *trees, unsigned int part, const char *board)
{
	const struct guest_tree_facts facts = { 0 };
	const struct plan_partition *p = &trees->plan.partitions[part];
	const int size = guest_tree_build(&trees->plan, part, trees->hw, trees->cfg, &facts, tree,
					  sizeof(tree));
	int devices = 0, node;

	if (size < 0)
		fail_msg("%s: %s", board, fdt_strerror(size));
	assert_int_equal(fdt_check_full(tree, (size_t)size), 0);
	fdt_for_each_subnode (node, tree, fdt_path_offset(tree, "/devices"))
		devices++;
	assert_in_range(devices, 2, p->num_devices + 1);
	check_phandles(board);
	print_message("%s %u: %d bytes, %d nodes in /devices\n", board, part, size, devices);
}

static void guests_of_each_board(void **state)
{
	static const char *const boards[] = { "p4080ds", "p5040ds", "b4860qds", "t4240rdb" };

	(void)state;
	for (size_t i = 0; i < sizeof(boards) / sizeof(boards[0]); i++) {
		struct plan_trees *trees = board_trees_load(boards[i]);

		board_trees_share_devices(trees);
		plan_trees_parse(trees);
		assert_int_equal(trees->returned, 0);
		for (unsigned int part = 0; part < trees->plan.num_partitions; part++)
			check_guest(trees, part, boards[i]);
		free(trees);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(guests_of_each_board),
	};

	return cmocka_run_group_tests_name("guests of boards", tests, NULL, NULL);
}

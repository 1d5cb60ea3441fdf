/* SPDX-License-Identifier: BSD-2-Clause */
/* From the demo machine's own trees, through the plan, to what its guests are given. */
#include <libfdt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>

#include "protocol/names.h"
#include "tests/unit/guest_tree_fixture.h"
#include "tests/unit/plan_trees.h"

static uint8_t tree[65536];

/* The tree of partition @part as a fixture, so that its checks can be used. */
static struct fixture build(struct plan_trees *t, unsigned int part)
{
	const struct guest_tree_facts facts = { .initrd_start = 0x2000000,
						.initrd_end = 0x2010000 };
	int size = guest_tree_build(&t->plan, part, t->hw, t->cfg, &facts, tree, sizeof(tree));

	assert_true(size > 0);
	assert_int_equal(fdt_check_full(tree, (size_t)size), 0);
	return (struct fixture){ .tree = tree };
}

static void each_partition_gets_its_own(void **state)
{
	struct plan_trees *t = plan_trees_load();
	struct fixture f;

	(void)state;
	plan_trees_parse(t);
	assert_int_equal(t->returned, 0);
	f = build(t, 0);
	tree_has_string(&f, "/", "label", "p1");
	tree_has_string(&f, "/", "compatible", "fsl,qemu-e500-hv");
	tree_has_cells(&f, "/hypervisor", "guest-id", 1, 1);
	tree_has_cells(&f, "/memory@0", "reg", 4, 0, 0, 0, 0x10000000);
	tree_has_cells(&f, "/cpus/cpu@1", "cpu-release-addr", 2, 0, 0xfffff020);
	tree_has_cells(&f, "/cpus/cpu@0", "timebase-frequency", 1, 400000000);
	tree_has_string(&f, "/aliases", "stdout", "/hypervisor/handles/console");
	tree_has_string(&f, "/chosen", "bootargs", "console=ttyEHV0");
	tree_has_cells(&f, "/chosen", "linux,initrd-end", 2, 0, 0x2010000);
	tree_is_silent_under_dtc(tree);

	f = build(t, 1);
	tree_has_string(&f, "/", "label", "p2");
	tree_has_cells(&f, "/hypervisor", "guest-id", 1, 2);
	tree_has_node(&f, "/cpus/cpu@0");
	tree_lacks_node(&f, "/cpus/cpu@1");
	tree_is_silent_under_dtc(tree);
	free(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_partition_gets_its_own),
	};

	return cmocka_run_group_tests_name("demo guest tree", tests, NULL, NULL);
}

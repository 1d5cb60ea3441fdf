/* SPDX-License-Identifier: BSD-2-Clause */
/* Trees of real boards load without an error, and what is said of them fits on a screen. */
#include "tests/unit/board_trees.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

enum { SCREEN = 20 /* lines */ };

static void check_quiet(const struct plan_trees *trees, const char *board)
{
	if (trees->returned || trees->said.errors || trees->said.warnings > SCREEN)
		fail_msg("%s: %u errors, %u warnings\n%s", board, trees->said.errors,
			 trees->said.warnings, trees->said.all);
}

/* What each device got is its own, or a neighbour's of the same owner. */
static void check_regions(const struct plan *plan)
{
	for (unsigned int i = 0; i < plan->num_devices; i++) {
		const struct plan_device *device = &plan->devices[i];

		assert_in_range(device->first_region + device->num_regions, 0, plan->num_regions);
		for (unsigned int n = 0; n < device->num_regions; n++) {
			const struct plan_region *region = &plan->regions[device->first_region + n];

			assert_in_range(region->tpa, 0xc00000000, 0xfffffffff);
			assert_int_equal(region->gpa, region->tpa);
		}
	}
}

static void devices_of_each_board(void **state)
{
	static const char *const boards[] = { "p2041rdb", "p3041ds",  "p4080ds",  "p5020ds",
					      "p5040ds",  "b4860qds", "t1024rdb", "t1040rdb",
					      "t2080rdb", "t4240rdb" };

	(void)state;
	for (size_t i = 0; i < sizeof(boards) / sizeof(boards[0]); i++) {
		struct plan_trees *trees = board_trees_load(boards[i]);

		board_trees_share_devices(trees);
		plan_trees_parse(trees);
		check_quiet(trees, boards[i]);
		check_regions(&trees->plan);
		assert_in_range(trees->plan.num_devices, 130, PLAN_MAX_DEVICES);
		assert_in_range(trees->plan.num_irqs, 80, PLAN_MAX_IRQS);
		assert_in_range(trees->plan.partitions[0].num_irqs, 20, trees->plan.num_irqs - 20);
		free(trees);
	}
}

static const struct plan_device *find_device(const struct plan_trees *trees, const char *alias)
{
	const int node = fdt_path_offset(trees->hw, alias);

	for (unsigned int i = 0; i < trees->plan.num_devices; i++) {
		if (trees->plan.devices[i].hw_node == node)
			return &trees->plan.devices[i];
	}
	fail_msg("%s is in no partition", alias);
	return NULL;
}

/* Numbers that the manual of the P4080 has as well. */
static void addresses_and_interrupts(void **state)
{
	struct plan_trees *trees = board_trees_load("p4080ds");
	const struct plan *plan = &trees->plan;

	(void)state;
	board_trees_share_devices(trees);
	plan_trees_parse(trees);
	assert_true(plan->has_iommu);
	assert_int_equal(plan->mpic_tpa, 0xffe040000);
	assert_int_equal(plan->reset_tpa, 0xffe0e00b0);
	assert_int_equal(plan->uarts[0].tpa, 0xffe11c500);
	assert_int_equal(plan->num_cpus, 8);

	const struct plan_device *serial = find_device(trees, "serial2");
	assert_int_equal(serial->num_regions, 1);
	assert_int_equal(plan->regions[serial->first_region].tpa, 0xffe11d500);
	assert_int_equal(plan->regions[serial->first_region].size, 0x100);
	const struct plan_irq *irq = plan_find_irq(plan, serial->partition, 37);
	assert_non_null(irq);
	assert_int_equal(irq->sense, 2);
	assert_false(irq->hv);
	/* The console's, which is the hypervisor's alone. */
	assert_null(plan_find_irq(plan, 0, 36));
	assert_null(plan_find_irq(plan, 1, 36));

	/* A host of PCI: registers, and with map-ranges its two windows. */
	const struct plan_device *pci = find_device(trees, "pci0");
	assert_int_equal(pci->num_regions, 3);
	assert_int_equal(plan->regions[pci->first_region].tpa, 0xffe200000);
	assert_int_equal(plan->regions[pci->first_region + 1].tpa, 0xc00000000);
	assert_int_equal(plan->regions[pci->first_region + 1].size, 0x20000000);
	assert_int_equal(plan->regions[pci->first_region + 2].tpa, 0xff8000000);
	/* INTA, C and D, by the interrupt-map of the bridge below it; B is a clock's chip's as
	 * well. */
	assert_non_null(plan_find_irq(plan, pci->partition, 40));
	assert_non_null(plan_find_irq(plan, pci->partition, 2));
	assert_int_equal(plan_find_irq(plan, pci->partition, 3)->sense, 1);
	free(trees);
}

/* Both threads of each of the T4240's twelve cores, and 24 channels on one wire. */
static void as_many_partitions_as_packages_have(void **state)
{
	struct plan_trees *trees = board_trees_load("t4240rdb");
	const struct plan *plan = &trees->plan;

	(void)state;
	board_trees_many_partitions(trees, 23);
	plan_trees_parse(trees);
	check_quiet(trees, "t4240rdb");
	assert_int_equal(plan->num_cpus, 24);
	assert_int_equal(plan->num_partitions, 23);
	assert_int_equal(plan->num_channels, 24);
	for (unsigned int i = 0; i < 24; i++) {
		const struct plan_cpu *cpu = &plan->cpus[i];

		assert_int_equal(cpu->is_thread, cpu->hwid % 2);
		assert_int_equal(cpu->release_tpa != 0, cpu->hwid != 0 && !cpu->is_thread);
		assert_int_equal(plan->muxes[0].channels[i], i);
	}
	free(trees);
}

static void timers_are_the_interrupt_controllers(void **state)
{
	struct plan_trees *trees = board_trees_load("p4080ds");
	const struct tree_edit edits[] = {
		ADD_NODE("/part1/timer"),
		STRING("/part1/timer", "device", "/soc@ffe000000/timer@41100"),
	};

	(void)state;
	board_trees_many_partitions(trees, 2);
	assert_int_equal(fdt_open_into(trees->cfg, trees->cfg, TREE_SPACE), 0);
	for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++)
		plan_trees_edit(trees, &edits[i]);
	plan_trees_parse(trees);
	assert_int_equal(trees->returned, 1);
	assert_non_null(strstr(trees->said.all, "timer@41100"));
	free(trees);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(devices_of_each_board),
		cmocka_unit_test(addresses_and_interrupts),
		cmocka_unit_test(as_many_partitions_as_packages_have),
		cmocka_unit_test(timers_are_the_interrupt_controllers),
	};

	return cmocka_run_group_tests_name("plan: boards", tests, NULL, NULL);
}

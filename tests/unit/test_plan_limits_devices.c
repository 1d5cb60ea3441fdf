/* SPDX-License-Identifier: BSD-2-Clause */
/* The tables for devices, doorbells and managed partitions, full and with one more than that. */
#include "tests/unit/plan_trees.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

#define SOC "/soc@fe0000000"

static void set(struct plan_trees *trees, const struct tree_edit edit)
{
	plan_trees_edit(trees, &edit);
}

#define SET(trees, ...) set(trees, (const struct tree_edit)__VA_ARGS__)

/* The table is full and good; then one more has been added. */
static void check_full(struct plan_trees *trees, bool more, const char *text)
{
	plan_trees_parse(trees);
	if (trees->returned != more)
		fail_msg("%u errors\n%s", trees->returned, trees->said.all);
	if (more && !strstr(trees->said.all, text))
		fail_msg("not reported: %s\n%s", text, trees->said.all);
}

static struct plan_trees *load_with_device(void)
{
	struct plan_trees *trees = plan_trees_load();

	SET(trees, ADD_NODE("hw:/device"));
	SET(trees, STRING("hw:/device", "compatible", "cfi-flash"));
	SET(trees, ADD_NODE("/p1/device"));
	SET(trees, STRING("/p1/device", "device", "/device"));
	return trees;
}

static void append(struct plan_trees *trees, const char *property, const uint32_t *cells,
		   unsigned int count)
{
	uint32_t value[4];

	for (unsigned int i = 0; i < count; i++)
		value[i] = cpu_to_fdt32(cells[i]);
	assert_int_equal(fdt_appendprop(trees->hw, fdt_path_offset(trees->hw, "/device"), property,
					value, (int)(4 * count)),
			 0);
}

static void registers(void **state)
{
	struct plan_trees *trees = load_with_device();

	(void)state;
	/* The hypervisor's UART, interrupt controller and guts have one each. */
	for (uint32_t i = 3; i <= PLAN_MAX_REGIONS; i++) {
		const uint32_t row[] = { 0xc, i << 12, 0, 0x100 };

		if (i == PLAN_MAX_REGIONS)
			check_full(trees, false, "");
		append(trees, "reg", row, 4);
	}
	check_full(trees, true, "holds 768 stretches of registers");
	free(trees);
}

static void interrupts(void **state)
{
	struct plan_trees *trees = load_with_device();
	const uint32_t mpic =
		fdt_get_phandle(trees->hw, fdt_path_offset(trees->hw, SOC "/pic@40000"));

	(void)state;
	append(trees, "interrupt-parent", &mpic, 1);
	for (uint32_t i = 0; i <= PLAN_MAX_IRQS; i++) {
		const uint32_t specifier[] = { 100 + i, 2 };

		if (i == PLAN_MAX_IRQS)
			check_full(trees, false, "");
		append(trees, "interrupts", specifier, 2);
	}
	assert_int_equal(trees->plan.partitions[0].num_irqs, PLAN_MAX_IRQS);
	check_full(trees, true, "holds 512 interrupts of devices");
	free(trees);
}

static void error_configs(void **state)
{
	struct plan_trees *trees = plan_trees_load();
	char path[60];

	(void)state;
	for (unsigned int i = 0; i <= PLAN_MAX_ERROR_CONFIGS; i++) {
		if (i == PLAN_MAX_ERROR_CONFIGS)
			check_full(trees, false, "");
		snprintf(path, sizeof(path), "/hv-config/guts/error-config@%u", i);
		SET(trees, ADD_NODE(path));
		SET(trees, STRING(path, "domain", "misc"));
		SET(trees, STRING(path, "error", "some"));
		SET(trees, STRING(path, "policy", "notify"));
	}
	check_full(trees, true, "holds 32 error-configs");
	free(trees);
}

static void doorbells(void **state)
{
	struct plan_trees *trees = plan_trees_load();
	char path[60];

	(void)state;
	SET(trees, ADD_NODE("/bell"));
	SET(trees, STRING("/bell", "compatible", "doorbell"));
	for (unsigned int i = 0; i <= PLAN_MAX_BELLS; i++) {
		if (i == PLAN_MAX_BELLS)
			check_full(trees, false, "");
		snprintf(path, sizeof(path), "/p1/ring%u", i);
		SET(trees, ADD_NODE(path));
		SET(trees, STRING(path, "compatible", "send-doorbell"));
		SET(trees, REF(path, "global-doorbell", "/bell"));
	}
	check_full(trees, true, "holds 192 doorbell ends");
	free(trees);
}

/* A partition without a core of its own is an error each, and can be managed nevertheless. */
static void managed_partitions(void **state)
{
	enum { PARTITIONS = 9 };
	struct plan_trees *trees = plan_trees_load();
	unsigned int added = 0;
	char path[60], target[20];

	(void)state;
	for (unsigned int i = 3; i <= PARTITIONS; i++) {
		snprintf(path, sizeof(path), "/p%u", i);
		SET(trees, ADD_NODE(path));
		SET(trees, STRING(path, "compatible", "partition"));
	}
	for (unsigned int i = 0; added <= PLAN_MAX_MANAGED; i++) {
		const unsigned int manager = 1 + i / PARTITIONS, managed = 1 + i % PARTITIONS;

		if (manager == managed)
			continue;
		if (added++ == PLAN_MAX_MANAGED) {
			plan_trees_parse(trees);
			assert_int_equal(trees->plan.num_managed, PLAN_MAX_MANAGED);
			assert_null(strstr(trees->said.all, "managed-partitions"));
		}
		snprintf(path, sizeof(path), "/p%u/m%u", manager, managed);
		snprintf(target, sizeof(target), "/p%u", managed);
		SET(trees, ADD_NODE(path));
		SET(trees, STRING(path, "compatible", "managed-partition"));
		SET(trees, REF(path, "partition", target));
	}
	plan_trees_parse(trees);
	assert_non_null(strstr(trees->said.all, "holds 48 managed-partitions"));
	free(trees);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(registers),	      cmocka_unit_test(interrupts),
		cmocka_unit_test(error_configs),      cmocka_unit_test(doorbells),
		cmocka_unit_test(managed_partitions),
	};

	return cmocka_run_group_tests_name("plan: limits of devices", tests, NULL, NULL);
}

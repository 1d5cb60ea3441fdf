/* SPDX-License-Identifier: BSD-2-Clause */
/* Each table of the plan, full to the last entry and with one more than that. */
#include "tests/unit/plan_trees.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

static void set(struct plan_trees *trees, const struct tree_edit edit)
{
	plan_trees_edit(trees, &edit);
}

#define SET(trees, ...) set(trees, (const struct tree_edit)__VA_ARGS__)

/* Fill a table up to @limit with nodes made by @add(trees, i), i counting from @have.  Then one
 * more. */
static void check_limit(unsigned int have, unsigned int limit, const char *things,
			void (*add)(struct plan_trees *trees, unsigned int i))
{
	char words[80];

	for (unsigned int more = 0; more < 2; more++) {
		struct plan_trees *trees = plan_trees_load();

		for (unsigned int i = have; i < limit + more; i++)
			add(trees, i);
		plan_trees_parse(trees);
		if (trees->returned != more)
			fail_msg("%u of %s: %u errors\n%s", limit + more, things, trees->returned,
				 trees->said.all);
		snprintf(words, sizeof(words), "holds %u %s", limit, things);
		if (more && !strstr(trees->said.all, words))
			fail_msg("not reported: %s\n%s", words, trees->said.all);
		free(trees);
	}
}

static void add_area(struct plan_trees *trees, unsigned int i)
{
	char path[40];

	snprintf(path, sizeof(path), "/x%u", i);
	SET(trees, ADD_NODE(path));
	SET(trees, STRING(path, "compatible", "phys-mem-area"));
	SET(trees, CELLS(path, "addr", 0, 0x60000000 + 0x1000 * i));
	SET(trees, CELLS(path, "size", 0, 0x1000));
}

static void areas(void **state)
{
	(void)state;
	check_limit(3, PLAN_MAX_PMAS, "phys-mem-areas", add_area);
}

static void add_guest_area(struct plan_trees *trees, unsigned int i)
{
	char path[40];

	snprintf(path, sizeof(path), "/p1/x%u", i);
	SET(trees, ADD_NODE(path));
	SET(trees, STRING(path, "compatible", "guest-phys-mem-area"));
	SET(trees, REF(path, "phys-mem", "/p2-area"));
	SET(trees, CELLS(path, "guest-addr", i >> 4, i << 28));
}

static void guest_areas(void **state)
{
	(void)state;
	check_limit(2, PLAN_MAX_GPMAS, "guest-phys-mem-areas", add_guest_area);
}

static void add_cpu(struct plan_trees *trees, unsigned int hwid)
{
	char path[40];

	snprintf(path, sizeof(path), "hw:/cpus/cpu@%x", hwid);
	SET(trees, ADD_NODE(path));
	SET(trees, STRING(path, "device_type", "cpu"));
	SET(trees, CELLS(path, "reg", hwid));
	SET(trees, STRING(path, "status", "disabled"));
	SET(trees, STRING(path, "enable-method", "spin-table"));
	SET(trees, CELLS(path, "cpu-release-addr", 0xf, 0xef000000 + 32 * hwid));
}

/* A partition on core @i, and the core; memory is shared. */
static void add_partition(struct plan_trees *trees, unsigned int i)
{
	char part[40], memory[60];

	snprintf(part, sizeof(part), "/x%u", i);
	snprintf(memory, sizeof(memory), "%s/memory", part);
	SET(trees, CELLS("/p1", "cpus", 0, 1)); /* leaves core 2 and those above */
	if (i > 3 && i < PLAN_MAX_CPUS)
		add_cpu(trees, i);
	SET(trees, ADD_NODE(part));
	SET(trees, STRING(part, "compatible", "partition"));
	SET(trees, STRING(part, "label", part));
	/* The one too many is not this one, but p2, which comes last: its core is free. */
	SET(trees, CELLS(part, "cpus", i < PLAN_MAX_CPUS ? i : 1, 1));
	SET(trees, CELLS(part, "dtb-window", 0, 0x1000000, 0, 0x10000));
	SET(trees, ADD_NODE(memory));
	SET(trees, STRING(memory, "compatible", "guest-phys-mem-area"));
	SET(trees, REF(memory, "phys-mem", "/p2-area"));
	SET(trees, CELLS(memory, "guest-addr", 0, 0));
}

static void partitions(void **state)
{
	(void)state;
	check_limit(2, PLAN_MAX_PARTITIONS, "partitions", add_partition);
}

static void add_image(struct plan_trees *trees, unsigned int i)
{
	const int node = fdt_path_offset(trees->cfg, "/p1");
	const uint32_t row[6] = {
		0, cpu_to_fdt32(0x7e000000 + 0x1000 * i),
		0, cpu_to_fdt32(0x8000000 + 0x1000 * i),
		0, cpu_to_fdt32(0x1000),
	};

	assert_int_equal(fdt_appendprop(trees->cfg, node, "load-image-table", row, sizeof(row)), 0);
}

/* p2's images come last, and one more leaves no place for its root file system. */
static void images(void **state)
{
	(void)state;
	check_limit(4, PLAN_MAX_IMAGES, "images", add_image);
}

static void add_device(struct plan_trees *trees, unsigned int i)
{
	char hw[40], cfg[40];

	snprintf(hw, sizeof(hw), "hw:/dev%u", i);
	snprintf(cfg, sizeof(cfg), "/p1/dev%u", i);
	SET(trees, ADD_NODE(hw));
	SET(trees, ADD_NODE(cfg));
	SET(trees, STRING(cfg, "device", hw + 3));
}

static void devices(void **state)
{
	(void)state;
	check_limit(3, PLAN_MAX_DEVICES, "devices", add_device);
}

static void add_uart(struct plan_trees *trees, unsigned int i)
{
	char hw[40], cfg[40];

	snprintf(hw, sizeof(hw), "hw:/uart%u", i);
	snprintf(cfg, sizeof(cfg), "/hv-config/uart%u", i);
	SET(trees, ADD_NODE(hw));
	SET(trees, STRING(hw, "compatible", "ns16550"));
	SET(trees, CELLS(hw, "reg", 0xf, 0x1000 * i, 0, 0x1000));
	SET(trees, CELLS(hw, "clock-frequency", 1843200));
	SET(trees, CELLS(hw, "interrupts", i, 2));
	SET(trees, ADD_NODE(cfg));
	SET(trees, STRING(cfg, "device", hw + 3));
}

static void uarts(void **state)
{
	(void)state;
	check_limit(1, PLAN_MAX_UARTS, "UARTs", add_uart);
}

static void add_mux(struct plan_trees *trees, unsigned int i)
{
	char path[40], uart[40];

	snprintf(path, sizeof(path), "/hv-config/mux%u", i);
	/* There are as many UARTs as multiplexers; the one too many is not asked for its own. */
	snprintf(uart, sizeof(uart), "/hv-config/uart%u", i < PLAN_MAX_UARTS ? i : 1);
	if (i < PLAN_MAX_UARTS)
		add_uart(trees, i);
	SET(trees, ADD_NODE(path));
	SET(trees, STRING(path, "compatible", "byte-channel-mux"));
	SET(trees, REF(path, "endpoint", uart));
}

static void muxes(void **state)
{
	struct plan_trees *trees = plan_trees_load();

	(void)state;
	for (unsigned int i = 1; i < PLAN_MAX_MUXES; i++)
		add_mux(trees, i);
	plan_trees_parse(trees);
	assert_string_equal(trees->said.all, "");
	assert_int_equal(trees->plan.num_muxes, PLAN_MAX_MUXES);

	add_mux(trees, PLAN_MAX_MUXES);
	plan_trees_parse(trees);
	assert_non_null(strstr(trees->said.all, "holds 4 byte-channel-muxes"));
	free(trees);
}

static void add_pair(struct plan_trees *trees, const char *a, const char *b)
{
	SET(trees, ADD_NODE(a));
	SET(trees, STRING(a, "compatible", "byte-channel"));
	SET(trees, ADD_NODE(b));
	SET(trees, STRING(b, "compatible", "byte-channel"));
	SET(trees, REF(a, "endpoint", b));
}

/* A guest has 64 interrupts: 31 byte channels of two each, and the shutdown doorbell's. */
static void channels_of_a_guest(void **state)
{
	struct plan_trees *trees = plan_trees_load();
	char a[40], b[40];

	(void)state;
	for (unsigned int i = 1; i < 31; i++) {
		snprintf(a, sizeof(a), "/p1/c%u", i);
		snprintf(b, sizeof(b), "/p2/c%u", i);
		add_pair(trees, a, b);
	}
	plan_trees_parse(trees);
	assert_string_equal(trees->said.all, "");
	assert_int_equal(trees->plan.partitions[1].shutdown_irq, 64 + 3 * 31);

	SET(trees, ADD_NODE("/p1/last"));
	SET(trees, STRING("/p1/last", "compatible", "byte-channel"));
	SET(trees, REF("/p1/last", "endpoint", "/hv-config/uart-mux"));
	SET(trees, CELLS("/p1/last", "mux-channel", 31));
	plan_trees_parse(trees);
	assert_int_equal(trees->returned, 1);
	assert_string_equal(trees->said.node, "/p1");
	assert_non_null(strstr(trees->said.problem, "need 65 interrupts"));
	assert_non_null(strstr(trees->said.remedy, "at most 31"));
	free(trees);
}

static void channels(void **state)
{
	struct plan_trees *trees = plan_trees_load();
	char path[40];

	(void)state;
	for (unsigned int i = 3; i < PLAN_MAX_CHANNELS + 1; i++) {
		snprintf(path, sizeof(path), "/hv-config/c%u", i);
		SET(trees, ADD_NODE(path));
		SET(trees, STRING(path, "compatible", "byte-channel"));
	}
	plan_trees_parse(trees);
	assert_non_null(strstr(trees->said.all, "holds 128 byte channels"));
	assert_int_equal(trees->plan.num_channels, PLAN_MAX_CHANNELS);
	free(trees);
}

/* All 32 of one multiplexer; the 33rd is told that there is none left. */
static void mux_channels(void **state)
{
	struct plan_trees *trees = plan_trees_load();
	char path[40];

	(void)state;
	for (unsigned int i = 3; i <= PLAN_MUX_CHANNELS; i++) {
		snprintf(path, sizeof(path), "/p%u/c%u", i % 2 + 1, i);
		if (i == PLAN_MUX_CHANNELS) {
			plan_trees_parse(trees);
			assert_string_equal(trees->said.all, "");
		}
		SET(trees, ADD_NODE(path));
		SET(trees, STRING(path, "compatible", "byte-channel"));
		SET(trees, REF(path, "endpoint", "/hv-config/uart-mux"));
		SET(trees, CELLS(path, "mux-channel", i % PLAN_MUX_CHANNELS));
	}
	plan_trees_parse(trees);
	assert_int_equal(trees->returned, 1);
	assert_non_null(strstr(trees->said.problem, "is taken by"));
	assert_non_null(strstr(trees->said.problem, "and so are all others"));
	free(trees);
}

/* Ranges of RAM, in the hardware tree. */
static void ram_ranges(void **state)
{
	(void)state;
	for (unsigned int more = 0; more < 2; more++) {
		struct plan_trees *trees = plan_trees_load();
		const int node = fdt_path_offset(trees->hw, "/memory@0");

		for (unsigned int i = 1; i < PLAN_MAX_MEMORY + more; i++) {
			const uint32_t row[4] = { cpu_to_fdt32(1), cpu_to_fdt32(i << 20), 0,
						  cpu_to_fdt32(0x1000) };

			assert_int_equal(fdt_appendprop(trees->hw, node, "reg", row, sizeof(row)),
					 0);
		}
		plan_trees_parse(trees);
		assert_int_equal(trees->returned, more);
		if (more)
			assert_non_null(strstr(trees->said.problem, "more than 8 ranges"));
		free(trees);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(areas),
		cmocka_unit_test(guest_areas),
		cmocka_unit_test(partitions),
		cmocka_unit_test(images),
		cmocka_unit_test(devices),
		cmocka_unit_test(uarts),
		cmocka_unit_test(muxes),
		cmocka_unit_test(channels),
		cmocka_unit_test(channels_of_a_guest),
		cmocka_unit_test(mux_channels),
		cmocka_unit_test(ram_ranges),
	};

	return cmocka_run_group_tests_name("plan: limits", tests, NULL, NULL);
}

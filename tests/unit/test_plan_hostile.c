/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Trees that were damaged on the way: whatever libfdt's own check lets through, plan_parse() has to
 * survive, and an accepted plan has to keep its promises.  Seeded, so that each run is the same.
 */
#include "tests/unit/plan_trees.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

static uint32_t random_state = 0x18181818;

static uint32_t random_below(uint32_t limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return random_state % limit;
}

/* What everything after plan_parse() trusts without looking. */
static void check_promises(const struct plan *plan)
{
	for (unsigned int i = 0; i < plan->num_gpmas; i++)
		assert_in_range(plan->gpmas[i].pma, 0, plan->num_pmas - 1U);
	for (unsigned int i = 0; i < plan->num_channels; i++) {
		const struct plan_channel *channel = &plan->channels[i];

		if (channel->far == PLAN_FAR_CHANNEL)
			assert_int_equal(plan->channels[channel->peer].peer, i);
		if (channel->far == PLAN_FAR_MUX) {
			assert_in_range(channel->mux, 0, plan->num_muxes - 1U);
			assert_int_equal(plan->muxes[channel->mux].channels[channel->mux_channel],
					 i);
		}
	}
	for (unsigned int i = 0; i < plan->num_muxes; i++)
		assert_in_range(plan->muxes[i].uart, 0, plan->num_uarts - 1U);
	for (unsigned int i = 0; i < plan->num_partitions; i++) {
		const struct plan_partition *part = &plan->partitions[i];
		uint64_t here;

		assert_in_range(part->num_cpus, 1, plan->num_cpus);
		assert_true(plan_gpa_to_tpa(plan, i, part->dtb_gpa, &here) != UINT64_MAX);
		assert_in_range(strnlen(part->label, 4096), 0, 4095);
	}
	assert_int_not_equal(plan->mpic_size, 0);
	assert_int_not_equal(plan->hv_memory.size, 0);
}

/* Change one byte anywhere, or one cell to a number that is often wrong: an end, a phandle, a size.
 */
static void damage(unsigned char *tree, size_t size)
{
	static const uint32_t cells[] = { 0,	      1,	  2,	     3,		 4,
					  5,	      8,	  0x1000,    0x10000000, 0x7fffffff,
					  0x80000000, 0xfffff000, 0xffffffff };

	if (random_below(2)) {
		tree[random_below((uint32_t)size)] ^= (unsigned char)(1U << random_below(8));
	} else {
		const uint32_t cell = cpu_to_fdt32(cells[random_below(sizeof(cells) / 4)]);

		memcpy(tree + 4 * random_below((uint32_t)size / 4), &cell, sizeof(cell));
	}
}

/* Parse with one of the trees in a block without slack, so that a byte read beyond its end is seen.
 */
static bool parse_tight(struct plan_trees *trees, bool in_hw, const void *tree, size_t size)
{
	const void **slot = in_hw ? &trees->in.hw_fdt : &trees->in.cfg_fdt;
	const void *whole = *slot;

	if (fdt_check_full(tree, size) != 0)
		return false;
	*slot = tree;
	plan_trees_parse(trees);
	*slot = whole;
	assert_int_equal(trees->returned, trees->said.errors);
	if (trees->returned == 0)
		check_promises(&trees->plan);
	return true;
}

static void survive_damage(bool in_hw)
{
	enum { ROUNDS = 20000, MOST = 4 };
	struct plan_trees *trees = plan_trees_load();
	void *whole = in_hw ? trees->hw : trees->cfg;
	unsigned int parsed = 0, refused = 0;

	assert_int_equal(fdt_pack(whole), 0);
	const size_t size = fdt_totalsize(whole);
	unsigned char *tight = malloc(size);
	assert_non_null(tight);
	for (int round = 0; round < ROUNDS; round++) {
		memcpy(tight, whole, size);
		for (uint32_t n = 1 + random_below(MOST); n > 0; n--)
			damage(tight, size);
		if (parse_tight(trees, in_hw, tight, size)) {
			parsed++;
			refused += trees->returned != 0;
		}
	}
	/* Else the damage was too great or too small to have tested anything. */
	assert_in_range(parsed, ROUNDS / 5, ROUNDS);
	assert_in_range(refused, ROUNDS / 20, parsed - ROUNDS / 100);
	free(tight);
	free(trees);
}

static void damaged_configuration(void **state)
{
	(void)state;
	survive_damage(false);
}

static void damaged_hardware(void **state)
{
	(void)state;
	survive_damage(true);
}

static void cut_short(void **state)
{
	struct plan_trees *trees = plan_trees_load();

	(void)state;
	assert_int_equal(fdt_pack(trees->cfg), 0);
	const size_t size = fdt_totalsize(trees->cfg);
	for (size_t len = 0; len < size; len += 4) {
		unsigned char *tight = malloc(len ? len : 1);

		assert_non_null(tight);
		memcpy(tight, trees->cfg, len);
		/* A loader that lost the end and did not correct the header, and one that did. */
		assert_false(parse_tight(trees, false, tight, len));
		if (len >= sizeof(struct fdt_header)) {
			fdt_set_totalsize(tight, (uint32_t)len);
			parse_tight(trees, false, tight, len);
		}
		free(tight);
	}
	free(trees);
}

/* A tree deeper than any stack. */
static void nested_deeply(void **state)
{
	struct plan_trees *trees = plan_trees_load();

	(void)state;
	assert_int_equal(fdt_create(trees->cfg, TREE_SPACE), 0);
	assert_int_equal(fdt_finish_reservemap(trees->cfg), 0);
	fdt_begin_node(trees->cfg, "");
	for (int depth = 0; depth < 6000; depth++)
		assert_int_equal(fdt_begin_node(trees->cfg, "x"), 0);
	assert_int_equal(fdt_property_string(trees->cfg, "compatible", "hv-config"), 0);
	for (int depth = 0; depth < 6000; depth++)
		assert_int_equal(fdt_end_node(trees->cfg), 0);
	fdt_end_node(trees->cfg);
	assert_int_equal(fdt_finish(trees->cfg), 0);
	plan_trees_parse(trees);
	assert_non_null(strstr(trees->said.all, "no hv-memory"));
	/* Its path is longer than a line: it is shortened, not lost. */
	assert_string_equal(trees->said.node, ".../x");
	free(trees);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(damaged_configuration),
		cmocka_unit_test(damaged_hardware),
		cmocka_unit_test(cut_short),
		cmocka_unit_test(nested_deeply),
	};

	return cmocka_run_group_tests_name("plan: hostile", tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Findings about doorbells, and how a plan numbers them. */
#include "tests/unit/plan_trees.h"

#include <libfdt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BELL ADD_NODE("/bell"), STRING("/bell", "compatible", "doorbell")
#define SEND(path) ADD_NODE(path), STRING(path, "compatible", "send-doorbell")
#define RECEIVE(path) ADD_NODE(path), STRING(path, "compatible", "receive-doorbell")

static const struct plan_case cases[] = {
	{ "global-doorbell is missing",
	  { SEND("/p1/ring") },
	  PLAN_ERROR,
	  "/p1/ring",
	  "global-doorbell",
	  "is missing",
	  "name a doorbell" },
	{ "global-doorbell dangles",
	  { SEND("/p1/ring"), CELLS("/p1/ring", "global-doorbell", 0x777) },
	  PLAN_ERROR,
	  "/p1/ring",
	  "global-doorbell",
	  "no node has phandle 0x777",
	  "<&label>" },
	{ "global-doorbell is something else",
	  { RECEIVE("/p1/heard"), REF("/p1/heard", "global-doorbell", "/p1-area") },
	  PLAN_ERROR,
	  "/p1/heard",
	  "global-doorbell",
	  "p1-area is no doorbell",
	  "name one" },
	{ "nobody hears it",
	  { BELL, SEND("/p1/ring"), REF("/p1/ring", "global-doorbell", "/bell") },
	  PLAN_WARNING,
	  "/p1/ring",
	  "global-doorbell",
	  "nobody hears",
	  "receive-doorbell" },
	{ "nobody rings it",
	  { BELL, RECEIVE("/p1/heard"), REF("/p1/heard", "global-doorbell", "/bell") },
	  PLAN_WARNING,
	  "/p1/heard",
	  "global-doorbell",
	  "nobody rings",
	  "send-doorbell" },
	{ "called as the shutdown doorbell",
	  { BELL, RECEIVE("/p2/shutdown"), REF("/p2/shutdown", "global-doorbell", "/bell"),
	    SEND("/p1/ring"), REF("/p1/ring", "global-doorbell", "/bell") },
	  PLAN_ERROR,
	  "/p2/shutdown",
	  NULL,
	  "another node shutdown",
	  "another name" },
};

static void test_numbers(void **state)
{
	static const struct tree_edit edits[] = {
		BELL,
		RECEIVE("/p1/heard"),
		REF("/p1/heard", "global-doorbell", "/bell"),
		SEND("/p1/ring"),
		REF("/p1/ring", "global-doorbell", "/bell"),
		RECEIVE("/p2/heard"),
		REF("/p2/heard", "global-doorbell", "/bell"),
	};
	struct plan_trees *trees = plan_trees_load();
	const struct plan *plan = &trees->plan;

	(void)state;
	for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++)
		plan_trees_edit(trees, &edits[i]);
	plan_trees_parse(trees);
	assert_int_equal(trees->returned, 0);
	assert_int_equal(trees->said.warnings, 0);
	assert_int_equal(plan->num_bells, 3);
	/* p1: the console has 64 to 66; what sends comes first. */
	assert_int_equal(plan->partitions[0].num_bells, 2);
	assert_string_equal(plan->bells[0].name, "ring");
	assert_int_equal(plan->bells[0].handle, 67);
	assert_string_equal(plan->bells[1].name, "heard");
	assert_int_equal(plan->bells[1].handle, 68);
	assert_int_equal(plan->bells[1].vint, 2);
	assert_int_equal(plan->partitions[0].shutdown_irq, 69);
	assert_int_equal(plan->bells[2].partition, 1);
	assert_int_equal(plan->bells[2].handle, 67);
	assert_int_equal(plan->bells[2].doorbell, plan->bells[0].doorbell);
	assert_int_equal(plan->partitions[1].shutdown_irq, 68);
	free(trees);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
	};
	int failed = plan_cases_run(cases, sizeof(cases) / sizeof(cases[0]));

	return failed + cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine of managed.dts. */
#ifndef TESTS_SYSTEM_MANAGED_H
#define TESTS_SYSTEM_MANAGED_H

#include "tests/system/harness.h"

enum { MANAGED_GUESTS = 4 };

struct managed {
	struct machine machine;
	struct stream *hv, *guests[MANAGED_GUESTS + 1]; /* by number, from 1; p2 does not run yet */
};

/* Boot it, until all but p2 have their prompts. */
void managed_boot(struct managed *m);

/* A command of guest @guest, and what it says. */
void managed_call(struct managed *m, unsigned int guest, const char *line, const char *expected);

/* True when there is time: in make soak. */
bool managed_soak(void);

#define MANAGED_TEST(name) cmocka_unit_test_setup_teardown(name, harness_setup, harness_teardown)

#endif

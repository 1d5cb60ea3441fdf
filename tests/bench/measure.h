/* SPDX-License-Identifier: BSD-2-Clause */
/* What was measured, of mux_server and of its rivals, and whether that is good enough. */
#ifndef TESTS_BENCH_MEASURE_H
#define TESTS_BENCH_MEASURE_H

#include <stdio.h>

#include "tests/bench/subject.h"

enum { MEASURE_RUNS_MAX = 20 };

enum measure_goal {
	MEASURE_NO_GOAL,
	MEASURE_AT_LEAST,	/* limit, in the measure's unit */
	MEASURE_AT_MOST,	/* the same */
	MEASURE_RATIO_AT_LEAST, /* limit times the best rival of against */
	MEASURE_RATIO_AT_MOST,	/* the same */
};

struct measure {
	const char *name; /* with its unit */
	enum measure_goal goal;
	double limit;
	unsigned against; /* bit 1 << kind: rivals that the goal speaks of */
	struct series {
		double values[MEASURE_RUNS_MAX];
		int count;
	} series[SUBJECT_KINDS][2]; /* as it comes, tuned */
};

enum measure_verdict { MEASURE_PASSED, MEASURE_MISSED, MEASURE_INFORMS };

/* Add one run's value, and a line to the file of raw data. */
void measure_add(struct measure *measure, enum subject_kind kind, bool tuned, double value);

/* Where raw data of a row go from now on: lines "row,measure,who,tuned,value". */
void measure_set_raw(FILE *raw, const char *row);

void measure_print_heading(void);

/* Print the lines of one measure: one for each rival that has values, or one. */
enum measure_verdict measure_print(const struct measure *measure);

#endif

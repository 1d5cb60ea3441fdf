/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of the table: each runs mux_server and its rivals in turn and adds to its measures. */
#ifndef TESTS_BENCH_ROW_H
#define TESTS_BENCH_ROW_H

#include "tests/bench/measure.h"

struct row {
	const char *name; /* as in BENCH=name,name */
	struct measure *measures;
	int count;
	void (*run)(const struct row *row); /* once; the bench repeats it */
};

/* A quick bench checks bytes, not speed: each part as short as it can be. */
extern bool row_quick;

/* Can this rival be measured here? */
bool row_has(enum subject_kind kind);

extern const struct row row_relay, row_channels, row_bytes, row_up, row_logs, row_stuck;
extern const struct row row_echo, row_echo_load, row_echo_pty;
extern const struct row row_line, row_line_tcp, row_watchers;
extern const struct row row_memory, row_codec;

#define ROW_MEASURES(array) .measures = array, .count = sizeof(array) / sizeof((array)[0])

#endif

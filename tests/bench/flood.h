/* SPDX-License-Identifier: BSD-2-Clause */
/* As much as goes through, checked byte for byte. */
#ifndef TESTS_BENCH_FLOOD_H
#define TESTS_BENCH_FLOOD_H

#include "tests/bench/stream.h"

struct flood {
	double seconds;
	double payload; /* bytes at the clients */
	double wire;	/* bytes at the board */
	double cpu;	/* seconds of the server */
	double own_cpu; /* seconds of this program */
};

/*
 * The board sends periods of @stream for @seconds, at least one; each of the clients must get its
 * channel's payload.  The time is until they have it all.
 */
struct flood flood_down(const struct stream *stream, int board, const int clients[],
			double seconds);

/* The clients send, each its channel's payload; the board must get it. */
struct flood flood_up(const struct stream *stream, int board, const int clients[], double seconds);

#endif

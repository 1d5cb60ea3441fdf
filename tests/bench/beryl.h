/* SPDX-License-Identifier: BSD-2-Clause */
/* mux_server between a board and one client for each channel. */
#ifndef TESTS_BENCH_BERYL_H
#define TESTS_BENCH_BERYL_H

#include <stdbool.h>

#include "protocol/mux.h"

struct bench {
	int board;
	int clients[MUX_HOST_CHANNELS];
	int channels;
	int first_port; /* channel n is on this port plus n */
};

/*
 * Start the server, $MUX_SERVER or build/bin/mux_server, with @channels channels and one client on
 * each.  The board is a TCP port or a pty.  @option, if not NULL, is one more argument.
 */
void beryl_start(struct bench *bench, int channels, bool pty, const char *option);

/* Close all connections and stop what is between them. */
void bench_stop(struct bench *bench);

#endif

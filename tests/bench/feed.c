/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Flood mux_server by hand: one measurement per line, for work on its speed.
 *
 *     build/bench/feed [up] CHANNELS RUN ESCAPES [SECONDS [TIMES]]
 *
 * A board on a TCP port, one client for each channel, runs of RUN bytes in turn, ESCAPES percent of
 * them 0x18, each run announced; "up": from the clients to the board.  SECONDS is 2 and TIMES 3 if
 * not given.  The server is $MUX_SERVER or build/bin/mux_server, on the first core; the feeder is
 * on the last.  Every byte is checked.  For example, runs of one byte over 32 channels:
 *
 *     build/bench/feed 32 1 0
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/say.h"
#include "tests/bench/subject.h"
#include "tests/bench/flood.h"
#include "tests/bench/machine.h"

static void print_flood(const struct flood *flood)
{
	printf("payload %7.1f MB/s  wire %7.1f MB/s  server %6.2f ns per payload byte, "
	       "%5.2f per wire byte, %3.0f %% of a core  feeder %3.0f %%\n",
	       flood->payload / flood->seconds / 1e6, flood->wire / flood->seconds / 1e6,
	       flood->cpu / flood->payload * 1e9, flood->cpu / flood->wire * 1e9,
	       flood->cpu / flood->seconds * 100, flood->own_cpu / flood->seconds * 100);
	fflush(stdout);
}

int main(int argc, char **argv)
{
	bool up = argc > 1 && strcmp(argv[1], "up") == 0;
	const char *const *arg = (const char *const *)argv + up;
	int channels, run, escapes, times;
	struct stream stream;
	double seconds;

	argc -= up;
	say_set_program("feed");
	channels = argc > 1 ? atoi(arg[1]) : 0;
	run = argc > 2 ? atoi(arg[2]) : 0;
	escapes = argc > 3 ? atoi(arg[3]) : -1;
	seconds = argc > 4 ? atof(arg[4]) : 2;
	times = argc > 5 ? atoi(arg[5]) : 3;
	if (channels < 1 || channels > MUX_HOST_CHANNELS || run < 1 || run > 1 << 20 ||
	    escapes < 0 || escapes > 100) {
		say_error("usage: feed [up] CHANNELS(1-%d) RUN ESCAPES(0-100) [SECONDS [TIMES]]",
			  MUX_HOST_CHANNELS);
		return 2;
	}

	struct subject_plan plan = { .kind = SUBJECT_BERYL,
				     .channels = channels,
				     .clients = channels };

	machine_init();
	stream_make(&stream, channels, (size_t)run, escapes);
	for (int i = 0; i < times; i++) {
		struct subject subject;
		struct flood flood;

		subject_start(&subject, &plan);
		flood = (up ? flood_up : flood_down)(&stream, subject.board, subject.clients,
						     seconds);
		subject_stop(&subject);
		print_flood(&flood);
	}
	stream_free(&stream);
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* As much as goes through, in several shapes. */
#include "tests/bench/flood.h"
#include "tests/bench/row.h"

#include <stdlib.h>

static double duration(void)
{
	return row_quick ? 0 : 0.5;
}

/* Measure bytes of payload and the server's processor time for each. */
static void flood_beryl(const struct row *row, const struct subject_plan *plan, size_t run,
			int escapes, bool up)
{
	struct subject subject;
	struct stream stream;
	struct flood flood;

	stream_make(&stream, plan->channels, run, escapes);
	subject_start(&subject, plan);
	flood = (up ? flood_up : flood_down)(&stream, subject.board, subject.clients, duration());
	subject_stop(&subject);
	stream_free(&stream);
	measure_add(&row->measures[0], SUBJECT_BERYL, false, flood.payload / flood.seconds / 1e6);
	measure_add(&row->measures[1], SUBJECT_BERYL, false, flood.cpu / flood.payload * 1e9);
}

/* A relay is given the same wire, and shall hand on all of it. */
static void flood_socat(const struct row *row, bool tuned)
{
	const struct subject_plan plan = {
		.kind = SUBJECT_SOCAT, .tuned = tuned, .channels = 1, .clients = 1
	};
	struct stream framed, stream;
	struct subject subject;
	struct flood flood;

	stream_make(&framed, 1, 4096, 0);
	stream_make_undecoded(&stream, &framed);
	subject_start(&subject, &plan);
	flood = flood_down(&stream, subject.board, subject.clients, duration());
	subject_stop(&subject);
	stream_free(&stream);
	stream_free(&framed);
	measure_add(&row->measures[0], SUBJECT_SOCAT, tuned, flood.payload / flood.seconds / 1e6);
	measure_add(&row->measures[1], SUBJECT_SOCAT, tuned, flood.cpu / flood.payload * 1e9);
}

static void run_relay(const struct row *row)
{
	struct subject_plan plan = { .channels = 1, .clients = 1 };

	if (row_quick) { /* even if we get no time to read */
		plan.options[0] = "--slow-reader";
		plan.options[1] = "block";
	}
	if (row_has(SUBJECT_SOCAT))
		flood_socat(row, false);
	flood_beryl(row, &plan, 4096, 0, false);
	if (row_has(SUBJECT_SOCAT))
		flood_socat(row, true);
}

static void run_channels(const struct row *row)
{
	flood_beryl(row, &(struct subject_plan){ .channels = 8, .clients = 8 }, 64, 1, false);
}

static void run_bytes(const struct row *row)
{
	flood_beryl(row, &(struct subject_plan){ .channels = 32, .clients = 32 }, 1, 0, false);
}

static void run_up(const struct row *row)
{
	flood_beryl(row, &(struct subject_plan){ .channels = 1, .clients = 1 }, 64, 100, true);
}

static void run_logs(const struct row *row)
{
	const struct subject_plan plan = { .channels = 8,
					   .clients = 8,
					   .options = { "--log-dir", "build/bench/logs" } };

	flood_beryl(row, &plan, 64, STREAM_TEXT, false);
	if (system("rm -rf build/bench/logs") != 0)
		perror("build/bench/logs");
}

/* The ninth client is on channel 0 beside the first, and never reads. */
static void run_stuck(const struct row *row)
{
	flood_beryl(row, &(struct subject_plan){ .channels = 8, .clients = 9 }, 64, 1, false);
}

static struct measure relay[] = {
	{ .name = "1 channel, runs of 4096: MB/s",
	  .goal = MEASURE_RATIO_AT_LEAST,
	  .limit = 0.8,
	  .against = 1u << SUBJECT_SOCAT },
	{ .name = "  its CPU: ns per byte" },
};
static struct measure channels[] = {
	{ .name = "8 channels, runs of 64, 1 % escapes: MB/s",
	  .goal = MEASURE_AT_LEAST,
	  .limit = 125 },
	{ .name = "  its CPU: ns per byte" },
};
static struct measure bytes[] = {
	{ .name = "32 channels, runs of 1: MB/s of payload",
	  .goal = MEASURE_AT_LEAST,
	  .limit = 40 },
	{ .name = "  its CPU: ns per byte of payload" },
};
static struct measure up[] = {
	{ .name = "client to board, all escapes: MB/s", .goal = MEASURE_AT_LEAST, .limit = 34 },
	{ .name = "  its CPU: ns per byte" },
};
static struct measure logs[] = {
	{ .name = "8 channels, runs of 64, text, with logs: MB/s" },
	{ .name = "  its CPU: ns per byte" },
};
static struct measure stuck[] = {
	{ .name = "8 channels, runs of 64, a stuck client: MB/s" },
	{ .name = "  its CPU: ns per byte" },
};

const struct row row_relay = { "relay", ROW_MEASURES(relay), .run = run_relay };
const struct row row_channels = { "channels", ROW_MEASURES(channels), .run = run_channels };
const struct row row_bytes = { "bytes", ROW_MEASURES(bytes), .run = run_bytes };
const struct row row_up = { "up", ROW_MEASURES(up), .run = run_up };
const struct row row_logs = { "logs", ROW_MEASURES(logs), .run = run_logs };
const struct row row_stuck = { "stuck", ROW_MEASURES(stuck), .run = run_stuck };

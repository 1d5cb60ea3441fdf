/* SPDX-License-Identifier: BSD-2-Clause */
/* How long a key takes: client, server, board, server, client. */
#include "tests/bench/row.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "protocol/mux.h"
#include "tests/bench/machine.h"
#include "tests/bench/wire.h"

enum {
	ECHOES_MAX = 1000,
	THINK_NS = 87000,  /* the board answers after one character's time at 115200 baud */
	PAUSE_NS = 100000, /* between keys, at least */
	PATIENCE_S = 10,
	BURST = 16,	    /* bytes: the threshold of a 16550's FIFO */
	BURST_NS = 1543210, /* between bursts: 90 % of 115200 baud */
};

struct echo {
	struct subject subject;
	bool framed;
	bool loaded;   /* the board prints on channel 0 all the time */
	int64_t burst; /* when the next one is due */
};

/* The board prints @len bytes on @channel. */
static void print_on(struct echo *echo, int channel, const uint8_t *data, size_t len)
{
	uint8_t wire[BURST + 2] = { MUX_ESCAPE, (uint8_t)(MUX_COMMAND_CHANNEL + channel) };
	size_t head = echo->framed ? 2 : 0;

	memcpy(wire + head, data, len);
	wire_put(echo->subject.board, wire, head + len);
}

/* Keep the load up, and its reader awake. */
static void pump(struct echo *echo, int64_t now, int typing)
{
	uint8_t text[4096];

	if (!echo->loaded || now < echo->burst)
		return;
	echo->burst += BURST_NS;
	memset(text, 'x', BURST);
	print_on(echo, 0, text, BURST);
	if (typing != 0)
		while (read(echo->subject.clients[0], text, sizeof(text)) > 0)
			;
}

/* Wait, without sleeping, until @key arrives at @fd; returns when that was. */
static int64_t expect_key(struct echo *echo, int fd, uint8_t key, int typing)
{
	int64_t begin = machine_now(), now = begin;
	uint8_t bytes[4096];

	while (now - begin < PATIENCE_S * INT64_C(1000000000)) {
		ssize_t len = read(fd, bytes, sizeof(bytes));

		now = machine_now();
		if (len > 0 && memchr(bytes, key, (size_t)len))
			return now;
		if (len == 0)
			break;
		pump(echo, now, typing);
	}
	machine_check();
	machine_fail("a key did not come back");
}

static int compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

/* Let time pass, without sleeping. */
static int64_t wait_until(struct echo *echo, int64_t until, int typing)
{
	int64_t now;

	while ((now = machine_now()) < until)
		pump(echo, now, typing);
	return now;
}

/*
 * Type @count keys, the next one @pause_ns or up to twice that after the echo; adds p50 and p99 of
 * the time on the way there and back.  Without the board's time to think and such a pause, who is
 * slow enough would find the next byte waiting, and be spared from going to sleep and waking up.
 */
static void type_keys(struct echo *echo, struct measure *p50, const struct subject_plan *plan,
		      int count, int64_t pause_ns)
{
	static int64_t took[ECHOES_MAX];
	int64_t now = machine_now(), pause;
	uint32_t random = 1;

	echo->burst = now;
	for (int i = 0; i < count; i++) {
		int typing = echo->framed ? i % plan->channels : 0;
		uint8_t key = (uint8_t)(0xe0 + i % 16); /* nothing else on the wire looks so */
		int64_t begin, there, back;

		if (echo->loaded && plan->channels > 1)
			typing = 1 + i % (plan->channels - 1);
		random = random * 1664525 + 1013904223;
		pause = pause_ns + (int64_t)((uint64_t)pause_ns * (random >> 16) >> 16);
		begin = wait_until(echo, now + pause, typing);
		wire_put(echo->subject.clients[typing], &key, 1);
		there = expect_key(echo, echo->subject.board, key, typing);
		back = wait_until(echo, there + THINK_NS, typing);
		print_on(echo, typing, &key, 1);
		now = expect_key(echo, echo->subject.clients[typing], key, typing);
		took[i] = there - begin + now - back;
	}
	qsort(took, (size_t)count, sizeof(took[0]), compare);
	measure_add(&p50[0], plan->kind, plan->tuned, (double)took[count / 2] / 1e3);
	measure_add(&p50[1], plan->kind, plan->tuned, (double)took[count * 99 / 100] / 1e3);
}

static void measure_echo(struct measure *p50, struct subject_plan plan, bool loaded, int count,
			 int64_t pause_ns)
{
	struct echo echo = { .framed = plan.kind == SUBJECT_BERYL, .loaded = loaded };

	plan.clients = plan.channels;
	subject_start(&echo.subject, &plan);
	if (row_quick)
		type_keys(&echo, p50, &plan, 16, pause_ns / 100);
	else
		type_keys(&echo, p50, &plan, count, pause_ns);
	subject_stop(&echo.subject);
}

/* Idle otherwise; every rival with one console. */
static void run_echo(const struct row *row)
{
	static const int channels[] = { 1, 8, 32, 95 };
	struct subject_plan plan = { .channels = 1 };

	for (int kind = SUBJECT_SOCAT; kind < SUBJECT_KINDS; kind++) {
		plan.kind = (enum subject_kind)kind;
		for (int tuned = 0; tuned < 2 && row_has(plan.kind); tuned++) {
			plan.tuned = tuned;
			if (!tuned || subject_tuning(plan.kind, true))
				measure_echo(row->measures, plan, false,
					     kind == SUBJECT_SER2NET ? 100 : ECHOES_MAX, PAUSE_NS);
		}
	}
	/* The others' goals are about the same socat. */
	for (int i = 0; i < 4; i++)
		measure_echo(&row->measures[2 * i],
			     (struct subject_plan){ .channels = channels[i] }, false, ECHOES_MAX,
			     PAUSE_NS);
	for (int i = 2; i < row->count; i++)
		for (int tuned = 0; tuned < 2; tuned++)
			row->measures[i].series[SUBJECT_SOCAT][tuned] =
				row->measures[i % 2].series[SUBJECT_SOCAT][tuned];
}

static void run_loaded(const struct row *row, bool pty)
{
	struct subject_plan plan = { .channels = 1, .pty = pty, .kind = SUBJECT_SOCAT };

	for (int tuned = 0; tuned < 2 && row_has(SUBJECT_SOCAT); tuned++) {
		plan.tuned = tuned;
		/* As it comes each key takes 40 ms. */
		measure_echo(row->measures, plan, true, tuned ? 400 : 50, 1000000);
	}
	plan = (struct subject_plan){ .channels = 8, .pty = pty };
	measure_echo(row->measures, plan, true, 400, 1000000);
	measure_echo(&row->measures[2], plan, true, 10, 110000000);
}

static void run_echo_load(const struct row *row)
{
	run_loaded(row, false);
}

static void run_echo_pty(const struct row *row)
{
	run_loaded(row, true);
}

#define P50(what)                                                                                  \
	{                                                                                          \
		.name = what, .goal = MEASURE_RATIO_AT_MOST, .limit = 1.3,                         \
		.against = 1u << SUBJECT_SOCAT                                                     \
	}
#define P99(what)                                                                                  \
	{                                                                                          \
		.name = what, .goal = MEASURE_RATIO_AT_MOST, .limit = 2,                           \
		.against = 1u << SUBJECT_SOCAT                                                     \
	}

static struct measure echo[] = {
	P50("echo, 1 channel: p50 us"),	  P99("  p99 us"),
	P50("echo, 8 channels: p50 us"),  P99("  p99 us"),
	P50("echo, 32 channels: p50 us"), P99("  p99 us"),
	P50("echo, 95 channels: p50 us"), P99("  p99 us"),
};
static struct measure echo_load[] = {
	P50("echo, 115200 line at 90 %, TCP: p50 us"),
	P99("  p99 us"),
	{ .name = "  after 0.1 s without keys: p50 us" },
	{ .name = "  slowest of ten us" },
};
static struct measure echo_pty[] = {
	P50("echo, 115200 line at 90 %, pty: p50 us"),
	P99("  p99 us"),
	{ .name = "  after 0.1 s without keys: p50 us" },
	{ .name = "  slowest of ten us" },
};

const struct row row_echo = { "echo", ROW_MEASURES(echo), .run = run_echo };
const struct row row_echo_load = { "echo-load", ROW_MEASURES(echo_load), .run = run_echo_load };
const struct row row_echo_pty = { "echo-pty", ROW_MEASURES(echo_pty), .run = run_echo_pty };

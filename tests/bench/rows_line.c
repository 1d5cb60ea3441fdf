/* SPDX-License-Identifier: BSD-2-Clause */
/* What a slow line costs: 115200 baud, arriving in pieces of a millisecond. */
#include "tests/bench/row.h"

#include <errno.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/machine.h"
#include "tests/bench/wire.h"

enum { BYTES_PER_S = 11520, PIECE_NS = 1000000, PATIENCE_MS = 10000 };

struct line {
	const struct subject *subject;
	uint64_t sent;
	uint64_t got[SUBJECT_CLIENTS_MAX];
	int64_t begin;
};

/* Take what has come, so that nobody has to wait for us. */
static void drain(struct line *line)
{
	char bytes[4096];
	ssize_t len;

	for (int i = 0; i < line->subject->client_count; i++)
		while ((len = read(line->subject->clients[i], bytes, sizeof(bytes))) > 0)
			line->got[i] += (uint64_t)len;
}

/* Send the pieces numbered from @first on, each at its time. */
static void send_pieces(struct line *line, uint64_t first, uint64_t count)
{
	static const char text[16] = "slow and steady ";

	for (uint64_t i = first; i < first + count; i++) {
		uint64_t due = (i + 1) * BYTES_PER_S / (1000000000 / PIECE_NS);
		int64_t at = line->begin + (int64_t)i * PIECE_NS;
		struct timespec until = { .tv_sec = at / 1000000000, .tv_nsec = at % 1000000000 };

		while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
			;
		wire_put(line->subject->board, text, (size_t)(due - line->sent));
		line->sent = due;
		drain(line);
	}
}

/* Does a client lack more than a rival may, that served it late? */
static int find_behind(const struct line *line, uint64_t may_lack)
{
	for (int i = 0; i < line->subject->client_count; i++)
		if (line->got[i] + may_lack < line->sent)
			return i;
	return -1;
}

static void check_clients(struct line *line, uint64_t may_lack)
{
	int i;

	for (int ms = 0; (i = find_behind(line, may_lack)) >= 0; ms += 10) {
		if (ms >= PATIENCE_MS)
			machine_fail("client %d got %llu of %llu bytes", i,
				     (unsigned long long)line->got[i],
				     (unsigned long long)line->sent);
		poll(NULL, 0, 10);
		drain(line);
		machine_check();
	}
}

/* Processor time in percent of a core, and how often it woke up in a second. */
static void measure_line(const struct row *row, struct subject_plan plan)
{
	uint64_t pieces = row_quick ? 20 : 1000, settle = row_quick ? 20 : 200;
	struct subject subject;
	struct line line = { .subject = &subject };
	int64_t cpu, began, wakeups;
	uint64_t may_lack;

	plan.channels = 1;
	subject_start(&subject, &plan);
	if (plan.kind == SUBJECT_BERYL)
		wire_put(subject.board, "\x18\x30", 2);
	line.begin = machine_now();
	send_pieces(&line, 0, settle);
	may_lack = plan.kind == SUBJECT_BERYL ? 0 : line.sent;
	cpu = machine_cpu();
	wakeups = machine_wakeups();
	began = machine_now();
	send_pieces(&line, settle, pieces);
	cpu = machine_cpu() - cpu;
	wakeups = machine_wakeups() - wakeups;
	began = machine_now() - began;
	check_clients(&line, may_lack);
	subject_stop(&subject);
	measure_add(&row->measures[0], plan.kind, plan.tuned, (double)cpu * 100 / (double)began);
	measure_add(&row->measures[1], plan.kind, plan.tuned,
		    (double)wakeups * 1e9 / (double)began);
}

/* mux_server, then each rival up to @last. */
static void measure_rivals(const struct row *row, struct subject_plan plan, int last)
{
	measure_line(row, plan);
	for (int kind = SUBJECT_CONSERVER; kind <= last; kind++) {
		plan.kind = (enum subject_kind)kind;
		if (!row_has(plan.kind))
			continue;
		plan.tuned = false;
		measure_line(row, plan);
		plan.tuned = true;
		if (subject_tuning(plan.kind, true))
			measure_line(row, plan);
	}
}

static void run_line(const struct row *row)
{
	measure_rivals(row, (struct subject_plan){ .clients = 1, .pty = true }, SUBJECT_SER2NET);
}

static void run_line_tcp(const struct row *row)
{
	measure_rivals(row, (struct subject_plan){ .clients = 1 }, SUBJECT_CONSERVER);
}

static void run_watchers(const struct row *row)
{
	measure_rivals(row, (struct subject_plan){ .clients = 50, .pty = true }, SUBJECT_SER2NET);
}

static struct measure line[] = {
	{ .name = "a 115200 line in 1 ms pieces, pty: CPU %",
	  .goal = MEASURE_RATIO_AT_MOST,
	  .limit = 0.5,
	  .against = 1u << SUBJECT_CONSERVER },
	{ .name = "  its wake-ups per second" },
};
static struct measure line_tcp[] = {
	{ .name = "a 115200 line in 1 ms pieces, TCP: CPU %",
	  .goal = MEASURE_RATIO_AT_MOST,
	  .limit = 0.5,
	  .against = 1u << SUBJECT_CONSERVER },
	{ .name = "  its wake-ups per second" },
};
static struct measure watchers[] = {
	{ .name = "50 clients on that line, pty: CPU %",
	  .goal = MEASURE_RATIO_AT_MOST,
	  .limit = 1,
	  .against = 1u << SUBJECT_CONMAN | 1u << SUBJECT_SER2NET },
	{ .name = "  its wake-ups per second" },
};

const struct row row_line = { "line", ROW_MEASURES(line), .run = run_line };
const struct row row_line_tcp = { "line-tcp", ROW_MEASURES(line_tcp), .run = run_line_tcp };
const struct row row_watchers = { "watchers", ROW_MEASURES(watchers), .run = run_watchers };

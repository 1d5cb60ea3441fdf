/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mux_bench: how fast mux_server is, beside its rivals, as one table.
 *
 * Of the environment: BENCH names rows (relay,echo,...), BENCH_RUNS says how often each is run, 5
 * if not given, BENCH_QUICK=1 makes each part as short as it can be: that checks bytes, not speed.
 * Ends with 0 when every row could be run, whatever it found.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "host-tools/say.h"
#include "tests/bench/machine.h"
#include "tests/bench/rival.h"
#include "tests/bench/row.h"

bool row_quick;

static const struct row *const rows[] = {
	&row_relay,    &row_channels, &row_bytes,     &row_up,	     &row_logs,
	&row_stuck,    &row_echo,     &row_echo_load, &row_echo_pty, &row_line,
	&row_line_tcp, &row_watchers, &row_memory,    &row_codec,
};
enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

bool row_has(enum subject_kind kind)
{
	char path[256];

	return rival_find(rivals[kind], path);
}

/* Is @name one of the words of @list, which are separated by commas? */
static bool is_listed(const char *list, const char *name)
{
	size_t len = strlen(name);

	for (const char *at = list; at; at = strchr(at, ',')) {
		at += *at == ',';
		if (strncmp(at, name, len) == 0 && (at[len] == ',' || at[len] == '\0'))
			return true;
	}
	return false;
}

/* Refuse words of @list that name no row. */
static void check_list(const char *list)
{
	size_t known = 0, words = 1;

	for (int i = 0; i < ROWS; i++)
		known += is_listed(list, rows[i]->name);
	for (const char *at = list; (at = strchr(at, ',')) != NULL; at++)
		words++;
	if (known == words)
		return;
	say_error("BENCH=%s: not all of these are rows, or one is named twice; rows are:", list);
	for (int i = 0; i < ROWS; i++)
		fprintf(stderr, " %s", rows[i]->name);
	fprintf(stderr, "\n");
	exit(2);
}

static void print_processor(void)
{
	FILE *file = fopen("/proc/cpuinfo", "re");
	char line[256] = "";

	while (file && fgets(line, sizeof(line), file))
		if (strncmp(line, "model name", 10) == 0)
			break;
	if (file)
		fclose(file);
	printf("CPU%s", strchr(line, ':') ? strchr(line, ':') : ": unknown\n");
}

static void print_head(int runs)
{
	time_t now = time(NULL);
	struct utsname system;
	char date[32];

	strftime(date, sizeof(date), "%Y-%m-%d %H:%M UTC", gmtime(&now));
	uname(&system);
	printf("%s; %s %s, %ld cores; %d runs\n", date, system.sysname, system.release,
	       sysconf(_SC_NPROCESSORS_ONLN), runs);
	print_processor();
	printf("mux_server: %s\n", subject_version(SUBJECT_BERYL));
	for (int kind = 1; kind < SUBJECT_KINDS; kind++)
		if (row_has((enum subject_kind)kind))
			printf("%s %s; as it comes: %s; tuned: %s\n", rivals[kind]->name,
			       subject_version((enum subject_kind)kind), rivals[kind]->as_it_comes,
			       rivals[kind]->tuned ? rivals[kind]->tuned
						   : "there is nothing to tune");
	printf("\n");
}

static void print_missing(void)
{
	FILE *file = fopen(RIVALS_DIR "/missing", "re");
	char line[256];

	printf("\nNot compared:\n");
	for (int kind = 1; kind < SUBJECT_KINDS; kind++)
		if (!row_has((enum subject_kind)kind))
			printf("  %s: its program was not found\n", rivals[kind]->name);
	while (file && fgets(line, sizeof(line), file))
		printf("  package %s", line);
	if (file)
		fclose(file);
	printf("  Topaz's mux_server: its sources are not used here; goals that speak of it are its 0.5 "
	       "and 0.34 MB/s\n"
	       "  a real serial line: a pty has no clock, holds 4 KiB and knows no break\n"
	       "  two machines: the load runs on another core of this one\n");
}

int main(void)
{
	const char *list = getenv("BENCH"), *times = getenv("BENCH_RUNS");
	int runs = times && *times ? atoi(times) : 5;
	int verdicts[3] = { 0 };
	FILE *raw;

	say_set_program("mux_bench");
	row_quick = getenv("BENCH_QUICK") != NULL;
	if (list && *list)
		check_list(list);
	else
		list = NULL;
	if (runs < 1 || runs > MEASURE_RUNS_MAX) {
		say_error("BENCH_RUNS: %s is not a number from 1 to %d", times, MEASURE_RUNS_MAX);
		return 2;
	}
	mkdir("build/bench", 0777);
	raw = fopen("build/bench/raw.csv", "we");
	if (!raw) {
		say_error("build/bench/raw.csv: %s; run it where build/ is", strerror(errno));
		return 1;
	}
	setlinebuf(raw);
	fprintf(raw, "row,measure,who,how,value\n");
	machine_init();
	print_head(runs);
	measure_print_heading();
	for (int i = 0; i < ROWS; i++) {
		if (list && !is_listed(list, rows[i]->name))
			continue;
		measure_set_raw(raw, rows[i]->name);
		for (int run = 0; run < runs; run++)
			rows[i]->run(rows[i]);
		for (int m = 0; m < rows[i]->count; m++)
			verdicts[measure_print(&rows[i]->measures[m])]++;
	}
	printf("\n%d passed, %d missed; values of each run are in build/bench/raw.csv\n",
	       verdicts[MEASURE_PASSED], verdicts[MEASURE_MISSED]);
	print_missing();
	fclose(raw);
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mux_bench: how fast mux_server is, beside its rivals, as one table.
 *
 * Of the environment: BENCH names rows (relay,echo,...), BENCH_RUNS says how often each is run, 5
 * if not given, BENCH_QUICK=1 makes each part as short as it can be: that checks bytes, not speed.
 * Ends with 0 when every row could be run, whatever it found.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
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

static bool usable[SUBJECT_KINDS];

bool row_has(enum subject_kind kind)
{
	return usable[kind];
}

/* Start a rival once, in a process of its own, so that one that does not run only is not compared.
 */
static bool try_rival(enum subject_kind kind)
{
	const struct subject_plan plan = { .kind = kind, .channels = 1, .clients = 1 };
	pid_t parent = getpid(), pid = fork();
	struct subject subject;
	int status;

	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() != parent)
			_exit(1);
		subject_start(&subject, &plan);
		subject_stop(&subject);
		_exit(0);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid && status == 0;
}

/* A quick bench is about mux_server alone. */
static void find_rivals(void)
{
	char path[256];

	for (int kind = 1; kind < SUBJECT_KINDS && !row_quick; kind++)
		usable[kind] = rival_find(rivals[kind], path) && try_rival((enum subject_kind)kind);
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
			printf("  %s: %s\n", rivals[kind]->name,
			       row_quick ? "a quick bench is without rivals"
					 : "not found, or it does not start: build/bench/*.log");
	while (file && fgets(line, sizeof(line), file))
		printf("  package %s", line);
	if (file)
		fclose(file);
	printf("  Topaz's mux_server: goals that speak of it are multiples of its 0.5 and 0.34 MB/s\n"
	       "  a real serial line: a pty has no clock, holds 4 KiB and knows no break\n"
	       "  two machines: the load runs on another core of this one\n");
}

int main(void)
{
	const char *list = getenv("BENCH"), *times = getenv("BENCH_RUNS");
	const char *quick = getenv("BENCH_QUICK");
	int runs = times && *times ? atoi(times) : 5;
	int verdicts[3] = { 0 };
	FILE *raw;

	say_set_program("mux_bench");
	row_quick = quick && *quick;
	if (list && *list)
		check_list(list);
	else
		list = NULL;
	if (runs < 1 || runs > MEASURE_RUNS_MAX) {
		say_error("BENCH_RUNS: %s is not a number from 1 to %d", times, MEASURE_RUNS_MAX);
		return 2;
	}
	mkdir("build/bench", 0777);
	raw = fopen(row_quick ? "/dev/null" : "build/bench/raw.csv", "we");
	if (!raw) {
		say_error("build/bench/raw.csv: %s; start it where build/ is", strerror(errno));
		return 1;
	}
	setlinebuf(raw);
	fprintf(raw, "row,measure,who,how,value\n");
	machine_init();
	find_rivals();
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

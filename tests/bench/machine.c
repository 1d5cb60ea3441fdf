/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/bench/machine.h"

#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "host-tools/say.h"

static struct child child;
static char child_log[256];
static cpu_set_t cores; /* that we may use */

_Noreturn void machine_fail(const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	say_error("%s", text);
	exit(1);
}

static int64_t read_clock(clockid_t clock)
{
	struct timespec now;

	if (clock_gettime(clock, &now) < 0)
		return 0;
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t machine_now(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int64_t machine_own_cpu(void)
{
	return read_clock(CLOCK_PROCESS_CPUTIME_ID);
}

/* The side under test has the first core, this one the last. */
static void move_to(bool first)
{
	cpu_set_t one;
	size_t chosen = 0;

	for (size_t i = CPU_SETSIZE; i-- > 0;) {
		if (!CPU_ISSET(i, &cores))
			continue;
		chosen = i;
		if (!first)
			break;
	}
	CPU_ZERO(&one);
	CPU_SET(chosen, &one);
	sched_setaffinity(0, sizeof(one), &one);
}

static void on_signal(int signal_number)
{
	if (child.pid > 0)
		kill(-child.pid, SIGKILL);
	_exit(128 + signal_number);
}

void machine_init(void)
{
	struct sigaction action = { .sa_handler = on_signal };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	atexit(machine_stop);
	sched_getaffinity(0, sizeof(cores), &cores);
	move_to(false);
}

void machine_start(const char *name, struct child_args *args, const char *log)
{
	int status;

	snprintf(child_log, sizeof(child_log), "%s", log);
	unlink(log);
	move_to(true);
	status = child_start(&child, name, args, -1, CHILD_TO_LOG, log);
	move_to(false);
	if (status < 0)
		machine_fail("%s cannot be started: %s", args->argv[0], strerror(-status));
	child_args_clear(args);
}

void machine_check(void)
{
	if (!child_reap(&child))
		return;
	say_tail(child_log, 10);
	machine_fail("%s has ended: %s", child.name, child_end(&child));
}

void machine_stop(void)
{
	child_stop(&child);
}

/* The processor time of a process, in a clock finer than the ticks of /proc/PID/stat. */
static int64_t cpu_of(pid_t pid)
{
	clockid_t clock;
	char path[64];
	int64_t sum;
	FILE *file;
	int next;

	if (clock_getcpuclockid(pid, &clock) != 0)
		return 0;
	sum = read_clock(clock);
	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)pid);
	file = fopen(path, "re");
	while (file && fscanf(file, "%d", &next) == 1)
		sum += cpu_of(next);
	if (file)
		fclose(file);
	return sum;
}

int64_t machine_cpu(void)
{
	return cpu_of(child.pid);
}

int64_t machine_resident(void)
{
	int64_t kib = 0;
	char path[64], line[128];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)child.pid);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "VmRSS: %" SCNd64, &kib) == 1)
			break;
	if (file)
		fclose(file);
	return kib * 1024;
}

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
	if (child.pid > 0)
		say_error("with %s: %s", child.name, text);
	else
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

	return clock_getcpuclockid(pid, &clock) == 0 ? read_clock(clock) : 0;
}

/* A number that follows @name in /proc/PID/status. */
static int64_t read_status(pid_t pid, const char *name)
{
	int64_t value = 0;
	char path[64], line[128];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	file = fopen(path, "re");
	while (file && fgets(line, sizeof(line), file))
		if (strncmp(line, name, strlen(name)) == 0)
			value = strtoll(line + strlen(name), NULL, 10);
	if (file)
		fclose(file);
	return value;
}

static int64_t wakeups_of(pid_t pid)
{
	return read_status(pid, "voluntary_ctxt_switches:");
}

/* The sum of what @count finds in a process and its descendants. */
static int64_t sum_of(pid_t pid, int64_t (*count)(pid_t pid))
{
	int64_t sum = count(pid);
	char path[64];
	FILE *file;
	int next;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)pid);
	file = fopen(path, "re");
	while (file && fscanf(file, "%d", &next) == 1)
		sum += sum_of(next, count);
	if (file)
		fclose(file);
	return sum;
}

int64_t machine_cpu(void)
{
	return sum_of(child.pid, cpu_of);
}

int64_t machine_wakeups(void)
{
	return sum_of(child.pid, wakeups_of);
}

int64_t machine_resident(void)
{
	return read_status(child.pid, "VmRSS:") * 1024;
}

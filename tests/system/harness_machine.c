// SPDX-License-Identifier: BSD-2-Clause
#include "tests/system/harness.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_OPTIONS = 32, MAX_CHILDREN = 8 };

/* hvrun's private directory is made below this one, where machine_stop() can see that it has gone.
 */
static const char *private_parent(void)
{
	return harness_format("%s/private", harness_dir());
}

void machine_start(struct machine *machine, const char *const options[])
{
	const char *argv[MAX_OPTIONS + 1] = { "build/bin/hvrun", "--ports", "0", "--log-dir" };
	int argc = 4;

	*machine = (struct machine){ .log_dir = harness_format("%s/log", harness_dir()) };
	mkdir(private_parent(), 0777);
	setenv("TMPDIR", private_parent(), 1);
	argv[argc++] = machine->log_dir;
	while (*options && argc < MAX_OPTIONS)
		argv[argc++] = *options++;
	machine->hvrun = stream_start(STREAM_PIPE, argv);
}

void machine_expect_ready(struct machine *machine)
{
	char *rows, *line;

	stream_expect(machine->hvrun, "\nready");
	rows = harness_format("%s", machine->hvrun->text);
	while ((line = strsep(&rows, "\n"))) {
		unsigned int port, channel;

		if (sscanf(line, " %u %u ", &port, &channel) == 2 && channel < MACHINE_CHANNELS &&
		    strstr(line, "socat"))
			machine->ports[channel] = (uint16_t)port;
	}
}

void machine_boot(struct machine *machine, const char *const options[])
{
	machine_start(machine, options);
	machine_expect_ready(machine);
}

struct stream *machine_attach(const struct machine *machine, unsigned int channel)
{
	assert_true(channel < MACHINE_CHANNELS && machine->ports[channel] != 0);
	return stream_connect(machine->ports[channel]);
}

char *machine_expect_log(const struct machine *machine, unsigned int channel, const char *text,
			 size_t length, size_t *size)
{
	const char *path = harness_format("%s/channel-%02u.log", machine->log_dir, channel);
	struct pollfd change = { .fd = inotify_init1(IN_CLOEXEC), .events = POLLIN };
	char events[4096], *log;

	inotify_add_watch(change.fd, path, IN_MODIFY);
	while (log = harness_read_file(path, size), !memmem(log, *size, text, length)) {
		if (poll(&change, 1, HARNESS_PATIENCE_S * 1000) <= 0 ||
		    read(change.fd, events, sizeof(events)) < 0)
			fail_msg("%s never had \"%.60s\"", path, text);
	}
	close(change.fd);
	return log;
}

/* The processes that hvrun has started. */
static int find_children(pid_t parent, pid_t *children)
{
	FILE *file = fopen(harness_format("/proc/%d/task/%d/children", parent, parent), "r");
	int n = 0;

	if (!file)
		return 0;
	while (n < MAX_CHILDREN && fscanf(file, "%d", &children[n]) == 1)
		n++;
	fclose(file);
	return n;
}

pid_t machine_find_program(const struct machine *machine, const char *name)
{
	pid_t children[MAX_CHILDREN];
	int n = find_children(machine->hvrun->pid, children);
	char command[64];

	for (int i = 0; i < n; i++) {
		FILE *file = fopen(harness_format("/proc/%d/comm", children[i]), "r");
		bool found = file && fscanf(file, "%63s", command) == 1 &&
			     strncmp(command, name, strlen(command)) == 0;

		if (file)
			fclose(file);
		if (found)
			return children[i];
	}
	fail_msg("hvrun does not run %s", name);
	return 0;
}

static void assert_empty_directory(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;

	assert_non_null(dir);
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			fail_msg("%s/%s was left behind", path, entry->d_name);
	closedir(dir);
}

/*
 * Some lines of the log are no errors.  That an instruction was refused because it is privileged is
 * how the hypervisor gets to see what its guests do.  And a test may have its guest try registers
 * and instructions that QEMU does not have; the hypervisor, which runs from HV_BASE up, must not.
 */
static bool is_guest_error(const struct machine *machine, const char *line)
{
	static const unsigned long long HV_BASE = 0x80000000;
	const char *pc = strrchr(line, ' ');

	if (*line == '\0' || strstr(line, " privileged spr "))
		return false;
	if (strstr(line, " invalid spr ") || strstr(line, "unsupported opcode"))
		return !machine->guest_tries_all || !pc || strtoull(pc, NULL, 16) >= HV_BASE;
	return true;
}

static void assert_no_guest_errors(const struct machine *machine)
{
	size_t size;
	char *text = harness_read_file(harness_format("%s/guest_errors.log", machine->log_dir),
				       &size),
	     *line;

	while ((line = strsep(&text, "\n")))
		if (is_guest_error(machine, line))
			fail_msg("guest error: %s", line);
}

void machine_stop(struct machine *machine, int signal, int status)
{
	pid_t children[MAX_CHILDREN];
	int n = find_children(machine->hvrun->pid, children);

	stream_signal(machine->hvrun, signal);
	assert_int_equal(stream_expect_end(machine->hvrun), status);
	assert_true(n > 0);
	for (int i = 0; i < n; i++)
		if (kill(children[i], 0) == 0 || errno != ESRCH)
			fail_msg("process %d was left behind", children[i]);
	assert_empty_directory(private_parent());
	assert_no_guest_errors(machine);
}

void machine_command(struct stream *console, const char *prompt, const char *line,
		     const char *expected)
{
	stream_command(console, line, expected);
	stream_expect(console, prompt);
}

/* A line: label, number, and letters that follow from the number. */
void machine_expect_flood(const struct stream *console, const char *label, unsigned int lines)
{
	enum { LETTERS = 44 };
	const char *at = strstr(console->text, "00000001");

	assert_non_null(at);
	at -= strlen("p1       ");
	for (unsigned int n = 1; n <= lines; n++) {
		char line[80];
		int length = snprintf(line, sizeof(line), "%-8s %08u ", label, n);

		for (unsigned int i = 0; i < LETTERS; i++)
			line[length++] = (char)('a' + (n + i) % 26);
		assert_memory_equal(at, line, (size_t)length);
		assert_memory_equal(at + length, "\r\n", 2);
		at += length + 2;
	}
}

void demo_boot(struct demo *demo)
{
	machine_boot(&demo->machine, (const char *const[]){ "--kernel-boot", NULL });
	demo->hv = machine_attach(&demo->machine, 0);
	demo->p1 = machine_attach(&demo->machine, 1);
	demo->p2 = machine_attach(&demo->machine, 2);
}

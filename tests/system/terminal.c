/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/system/terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tests/system/mux_server_harness.h"

static char seen[8192]; /* on the terminal, and not yet looked for */

int terminal_open(int *side)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);

	assert_true(fd >= 0);
	assert_int_equal(unlockpt(fd), 0);
	*side = open(ptsname(fd), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(*side >= 0);
	seen[0] = '\0';
	return fd;
}

void terminal_see(int terminal, const char *text)
{
	char *found;

	while ((found = strstr(seen, text)) == NULL) {
		struct pollfd ready = { .fd = terminal, .events = POLLIN };
		size_t len = strlen(seen);
		ssize_t got;

		if (poll(&ready, 1, DEADLINE_MS) != 1)
			fail_msg("the terminal does not show '%s' but:\n%s", text, seen);
		got = read(terminal, seen + len, sizeof(seen) - 1 - len);
		assert_true(got > 0);
		seen[len + (size_t)got] = '\0';
	}
	memmove(seen, found + strlen(text), strlen(found + strlen(text)) + 1);
}

void terminal_wait_raw(int side)
{
	int64_t deadline = now_ms() + DEADLINE_MS;
	struct termios now;

	while (tcgetattr(side, &now) == 0 && (now.c_lflag & ICANON)) {
		if (now_ms() > deadline)
			fail_msg("the program does not make its terminal raw");
		poll(NULL, 0, 1);
	}
}

void terminal_expect_mode(int side, const struct termios *before)
{
	struct termios after;

	assert_int_equal(tcgetattr(side, &after), 0);
	assert_int_equal(after.c_lflag, before->c_lflag);
	assert_int_equal(after.c_iflag, before->c_iflag);
	assert_int_equal(after.c_oflag, before->c_oflag);
}

pid_t terminal_start(int terminal, const char *const arguments[])
{
	const char *name = ptsname(terminal);
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		int fd;

		setsid();
		fd = open(name, O_RDWR); /* and is the controlling terminal */
		for (int i = 0; i < 3; i++)
			dup2(fd, i);
		close(fd);
		execvp(arguments[0], (char *const *)arguments);
		_exit(126);
	}
	return pid;
}

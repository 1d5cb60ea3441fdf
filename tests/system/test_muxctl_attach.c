/* SPDX-License-Identifier: BSD-2-Clause */
/* muxctl attach on a terminal. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "tests/system/muxctl_harness.h"

static int open_terminal(int *side)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);

	assert_true(fd >= 0);
	assert_int_equal(unlockpt(fd), 0);
	*side = open(ptsname(fd), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(*side >= 0);
	return fd;
}

static char seen[8192]; /* on the terminal, and not yet looked for */

/* Read from the terminal until @text has come, and forget it with all before it. */
static void see(int terminal, const char *text)
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

static void expect_same_mode(int side, const struct termios *before)
{
	struct termios after;

	assert_int_equal(tcgetattr(side, &after), 0);
	assert_int_equal(after.c_lflag, before->c_lflag);
	assert_int_equal(after.c_iflag, before->c_iflag);
	assert_int_equal(after.c_oflag, before->c_oflag);
}

static void expect_end(pid_t pid, int code)
{
	int status = muxctl_wait(pid);

	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), code);
}

static void attach_is_a_terminal_with_escapes(void **state)
{
	struct winsize size = { .ws_row = 10, .ws_col = 20 };
	struct termios before;
	int side, terminal = open_terminal(&side);
	pid_t pid;

	(void)state;
	seen[0] = '\0';
	rack_start();
	assert_int_equal(tcgetattr(side, &before), 0);
	PUT(rack_board, "\x18\x31"
			"before ");
	EXPECT_MUXCTL(0, "before", "wait", "--for", "before", "--all", "--timeout", "10", "linux");
	pid = muxctl_start((const char *const[]){ "attach", "--replay", "4", "linux", NULL }, side,
			   side);
	see(terminal, "attached to real/linux");
	see(terminal, "ore ");
	PUT(rack_board, "prompt# ");
	see(terminal, "prompt# ");
	PUT(terminal, "ls ~.\x03\r");
	EXPECT(rack_board, "\x18\x31ls ~.\x03\r");
	PUT(terminal, "~?");
	see(terminal, "~.   detach");
	assert_int_equal(ioctl(terminal, TIOCSWINSZ, &size), 0);
	kill(pid, SIGWINCH);
	PUT(terminal, "~~x\r");
	EXPECT(rack_board, "~x\r");
	PUT(terminal, "~.");
	expect_end(pid, 0);
	expect_same_mode(side, &before);

	pid = muxctl_start((const char *const[]){ "attach", "linux", NULL }, side, side);
	see(terminal, "attached to real/linux");
	PUT(rack_board, "again");
	see(terminal, "again");
	kill(pid, SIGTERM);
	expect_end(pid, 128 + SIGTERM);
	expect_same_mode(side, &before);

	pid = muxctl_start((const char *const[]){ "attach", "linux", NULL }, side, side);
	see(terminal, "attached to real/linux");
	PUT(rack_board, "once more");
	see(terminal, "once more");
	assert_int_equal(server_end(SIGTERM), 0);
	expect_end(pid, 1);
	expect_same_mode(side, &before);
	close(side);
	close(terminal);
}

int main(void)
{
	const struct CMUnitTest muxctl_attach[] = {
		SERVER_TEST(attach_is_a_terminal_with_escapes),
	};

	return RUN_SERVER_TESTS(muxctl_attach);
}

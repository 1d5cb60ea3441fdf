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

static char seen[8192]; /* on the terminal, and not yet looked for */

static int open_terminal(int *side)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);

	assert_true(fd >= 0);
	assert_int_equal(unlockpt(fd), 0);
	*side = open(ptsname(fd), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(*side >= 0);
	seen[0] = '\0';
	return fd;
}

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

/* Attach the terminal to the console "linux" and wait until it is. */
static pid_t attach(int terminal, int side)
{
	pid_t pid = muxctl_start((const char *const[]){ "attach", "linux", NULL }, side, side);

	see(terminal, "attached to real/linux");
	PUT(rack_board, "\x18\x31ready");
	see(terminal, "ready"); /* it is raw now */
	return pid;
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
	PUT(terminal, "ls ~.\x03\x1a\r");
	EXPECT(rack_board, "\x18\x31ls ~.\x03\x1a\r");
	PUT(terminal, "~?");
	see(terminal, "~.   detach");
	PUT(terminal, "~b");
	see(terminal, "no break: the target is no real serial line\n\r");
	assert_int_equal(ioctl(terminal, TIOCSWINSZ, &size), 0);
	kill(pid, SIGWINCH);
	PUT(terminal, "~~x\r");
	EXPECT(rack_board, "~x\r");
	PUT(terminal, "~.");
	expect_end(pid, 0);
	expect_same_mode(side, &before);
	close(side);
	close(terminal);
}

static void every_end_puts_the_terminal_back(void **state)
{
	static const int signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGSEGV };
	int side, terminal = open_terminal(&side);
	struct termios before;
	pid_t pid;

	(void)state;
	rack_start();
	assert_int_equal(tcgetattr(side, &before), 0);
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++) {
		int status;

		pid = attach(terminal, side);
		kill(pid, signals[i]);
		status = muxctl_wait(pid);
		assert_true(WIFSIGNALED(status));
		assert_int_equal(WTERMSIG(status), signals[i]);
		expect_same_mode(side, &before);
	}
	pid = attach(terminal, side);
	EXPECT_MUXCTL(0, "1 client disconnected", "kick", "linux");
	see(terminal, "muxctl: the server closed the connection\r\n");
	expect_end(pid, 1);
	expect_same_mode(side, &before);

	pid = attach(terminal, side);
	kill(server_pid(), SIGKILL);
	see(terminal, "muxctl: the server closed the connection\r\n");
	expect_end(pid, 1);
	expect_same_mode(side, &before);
	close(side);
	close(terminal);
}

/* Who types more than anybody takes hears the bell, and can still leave. */
static void detach_works_when_nobody_takes_what_is_typed(void **state)
{
	static char paste[1 << 20];
	int side, terminal = open_terminal(&side);
	pid_t pid;

	(void)state;
	rack_start();
	pid = attach(terminal, side);
	EXPECT_MUXCTL(0, "its target is released", "suspend", "linux");
	memset(paste, 'p', sizeof(paste));
	put(terminal, paste, sizeof(paste));
	see(terminal, "\a");
	PUT(terminal, "\r~.");
	expect_end(pid, 0);
	close(side);
	close(terminal);
}

/* A shell with job control, on a terminal of its own. */
static pid_t start_shell(int terminal)
{
	const char *name = ptsname(terminal);
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		setsid();
		for (int i = 0; i < 3; i++)
			close(i);
		if (open(name, O_RDWR) != 0 || dup(0) != 1 || dup(0) != 2)
			_exit(1);
		setenv("PS1", "shell> ", 1);
		execlp("bash", "bash", "--norc", "--noprofile", "--noediting", NULL);
		_exit(126);
	}
	return pid;
}

static void stop_puts_the_terminal_back_and_makes_it_raw_again(void **state)
{
	int side, terminal = open_terminal(&side);
	struct termios before, now;
	char command[256];
	pid_t shell;

	(void)state;
	rack_start();
	shell = start_shell(terminal);
	see(terminal, "shell> ");
	assert_int_equal(tcgetattr(side, &before), 0);
	snprintf(command, sizeof(command), "build/bin/muxctl -s %s attach linux\n",
		 in_test_dir("control.sock"));
	put(terminal, command, strlen(command));
	see(terminal, "attached to real/linux");
	PUT(rack_board, "\x18\x31one");
	see(terminal, "one");
	PUT(terminal, "~\x1a");
	see(terminal, "Stopped");
	see(terminal, "shell> ");
	expect_same_mode(side, &before);
	PUT(rack_board, "two");
	PUT(terminal, "fg\n");
	see(terminal, "two");
	assert_int_equal(tcgetattr(side, &now), 0);
	assert_int_equal(now.c_lflag & (tcflag_t)(ICANON | ECHO | ISIG), 0);
	PUT(terminal, "\x03x\r");
	EXPECT(rack_board, "\x18\x31\x03x\r");
	PUT(terminal, "~.");
	see(terminal, "shell> ");
	expect_same_mode(side, &before);
	PUT(terminal, "exit 7\n");
	expect_end(shell, 7);
	close(side);
	close(terminal);
}

int main(void)
{
	const struct CMUnitTest muxctl_attach[] = {
		SERVER_TEST(attach_is_a_terminal_with_escapes),
		SERVER_TEST(every_end_puts_the_terminal_back),
		SERVER_TEST(detach_works_when_nobody_takes_what_is_typed),
		SERVER_TEST(stop_puts_the_terminal_back_and_makes_it_raw_again),
	};

	return RUN_SERVER_TESTS(muxctl_attach);
}

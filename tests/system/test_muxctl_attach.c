/* SPDX-License-Identifier: BSD-2-Clause */
/* muxctl attach on a terminal. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "tests/system/muxctl_harness.h"
#include "tests/system/terminal.h"

/* Attach the terminal to the console "linux" and wait until it is. */
static pid_t attach(int terminal, int side)
{
	pid_t pid = muxctl_start((const char *const[]){ "attach", "linux", NULL }, side, side);

	terminal_see(terminal, "attached to real/linux");
	PUT(rack_board, "\x18\x31ready");
	terminal_see(terminal, "ready"); /* it is raw now */
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
	int side, terminal = terminal_open(&side);
	pid_t pid;

	(void)state;
	rack_start();
	assert_int_equal(tcgetattr(side, &before), 0);
	PUT(rack_board, "\x18\x31"
			"before ");
	EXPECT_MUXCTL(0, "before", "wait", "--for", "before", "--all", "--timeout", "10", "linux");
	pid = muxctl_start((const char *const[]){ "attach", "--replay", "4", "linux", NULL }, side,
			   side);
	terminal_see(terminal, "attached to real/linux");
	terminal_see(terminal, "ore ");
	PUT(rack_board, "prompt# ");
	terminal_see(terminal, "prompt# ");
	PUT(terminal, "ls ~.\x03\x1a\r");
	EXPECT(rack_board, "\x18\x31ls ~.\x03\x1a\r");
	PUT(terminal, "~?");
	terminal_see(terminal, "~.   detach");
	PUT(terminal, "~b");
	terminal_see(terminal, "no break: the target is no real serial line\n\r");
	assert_int_equal(ioctl(terminal, TIOCSWINSZ, &size), 0);
	kill(pid, SIGWINCH);
	PUT(terminal, "~~x\r");
	EXPECT(rack_board, "~x\r");
	PUT(terminal, "~.");
	expect_end(pid, 0);
	terminal_expect_mode(side, &before);
	close(side);
	close(terminal);
}

static void every_end_puts_the_terminal_back(void **state)
{
	static const int signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGSEGV };
	int side, terminal = terminal_open(&side);
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
		terminal_expect_mode(side, &before);
	}
	pid = attach(terminal, side);
	EXPECT_MUXCTL(0, "1 client disconnected", "kick", "linux");
	terminal_see(terminal, "muxctl: the server closed the connection\r\n");
	expect_end(pid, 1);
	terminal_expect_mode(side, &before);

	pid = attach(terminal, side);
	kill(server_pid(), SIGKILL);
	terminal_see(terminal, "muxctl: the server closed the connection\r\n");
	expect_end(pid, 1);
	terminal_expect_mode(side, &before);
	close(side);
	close(terminal);
}

/* Who types more than anybody takes hears the bell, and can still leave. */
static void detach_works_when_nobody_takes_what_is_typed(void **state)
{
	static char paste[1 << 20];
	int side, terminal = terminal_open(&side);
	pid_t pid;

	(void)state;
	rack_start();
	pid = attach(terminal, side);
	EXPECT_MUXCTL(0, "its target is released", "suspend", "linux");
	memset(paste, 'p', sizeof(paste));
	put(terminal, paste, sizeof(paste));
	terminal_see(terminal, "\a");
	PUT(terminal, "\r~.");
	expect_end(pid, 0);
	close(side);
	close(terminal);
}

static void stop_puts_the_terminal_back_and_makes_it_raw_again(void **state)
{
	int side, terminal = terminal_open(&side);
	struct termios before, now;
	char command[256];
	pid_t shell;

	(void)state;
	rack_start();
	setenv("PS1", "shell> ", 1);
	shell = terminal_start(terminal, (const char *const[]){ "bash", "--norc", "--noprofile",
								"--noediting", NULL });
	terminal_see(terminal, "shell> ");
	assert_int_equal(tcgetattr(side, &before), 0);
	snprintf(command, sizeof(command), "build/bin/muxctl -s %s attach linux\n",
		 in_test_dir("control.sock"));
	put(terminal, command, strlen(command));
	terminal_see(terminal, "attached to real/linux");
	PUT(rack_board, "\x18\x31one");
	terminal_see(terminal, "one");
	PUT(terminal, "~\x1a");
	terminal_see(terminal, "Stopped");
	terminal_see(terminal, "shell> ");
	terminal_expect_mode(side, &before);
	PUT(rack_board, "two");
	PUT(terminal, "fg\n");
	terminal_see(terminal, "two");
	assert_int_equal(tcgetattr(side, &now), 0);
	assert_int_equal(now.c_lflag & (tcflag_t)(ICANON | ECHO | ISIG), 0);
	PUT(terminal, "\x03x\r");
	EXPECT(rack_board, "\x18\x31\x03x\r");
	PUT(terminal, "~.");
	terminal_see(terminal, "shell> ");
	terminal_expect_mode(side, &before);
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

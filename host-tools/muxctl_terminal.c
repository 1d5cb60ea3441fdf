// SPDX-License-Identifier: BSD-2-Clause
#include "host-tools/muxctl_terminal.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

/* Signal handlers use all of this: only what is safe in them is called. */
static struct termios cooked, raw;
static volatile sig_atomic_t is_raw;

static int make_raw(void)
{
	is_raw = 1;
	return tcsetattr(STDIN_FILENO, TCSANOW, &raw);
}

void muxctl_terminal_close(void)
{
	if (is_raw)
		tcsetattr(STDIN_FILENO, TCSANOW, &cooked);
	is_raw = 0;
}

static void on_end(int number)
{
	signal(SIGTTOU, SIG_IGN); /* in the background, too */
	muxctl_terminal_close();
	signal(number, SIG_DFL);
	raise(number); /* blocked until we return */
}

static void on_stop(int number);

static void catch_signal(int number, void (*handler)(int), int flags)
{
	struct sigaction action = { .sa_handler = handler, .sa_flags = flags }, before;

	if (sigaction(number, &action, &before) == 0 && before.sa_handler == SIG_IGN)
		sigaction(number, &before, NULL);
}

/* Stop here, with the terminal as it was; go on when told. */
static void on_stop(int number)
{
	int error = errno;

	muxctl_terminal_close();
	signal(number, SIG_DFL);
	raise(number);
	catch_signal(number, on_stop, SA_NODEFER | SA_RESTART);
	make_raw();
	errno = error;
}

/* After SIGSTOP, which nobody can catch, the shell has changed the terminal. */
static void on_continue(int number)
{
	int error = errno;

	(void)number;
	if (is_raw)
		make_raw();
	errno = error;
}

int muxctl_terminal_open(void)
{
	static const int ends[] = { SIGHUP,  SIGINT,  SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2,
				    SIGALRM, SIGABRT, SIGBUS,  SIGFPE,	SIGILL,	 SIGSEGV };

	if (tcgetattr(STDIN_FILENO, &cooked) < 0)
		return -errno;
	raw = cooked;
	cfmakeraw(&raw);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		catch_signal(ends[i], on_end, 0);
	catch_signal(SIGTSTP, on_stop, SA_NODEFER | SA_RESTART);
	catch_signal(SIGCONT, on_continue, SA_RESTART);
	atexit(muxctl_terminal_close);
	return make_raw() < 0 ? -errno : 0;
}

// SPDX-License-Identifier: BSD-2-Clause
/* `muxctl attach`: this terminal becomes the console's. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "host-tools/muxctl.h"
#include "host-tools/muxctl_escape.h"
#include "host-tools/say.h"

static struct termios cooked;	  /* what the terminal was */
static volatile sig_atomic_t raw; /* it is not that now */
static volatile sig_atomic_t ended_by;

static void restore_terminal(void)
{
	if (raw)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &cooked);
	raw = 0;
}

static int make_raw(void)
{
	struct termios mode;

	if (tcgetattr(STDIN_FILENO, &cooked) < 0)
		return -1;
	mode = cooked;
	cfmakeraw(&mode);
	raw = 1;
	return tcsetattr(STDIN_FILENO, TCSADRAIN, &mode);
}

static void on_signal(int number)
{
	ended_by = number;
}

/* Signals that would end us only make poll() return, so that the terminal is restored first. */
static void catch_signals(sigset_t *while_waiting)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	struct sigaction action = { .sa_handler = on_signal };
	sigset_t block;

	sigemptyset(&block);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		sigaction(numbers[i], &action, NULL);
		sigaddset(&block, numbers[i]);
	}
	signal(SIGPIPE, SIG_IGN);
	sigprocmask(SIG_BLOCK, &block, while_waiting);
}

static int put_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t written = write(fd, data, len);

		if (written > 0) {
			data += written;
			len -= (size_t)written;
		} else if (errno == EAGAIN) {
			struct pollfd ready = { .fd = fd, .events = POLLOUT };

			poll(&ready, 1, -1);
		} else if (errno != EINTR) {
			return -1;
		}
	}
	return 0;
}

static void suspend_ourselves(void)
{
	restore_terminal();
	raise(SIGTSTP);
	make_raw();
}

struct session {
	const struct muxctl_console *console;
	int fd;
	bool terminal;	 /* standard input is one */
	bool input_ends; /* nothing more is typed */
	struct muxctl_escape escape;
};

/* Act on what was typed.  False: detach. */
static bool act(struct session *session, enum muxctl_action action)
{
	json_t *answer;
	char *request;

	switch (action) {
	case MUXCTL_NOTHING:
		return true;
	case MUXCTL_DETACH:
		return false;
	case MUXCTL_HELP:
		put_all(STDOUT_FILENO, muxctl_escape_help, strlen(muxctl_escape_help));
		return true;
	case MUXCTL_BREAK:
		request = say_format("break %s", session->console->name);
		answer = muxctl_ask_once(session->console->server, request);
		json_decref(answer);
		free(request);
		return true;
	case MUXCTL_SUSPEND:
		suspend_ourselves();
		return true;
	}
	return true;
}

/* False: the session is over. */
static bool pass_input(struct session *session)
{
	char typed[1024], out[sizeof(typed) + 1];
	ssize_t len = read(STDIN_FILENO, typed, sizeof(typed));
	const char *at = typed;

	if (len < 0)
		return errno == EINTR || errno == EAGAIN;
	if (len == 0) {
		shutdown(session->fd, SHUT_WR);
		session->input_ends = true;
		return !session->terminal;
	}
	if (!session->terminal)
		return put_all(session->fd, typed, (size_t)len) == 0;
	while (len > 0) {
		enum muxctl_action action;
		size_t out_len, taken = muxctl_escape_take(&session->escape, at, (size_t)len, out,
							   &out_len, &action);

		if (put_all(session->fd, out, out_len) < 0 || !act(session, action))
			return false;
		at += taken;
		len -= (ssize_t)taken;
	}
	return true;
}

/* Returns 1, 0 at the end of the stream, or -1 if the output is gone. */
static int pass_output(const struct session *session)
{
	char data[65536];
	ssize_t len = read(session->fd, data, sizeof(data));

	if (len < 0 && (errno == EINTR || errno == EAGAIN))
		return 1;
	if (len <= 0)
		return 0;
	return put_all(STDOUT_FILENO, data, (size_t)len) == 0 ? 1 : -1;
}

static int run(struct session *session, const sigset_t *while_waiting)
{
	while (!ended_by) {
		struct pollfd fds[2] = {
			{ .fd = session->fd, .events = POLLIN },
			{ .fd = session->input_ends ? -1 : STDIN_FILENO, .events = POLLIN },
		};

		if (ppoll(fds, 2, NULL, while_waiting) < 0)
			continue;
		if (fds[0].revents) {
			int status = pass_output(session);

			if (status == 0) {
				restore_terminal();
				say_error("the server closed the connection");
			}
			if (status <= 0)
				return MUXCTL_FAILED;
		}
		if (fds[1].revents && !pass_input(session))
			return MUXCTL_OK;
	}
	return 128 + ended_by;
}

int muxctl_attach(struct muxctl_arguments *arguments)
{
	struct muxctl_console console;
	struct session session = { .console = &console, .terminal = isatty(STDIN_FILENO) };
	sigset_t while_waiting;
	int status;

	if (muxctl_find(&arguments->servers, arguments->name, &console) < 0)
		return MUXCTL_FAILED;
	session.fd = muxctl_open_stream(&console, "attach", arguments->bytes);
	if (session.fd < 0)
		return MUXCTL_FAILED;
	catch_signals(&while_waiting);
	if (session.terminal) {
		fprintf(stderr, "attached to %s; ~. detaches, ~? helps\n", console.name);
		atexit(restore_terminal);
		if (make_raw() < 0) {
			say_error("the terminal cannot be made raw: %s", strerror(errno));
			return MUXCTL_FAILED;
		}
	}
	status = run(&session, &while_waiting);
	restore_terminal();
	close(session.fd);
	return status;
}

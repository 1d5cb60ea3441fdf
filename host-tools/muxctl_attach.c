// SPDX-License-Identifier: BSD-2-Clause
/* `muxctl attach`: this terminal becomes the console's. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "host-tools/muxctl.h"
#include "host-tools/muxctl_escape.h"
#include "host-tools/muxctl_terminal.h"
#include "host-tools/say.h"

enum { PIECE_MAX = 4096, TYPED_MAX = 65536 };

struct session {
	const struct muxctl_console *console;
	int fd;		 /* does not block */
	bool terminal;	 /* standard input is one */
	bool input_ends; /* nothing more is typed */
	struct muxctl_escape escape;
	char typed[TYPED_MAX]; /* and not yet taken by the server */
	size_t typed_len;
};

static int put_out(const char *data, size_t len)
{
	while (len > 0) {
		ssize_t written = write(STDOUT_FILENO, data, len);

		if (written > 0) {
			data += written;
			len -= (size_t)written;
		} else if (errno == EAGAIN) {
			poll(&(struct pollfd){ .fd = STDOUT_FILENO, .events = POLLOUT }, 1, -1);
		} else if (errno != EINTR) {
			return -1;
		}
	}
	return 0;
}

/* Send what was typed, as far as the server takes it now.  If it is gone, reading says so. */
static void send_typed(struct session *session)
{
	ssize_t sent = send(session->fd, session->typed, session->typed_len, MSG_NOSIGNAL);

	if (sent < 0)
		return;
	session->typed_len -= (size_t)sent;
	memmove(session->typed, session->typed + sent, session->typed_len);
	if (session->typed_len == 0 && session->input_ends)
		shutdown(session->fd, SHUT_WR);
}

/* As a terminal does: what nobody takes is kept, and when that is too much, the bell rings. */
static void type(struct session *session, const char *data, size_t len)
{
	size_t room = TYPED_MAX - session->typed_len;

	if (len > room)
		put_out("\a", 1);
	memcpy(session->typed + session->typed_len, data, len < room ? len : room);
	session->typed_len += len < room ? len : room;
}

static void send_break(const struct session *session)
{
	char *request = say_format("break %s", session->console->name);
	json_t *answer = muxctl_ask_once(session->console->server, request);

	put_out("\r", answer ? 0 : 1); /* the terminal does not do that for an error message */
	json_decref(answer);
	free(request);
}

/* Act on what was typed.  False: detach. */
static bool act(struct session *session, enum muxctl_action action)
{
	switch (action) {
	case MUXCTL_NOTHING:
		break;
	case MUXCTL_DETACH:
		return false;
	case MUXCTL_HELP:
		put_out(muxctl_escape_help, strlen(muxctl_escape_help));
		break;
	case MUXCTL_BREAK:
		send_break(session);
		break;
	case MUXCTL_SUSPEND:
		kill(0, SIGTSTP); /* with all of a pipe, as the terminal does */
		break;
	}
	return true;
}

/* False: the session is over. */
static bool take_input(struct session *session)
{
	char in[PIECE_MAX], out[sizeof(in) + 1];
	ssize_t len = read(STDIN_FILENO, in, sizeof(in));
	const char *at = in;

	if (len < 0)
		return errno == EINTR || errno == EAGAIN;
	if (len == 0) {
		session->input_ends = true;
		return !session->terminal;
	}
	if (!session->terminal) {
		type(session, in, (size_t)len);
		return true;
	}
	while (len > 0) {
		enum muxctl_action action;
		size_t out_len, taken = muxctl_escape_take(&session->escape, at, (size_t)len, out,
							   &out_len, &action);

		type(session, out, out_len);
		if (!act(session, action))
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
	return put_out(data, (size_t)len) == 0 ? 1 : -1;
}

static int run(struct session *session)
{
	for (;;) {
		bool waits = session->typed_len > 0;
		bool listens = !session->input_ends && (session->terminal || !waits);
		struct pollfd fds[2] = {
			{ .fd = session->fd, .events = waits ? POLLIN | POLLOUT : POLLIN },
			{ .fd = listens ? STDIN_FILENO : -1, .events = POLLIN },
		};
		int status = 1;

		if (poll(fds, 2, -1) < 0)
			continue;
		if (fds[0].revents & ~POLLOUT)
			status = pass_output(session);
		if (status == 0) {
			muxctl_terminal_close();
			say_error("the server closed the connection");
		}
		if (status <= 0)
			return MUXCTL_FAILED;
		if (fds[1].revents && !take_input(session))
			return MUXCTL_OK;
		if ((fds[0].revents & POLLOUT) || fds[1].revents)
			send_typed(session);
	}
}

int muxctl_attach(struct muxctl_arguments *arguments)
{
	static struct session session;
	struct muxctl_console console;
	int status;

	if (muxctl_find(&arguments->servers, arguments->name, &console) < 0)
		return MUXCTL_FAILED;
	session.console = &console;
	session.terminal = isatty(STDIN_FILENO);
	session.fd = muxctl_open_stream(&console, "attach", arguments->bytes);
	if (session.fd < 0)
		return MUXCTL_FAILED;
	fcntl(session.fd, F_SETFL, O_NONBLOCK);
	signal(SIGPIPE, SIG_IGN);
	if (session.terminal) {
		fprintf(stderr, "attached to %s; ~. detaches, ~? helps\n", console.name);
		status = muxctl_terminal_open();
		if (status < 0) {
			say_error("the terminal cannot be made raw: %s", strerror(-status));
			return MUXCTL_FAILED;
		}
	}
	status = run(&session);
	muxctl_terminal_close();
	close(session.fd);
	return status;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/control.h"

#include <errno.h>
#include <event2/buffer.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mux-server/console.h"
#include "mux-server/control_socket.h"
#include "mux-server/report.h"
#include "mux-server/server.h"

struct connection {
	TAILQ_ENTRY(connection) link;
	struct control *control;
	int fd;
	bool may_change;
	bool too_long; /* the line is; it is skipped */
	char line[CONTROL_LINE_MAX];
	size_t len;
	struct evbuffer *out; /* while there is some, no request is read */
	struct event *readable, *writable;
};

struct control {
	struct event_base *base;
	struct server *server;
	struct socket_file socket;
	struct event *acceptable;
	struct event *resume; /* out of descriptors until then */
	unsigned count;
	TAILQ_HEAD(, connection) connections;
};

json_t *control_text(const char *text)
{
	json_t *json = json_string(text);
	char *copy;

	if (json || !(copy = strdup(text)))
		return json;
	for (char *c = copy; *c; c++)
		if ((unsigned char)*c > 0x7f)
			*c = '?';
	json = json_string(copy);
	free(copy);
	return json;
}

void control_fail(struct control_answer *answer, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	json_object_set_new(answer->json, "ok", json_false());
	json_object_set_new(answer->json, "error", control_text(text));
}

/* Forget the connection; @close_it is false if its descriptor is someone else's now. */
static void drop(struct connection *connection, bool close_it)
{
	struct control *control = connection->control;

	TAILQ_REMOVE(&control->connections, connection, link);
	if (connection->readable)
		event_free(connection->readable);
	if (connection->writable)
		event_free(connection->writable);
	if (connection->out)
		evbuffer_free(connection->out);
	if (close_it)
		close(connection->fd);
	free(connection);
	if (control->count-- == CONTROL_CONNECTIONS_MAX)
		event_add(control->acceptable, NULL);
}

/* Send what waits.  False: the peer is gone, and the connection with it. */
static bool send_waiting(struct connection *connection)
{
	while (evbuffer_get_length(connection->out) > 0) {
		if (evbuffer_write(connection->out, connection->fd) >= 0)
			continue;
		if (errno == EAGAIN || errno == EINTR) {
			event_del(connection->readable);
			event_add(connection->writable, NULL);
			return true;
		}
		drop(connection, true);
		return false;
	}
	event_add(connection->readable, NULL);
	return true;
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	send_waiting(arg);
}

static void put_answer(struct connection *connection, const struct control_answer *answer)
{
	char *text = json_dumps(answer->json, JSON_COMPACT);
	struct iovec pieces[2];

	if (!text || evbuffer_add_printf(connection->out, "%s\n", text) < 0)
		report_error("no memory for an answer on the control socket");
	free(text);
	if (answer->tail)
		for (int i = 0, count = control_tail_pieces(answer, pieces); i < count; i++)
			evbuffer_add(connection->out, pieces[i].iov_base, pieces[i].iov_len);
}

/* Give the connection to a console.  An answer that its peer has no room for yet is given up. */
static void attach(struct connection *connection, const struct control_answer *answer)
{
	struct client_terms terms = { .replay = answer->replay, .read_only = answer->read_only };
	struct console *console = answer->attach;
	struct client_list *clients = &connection->control->server->listeners.clients;
	int fd = connection->fd;

	if (evbuffer_get_length(connection->out) > 0) {
		drop(connection, true);
		return;
	}
	drop(connection, false);
	if (client_open(clients, console->board, console->channel, fd, &terms) < 0)
		report_error("no memory for a client on stream %d", console->channel->number);
}

/* Carry out one line.  False: the connection is gone. */
static bool handle(struct connection *connection)
{
	struct control_answer answer = { .json = json_pack("{s:b}", "ok", 1) };
	struct control_line line;
	const char *wrong = NULL;
	bool alive;

	if (connection->too_long)
		wrong = "the line is too long";
	else
		wrong = control_line_parse(&line, connection->line, connection->len);
	connection->len = 0;
	connection->too_long = false;
	if (wrong)
		control_fail(&answer, "%s", wrong);
	else
		control_execute(connection->control->server, &line, connection->may_change,
				&answer);
	put_answer(connection, &answer);
	alive = send_waiting(connection);
	if (alive && answer.attach) {
		attach(connection, &answer);
		alive = false;
	}
	json_decref(answer.json);
	return alive;
}

/* Take no more than one line: what follows may belong to a console. */
static ssize_t take(struct connection *connection, bool *complete)
{
	char piece[CONTROL_LINE_MAX];
	ssize_t len = recv(connection->fd, piece, sizeof(piece), MSG_PEEK);
	char *end;

	*complete = false;
	if (len <= 0)
		return len;
	end = memchr(piece, '\n', (size_t)len);
	if (end)
		len = end - piece + 1;
	len = recv(connection->fd, piece, (size_t)len, 0);
	if (len <= 0)
		return len;
	*complete = end != NULL;
	if (connection->len + (size_t)len > CONTROL_LINE_MAX) {
		connection->too_long = true;
		connection->len = 0;
	}
	if (!connection->too_long) {
		memcpy(connection->line + connection->len, piece, (size_t)len);
		connection->len += (size_t)len - *complete;
	}
	return len;
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct connection *connection = arg;
	bool complete;
	ssize_t len = take(connection, &complete);

	(void)fd;
	(void)what;
	if (len == 0 || (len < 0 && errno != EAGAIN && errno != EINTR))
		drop(connection, true);
	else if (complete)
		handle(connection);
}

static void add_connection(struct control *control, int fd)
{
	struct connection *connection = calloc(1, sizeof(*connection));

	if (!connection) {
		close(fd);
		return;
	}
	connection->control = control;
	connection->fd = fd;
	connection->may_change = control_socket_is_owner(fd);
	connection->out = evbuffer_new();
	connection->readable =
		event_new(control->base, fd, EV_READ | EV_PERSIST, on_readable, connection);
	connection->writable = event_new(control->base, fd, EV_WRITE, on_writable, connection);
	TAILQ_INSERT_TAIL(&control->connections, connection, link);
	if (++control->count == CONTROL_CONNECTIONS_MAX)
		event_del(control->acceptable); /* the next one waits until one leaves */
	if (connection->out && connection->readable && connection->writable)
		event_add(connection->readable, NULL);
	else
		drop(connection, true);
}

static void on_acceptable(evutil_socket_t listening, short what, void *arg)
{
	struct control *control = arg;
	int fd = accept4(listening, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	struct timeval wait = { .tv_sec = 1 };

	(void)what;
	if (fd >= 0) {
		add_connection(control, fd);
	} else if (errno == EMFILE || errno == ENFILE) {
		/* It would be reported for ever: look again in a second. */
		event_del(control->acceptable);
		event_add(control->resume, &wait);
	}
}

static void on_resume(evutil_socket_t fd, short what, void *arg)
{
	struct control *control = arg;

	(void)fd;
	(void)what;
	event_add(control->acceptable, NULL);
}

int control_open(struct control **result, struct event_base *base, struct server *server,
		 const char *path, char *why, size_t why_size)
{
	struct control *control = calloc(1, sizeof(*control));
	int status;

	if (!control) {
		snprintf(why, why_size, "no memory for the control socket");
		return -ENOMEM;
	}
	status = control_socket_open(&control->socket, path, why, why_size);
	if (status < 0) {
		free(control);
		return status;
	}
	control->base = base;
	control->server = server;
	TAILQ_INIT(&control->connections);
	control->acceptable =
		event_new(base, control->socket.fd, EV_READ | EV_PERSIST, on_acceptable, control);
	control->resume = evtimer_new(base, on_resume, control);
	if (!control->acceptable || !control->resume || event_add(control->acceptable, NULL) < 0) {
		snprintf(why, why_size, "no memory for the control socket");
		control_close(control);
		return -ENOMEM;
	}
	*result = control;
	return 0;
}

void control_close(struct control *control)
{
	struct connection *connection;

	while ((connection = TAILQ_FIRST(&control->connections)) != NULL)
		drop(connection, true);
	if (control->acceptable)
		event_free(control->acceptable);
	if (control->resume)
		event_free(control->resume);
	control_socket_close(&control->socket);
	free(control);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/message_socket.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mux-server/lookup.h"
#include "mux-server/sockets.h"

/* A peer that acknowledges nothing for @UNHEARD_MS is gone. */
enum { CONNECT_TIMEOUT_S = 10, IDLE_S = 10, UNHEARD_MS = 30000 };

struct message_socket {
	struct event_base *base;
	struct message_address address;
	void (*connected)(void *arg, int fd, const char *why);
	void *arg;
	int fd;
	struct lookup *lookup;
	struct addrinfo *next; /* to try when this one fails; part of the lookup */
	struct event *event;   /* the look-up or the connection being made */
};

static void answer(struct message_socket *link, int error)
{
	link->connected(link->arg, error ? -1 : link->fd, error ? strerror(error) : NULL);
}

static void drop_attempt(struct message_socket *link)
{
	if (link->event)
		event_free(link->event);
	if (link->lookup)
		lookup_drop(link->lookup);
	link->event = NULL;
	link->lookup = NULL;
	link->next = NULL;
}

static void close_fd(struct message_socket *link)
{
	if (link->fd >= 0)
		close(link->fd);
	link->fd = -1;
}

static void connect_next(struct message_socket *link, int error);

static void on_ready(evutil_socket_t fd, short what, void *arg)
{
	struct message_socket *link = arg;
	socklen_t len = sizeof(int);
	int error = 0;

	event_free(link->event);
	link->event = NULL;
	if (what & EV_TIMEOUT)
		error = ETIMEDOUT;
	else if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		error = errno;
	if (error) {
		close_fd(link);
		connect_next(link, error);
		return;
	}
	drop_attempt(link);
	if (link->address.kind == MESSAGE_TCP) {
		socket_tune_tcp(fd, IDLE_S);
		setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &(int){ UNHEARD_MS }, sizeof(int));
	}
	answer(link, 0);
}

/* Start to connect to @to.  Returns 0, or an errno. */
static int try_address(struct message_socket *link, const struct addrinfo *to)
{
	struct timeval patience = { .tv_sec = CONNECT_TIMEOUT_S };
	int type = link->address.kind == MESSAGE_TCP ? SOCK_STREAM : SOCK_DGRAM;

	link->fd = socket(to->ai_family, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (link->fd < 0)
		return errno;
	if (connect(link->fd, to->ai_addr, to->ai_addrlen) < 0 && errno != EINPROGRESS)
		return errno;
	link->event = event_new(link->base, link->fd, EV_WRITE, on_ready, link);
	return link->event && event_add(link->event, &patience) == 0 ? 0 : ENOMEM;
}

/* Try the next address; @error is why the one before failed. */
static void connect_next(struct message_socket *link, int error)
{
	while (link->next) {
		struct addrinfo *to = link->next;

		link->next = to->ai_next;
		error = try_address(link, to);
		if (!error)
			return;
		close_fd(link);
	}
	answer(link, error);
}

static void on_looked_up(evutil_socket_t fd, short what, void *arg)
{
	struct message_socket *link = arg;
	int status = lookup_answer(link->lookup, &link->next);

	(void)fd;
	(void)what;
	event_free(link->event);
	link->event = NULL;
	if (status != 0)
		link->connected(link->arg, -1, gai_strerror(status));
	else
		connect_next(link, EADDRNOTAVAIL);
}

static void connect_unix(struct message_socket *link)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };

	strcpy(to.sun_path, link->address.path);
	link->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (link->fd < 0 || connect(link->fd, (struct sockaddr *)&to, sizeof(to)) < 0)
		answer(link, errno);
	else
		answer(link, 0);
}

void message_socket_connect(struct message_socket *link)
{
	if (link->address.kind == MESSAGE_UNIX) {
		connect_unix(link);
		return;
	}
	link->lookup = lookup_start(link->address.host, link->address.port);
	if (link->lookup)
		link->event =
			event_new(link->base, lookup_fd(link->lookup), EV_READ, on_looked_up, link);
	if (!link->event || event_add(link->event, NULL) < 0)
		answer(link, ENOMEM);
}

enum message_kind message_socket_kind(const struct message_socket *link)
{
	return link->address.kind;
}

int message_socket_fd(const struct message_socket *link)
{
	return link->fd;
}

void message_socket_close(struct message_socket *link)
{
	drop_attempt(link);
	close_fd(link);
}

struct message_socket *message_socket_new(struct event_base *base, const char *where,
					  void (*connected)(void *arg, int fd, const char *why),
					  void *arg)
{
	struct message_socket *link = calloc(1, sizeof(*link));

	if (!link)
		return NULL;
	if (!message_address_parse(&link->address, where)) {
		free(link);
		return NULL;
	}
	link->base = base;
	link->connected = connected;
	link->arg = arg;
	link->fd = -1;
	return link;
}

void message_socket_free(struct message_socket *link)
{
	message_socket_close(link);
	free(link);
}

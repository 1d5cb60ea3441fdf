/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/listener.h"

#include <assert.h>
#include <errno.h>
#include <event2/listener.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mux-server/report.h"

enum { ADDRESSES_MAX = 8, ANY_PORT_ATTEMPTS = 16, RESUME_S = 1 };

struct listener {
	TAILQ_ENTRY(listener) link;
	struct listener_set *set;
	struct board *board;
	struct channel *channel;
	struct client_terms terms;
	uint16_t port;
	struct evconnlistener *accepting[ADDRESSES_MAX]; /* one socket for each address */
	int count;
};

static void resume(struct listener_set *set)
{
	struct listener *listener;

	event_del(set->resume);
	TAILQ_FOREACH (listener, &set->listeners, link)
		for (int i = 0; i < listener->count; i++)
			evconnlistener_enable(listener->accepting[i]);
}

static void on_resume(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	resume(arg);
}

static void on_client_left(void *arg)
{
	struct listener_set *set = arg;

	if (event_pending(set->resume, EV_TIMEOUT, NULL))
		resume(set);
}

static void on_accept(struct evconnlistener *accepting, evutil_socket_t fd, struct sockaddr *peer,
		      int peer_len, void *arg)
{
	struct listener *listener = arg;

	(void)accepting;
	(void)peer;
	(void)peer_len;
	if (client_open(&listener->set->clients, listener->board, listener->channel, fd,
			&listener->terms) < 0)
		report_error("no memory for a client on stream %d", listener->channel->number);
}

/* Out of descriptors: the connection stays in the backlog and would be reported for ever. */
static void on_accept_error(struct evconnlistener *accepting, void *arg)
{
	struct listener *listener = arg;
	struct listener_set *set = listener->set;
	struct timeval wait = { .tv_sec = RESUME_S };

	(void)accepting;
	if (client_close_idle(&set->clients))
		return; /* the next attempt has a descriptor */
	if (!set->warned)
		report_error(
			"accept() failed for stream %d: %s; clients wait until others leave (ulimit -n)",
			listener->channel->number, strerror(errno));
	set->warned = true;
	TAILQ_FOREACH (listener, &set->listeners, link)
		for (int i = 0; i < listener->count; i++)
			evconnlistener_disable(listener->accepting[i]);
	event_add(set->resume, &wait);
}

int listener_set_init(struct listener_set *set, struct event_base *base)
{
	*set = (struct listener_set){ .base = base };
	TAILQ_INIT(&set->listeners);
	set->clients.base = base;
	set->clients.left = on_client_left;
	set->clients.arg = set;
	TAILQ_INIT(&set->clients.clients);
	set->resume = evtimer_new(base, on_resume, set);
	return set->resume ? 0 : -ENOMEM;
}

/* A socket bound to @address with @port put into it.  Returns it or -errno. */
static int bind_socket(const struct addrinfo *address, uint16_t port)
{
	struct sockaddr_storage at;
	int one = 1, zero = 0, error;
	int fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	memcpy(&at, address->ai_addr, address->ai_addrlen);
	if (address->ai_family == AF_INET6) {
		((struct sockaddr_in6 *)&at)->sin6_port = htons(port);
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof(zero));
	} else {
		((struct sockaddr_in *)&at)->sin_port = htons(port);
	}
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&at, address->ai_addrlen) == 0 &&
	    listen(fd, SOMAXCONN) == 0)
		return fd;
	error = errno;
	close(fd);
	return -error;
}

static uint16_t bound_port(int fd)
{
	struct sockaddr_storage at;
	socklen_t len = sizeof(at);

	if (getsockname(fd, (struct sockaddr *)&at, &len) < 0)
		return 0;
	return ntohs(at.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&at)->sin6_port
					      : ((struct sockaddr_in *)&at)->sin_port);
}

/*
 * Bind one port on all @addresses that this machine has.  Returns the number of sockets, or -errno
 * of the one that failed.  *@port is the port that the first of them got.
 */
static int bind_all(const struct addrinfo *addresses, uint16_t *port, int fds[ADDRESSES_MAX])
{
	int count = 0;
	int error = -EADDRNOTAVAIL;

	for (const struct addrinfo *a = addresses; a && count < ADDRESSES_MAX; a = a->ai_next) {
		int fd = bind_socket(a, *port);

		if (fd >= 0) {
			fds[count++] = fd;
			*port = bound_port(fd);
		} else if (fd != -EADDRNOTAVAIL && fd != -EAFNOSUPPORT) {
			while (count > 0)
				close(fds[--count]);
			return fd;
		} else {
			error = fd;
		}
	}
	return count > 0 ? count : error;
}

/* Accept connections on @fd, which is the listener's from now on, even on failure. */
static int add_socket(struct listener *listener, int fd)
{
	struct evconnlistener *accepting =
		evconnlistener_new(listener->set->base, on_accept, listener,
				   LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);

	if (!accepting) {
		close(fd);
		return -ENOMEM;
	}
	evconnlistener_set_error_cb(accepting, on_accept_error);
	listener->accepting[listener->count++] = accepting;
	return 0;
}

static void explain(const char *address, uint16_t port, int error, char *why, size_t why_size)
{
	const char *where = address ? address : "localhost";

	if (error == -EADDRINUSE)
		snprintf(
			why, why_size,
			"port %u on %s is in use by another program (ss -ltnp sport = :%u names it); "
			"choose another, or 0 for any",
			port, where, port);
	else if (error == -EACCES)
		snprintf(why, why_size, "not allowed to listen on port %u; choose one from 1024 up",
			 port);
	else
		snprintf(why, why_size, "cannot listen on %s port %u: %s", where, port,
			 strerror(-error));
}

/* Sockets that listen on @port of @address.  Returns their number or -errno. */
static int open_sockets(const char *address, uint16_t port, uint16_t *bound, int fds[ADDRESSES_MAX],
			char *why, size_t why_size)
{
	struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
	struct addrinfo *addresses;
	int status = getaddrinfo(address, "0", &hints, &addresses);
	int attempts = 0;

	if (status != 0) {
		snprintf(why, why_size,
			 "cannot listen on %s: %s; --listen takes an address of this machine",
			 address ? address : "localhost", gai_strerror(status));
		return -EADDRNOTAVAIL;
	}
	do {
		*bound = port;
		status = bind_all(addresses, bound, fds);
	} while (status == -EADDRINUSE && port == 0 && ++attempts < ANY_PORT_ATTEMPTS);
	freeaddrinfo(addresses);
	if (status < 0)
		explain(address, *bound, status, why, why_size);
	return status;
}

static void warn(struct listener_set *set, const char *address)
{
	if (!address || strcmp(address, "localhost") == 0 ||
	    strncmp(address, set->wide, sizeof(set->wide) - 1) == 0)
		return;
	snprintf(set->wide, sizeof(set->wide), "%s", address);
	report_error("listening on %s: whoever reaches it has the consoles, there is no password",
		     address);
}

int listener_open(struct listener **result, struct listener_set *set, struct board *board,
		  struct channel *channel, const char *address, uint16_t port, char *why,
		  size_t why_size)
{
	int fds[ADDRESSES_MAX];
	uint16_t bound;
	int count = open_sockets(address, port, &bound, fds, why, why_size);
	struct listener *listener;
	int status = 0;

	if (count < 0)
		return count;
	listener = calloc(1, sizeof(*listener));
	if (!listener)
		status = -ENOMEM;
	else
		*listener = (struct listener){ .set = set, .board = board, .channel = channel };
	for (int i = 0; i < count; i++) {
		if (status == 0)
			status = add_socket(listener, fds[i]);
		else
			close(fds[i]);
	}
	if (listener)
		TAILQ_INSERT_TAIL(&set->listeners, listener, link);
	if (status < 0) {
		explain(address, bound, status, why, why_size);
		if (listener)
			listener_close(listener);
		return status;
	}
	report_info("IO Channel %d listening on port %u for stream %d", channel->number, bound,
		    channel->number);
	warn(set, address);
	listener->port = bound;
	*result = listener;
	return 0;
}

void listener_set_terms(struct listener *listener, const struct client_terms *terms)
{
	listener->terms = *terms;
}

uint16_t listener_port(const struct listener *listener)
{
	return listener->port;
}

void listener_close(struct listener *listener)
{
	TAILQ_REMOVE(&listener->set->listeners, listener, link);
	while (listener->count > 0)
		evconnlistener_free(listener->accepting[--listener->count]);
	free(listener);
}

void listener_set_fini(struct listener_set *set)
{
	assert(TAILQ_EMPTY(&set->listeners));
	client_close_all(&set->clients);
	event_free(set->resume);
}

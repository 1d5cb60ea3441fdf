/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/listener.h"

#include <assert.h>
#include <errno.h>
#include <event2/listener.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mux-server/report.h"

enum { RESUME_S = 1 };

struct listener {
	TAILQ_ENTRY(listener) link;
	struct listener_set *set;
	struct board *board;
	struct channel *channel;
	struct client_terms terms;
	struct evconnlistener *accepting[TCP_PORT_SOCKETS_MAX]; /* one socket for each address */
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
		report_error("no memory for a client on stream %d%s", listener->channel->number,
			     listener->channel->of);
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
			"accept() failed for stream %d%s: %s; clients wait until others leave (ulimit -n)",
			listener->channel->number, listener->channel->of, strerror(errno));
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
	pty_set_init(&set->ptys, base, &set->clients);
	set->resume = evtimer_new(base, on_resume, set);
	return set->resume ? 0 : -ENOMEM;
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

int listener_open(struct listener **result, struct listener_set *set, struct board *board,
		  struct channel *channel, const int fds[], int count)
{
	struct listener *listener = calloc(1, sizeof(*listener));
	int status = listener ? 0 : -ENOMEM;

	if (listener) {
		*listener = (struct listener){ .set = set, .board = board, .channel = channel };
		TAILQ_INSERT_TAIL(&set->listeners, listener, link);
	}
	for (int i = 0; i < count; i++) {
		if (status == 0)
			status = add_socket(listener, fds[i]);
		else
			close(fds[i]);
	}
	if (status == 0)
		*result = listener;
	else if (listener)
		listener_close(listener);
	return status;
}

void listener_set_terms(struct listener *listener, const struct client_terms *terms)
{
	listener->terms = *terms;
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
	pty_set_fini(&set->ptys);
	event_free(set->resume);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Where clients connect to the channels: TCP ports and unix sockets; and who has connected. */
#ifndef MUX_SERVER_LISTENER_H
#define MUX_SERVER_LISTENER_H

#include <event2/event.h>
#include <stdbool.h>
#include <sys/queue.h>

#include "mux-server/board.h"
#include "mux-server/client.h"
#include "mux-server/pty.h"
#include "mux-server/tcp_port.h"

struct listener;

struct listener_set {
	struct event_base *base;
	struct client_list clients;
	TAILQ_HEAD(, listener) listeners;
	struct event *resume; /* pending: out of descriptors, nobody is accepted */
	bool warned;
	char wide[64]; /* the last address that was warned of */
	struct pty_set ptys;
};

/* Make an empty set.  Returns 0 or -ENOMEM. */
int listener_set_init(struct listener_set *set, struct event_base *base);

/*
 * Accept clients of @channel on @count sockets, which listen without blocking and are the
 * listener's from now on, even on failure (-ENOMEM).  @result is set on success, which is 0.
 */
int listener_open(struct listener **result, struct listener_set *set, struct board *board,
		  struct channel *channel, const int fds[], int count);

/* Grant @terms to clients that connect from now on. */
void listener_set_terms(struct listener *listener, const struct client_terms *terms);

/* Stop listening.  Who has connected stays. */
void listener_close(struct listener *listener);

/* Disconnect all clients.  All listeners must be closed. */
void listener_set_fini(struct listener_set *set);

#endif

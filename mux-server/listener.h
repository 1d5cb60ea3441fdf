/* SPDX-License-Identifier: BSD-2-Clause */
/* The TCP ports of the channels. */
#ifndef MUX_SERVER_LISTENER_H
#define MUX_SERVER_LISTENER_H

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/queue.h>

#include "mux-server/board.h"
#include "mux-server/client.h"

struct listener;

struct listener_set {
	struct event_base *base;
	struct client_list clients;
	TAILQ_HEAD(, listener) listeners;
	struct event *resume; /* pending: out of descriptors, nobody is accepted */
	bool warned;
	char wide[64]; /* the last address that was warned of */
};

/* Make an empty set.  Returns 0 or -ENOMEM. */
int listener_set_init(struct listener_set *set, struct event_base *base);

/*
 * Listen on @port (0: any that is free) of @address (NULL: loopback, both IPv4 and IPv6) for
 * @channel and say which port it is.  @result is set on
 * success.  Returns 0 or -errno, with one sentence in @why.
 */
int listener_open(struct listener **result, struct listener_set *set, struct board *board,
		  struct channel *channel, const char *address, uint16_t port, char *why,
		  size_t why_size);

/* Grant @terms to clients that connect from now on. */
void listener_set_terms(struct listener *listener, const struct client_terms *terms);

/* The port that is listened on. */
uint16_t listener_port(const struct listener *listener);

/* Stop listening.  Who has connected stays. */
void listener_close(struct listener *listener);

/* Disconnect all clients.  All listeners must be closed. */
void listener_set_fini(struct listener_set *set);

#endif

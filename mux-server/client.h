/* SPDX-License-Identifier: BSD-2-Clause */
/* A connected client: sees all that its channel prints, and may type. */
#ifndef MUX_SERVER_CLIENT_H
#define MUX_SERVER_CLIENT_H

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/queue.h>

#include "mux-server/board.h"
#include "mux-server/telnet.h"

struct client;

/* A place for one client, for those who have to know whether it is taken. */
struct client_seat {
	struct client *client; /* NULL: it is free */
	/* The client has left, its descriptor is closed; or it was @sent_away by the server. */
	void (*left)(struct client_seat *seat, bool sent_away);
};

/* What a client is granted. */
struct client_terms {
	size_t replay;		  /* begin with the last so many bytes, as far as they are kept */
	bool read_only;		  /* what it types is thrown away */
	enum telnet_mode telnet;  /* for TCP; elsewhere nobody speaks it */
	struct client_seat *seat; /* that it takes; NULL: none */
};

/* How a client does. */
struct client_info {
	const char *peer;
	int64_t since_us;  /* log_stamp.h */
	uint64_t sent;	   /* bytes of the channel that it was given */
	uint64_t received; /* bytes that it typed */
	uint64_t skipped;  /* bytes of the channel that it missed */
	uint64_t behind;   /* bytes of the channel that wait for it */
	bool full;	   /* it takes nothing now */
	bool read_only;
	bool telnet;
};

struct client_list {
	TAILQ_HEAD(, client) clients;
	struct event_base *base;
	void (*left)(void *arg); /* a descriptor became free */
	void *arg;
};

/*
 * Serve @fd, a non-blocking socket or terminal, which is the client's from now on, even on failure
 * (-ENOMEM).
 */
int client_open(struct client_list *list, struct board *board, struct channel *channel, int fd,
		const struct client_terms *terms);

/*
 * Descriptors are short: disconnect the oldest client that has ended its input, which as a rule has
 * left. Returns false if there is none.
 */
bool client_close_idle(struct client_list *list);

/*
 * Nobody reads what is sent to it, but what it typed may still have to be read: stop sending, or
 * with @muted false send again what comes from now on.
 */
void client_mute(struct client *client, bool muted);

/* Disconnect a client. */
void client_close(struct client *client);

/* How many clients @channel has. */
unsigned client_count(const struct client_list *list, const struct channel *channel);

/* Show each client of @channel to @visit, which must not close any. */
void client_visit(const struct client_list *list, const struct channel *channel,
		  void (*visit)(void *arg, const struct client_info *info), void *arg);

/* Disconnect the clients of @channel. */
void client_close_channel(struct client_list *list, const struct channel *channel);

/* Disconnect all clients. */
void client_close_all(struct client_list *list);

#endif

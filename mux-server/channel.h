/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A channel: what one partition prints, kept in one ring, and the sinks that read it.  A sink
 * (client, log, standard output) has its own offset into the ring, so that none can delay another,
 * and a new kind of sink touches no other file.
 */
#ifndef MUX_SERVER_CHANNEL_H
#define MUX_SERVER_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "mux-server/ring.h"

enum { CHANNEL_NAME_SIZE = 64 };

struct channel;

struct sink {
	TAILQ_ENTRY(sink) link;
	struct channel *channel;
	struct ring_reader reader;
	/* Pass on what is new, as far as it goes without waiting.  May detach and free this sink,
	 * but no other. */
	void (*flush)(struct sink *sink);
};

/* How the source is to flow.  The strictest wish of all who hold it counts. */
enum flow_level {
	FLOW_RUN,
	FLOW_PAUSE, /* if that loses nothing: a reader that keeps up asks for it */
	FLOW_STOP,  /* in any case: a reader of a channel that blocks */
};

struct flow {
	unsigned holders[FLOW_STOP + 1];
	void (*changed)(struct flow *flow); /* flow_level() did */
};

/* What happens to a client that does not take what its channel prints. */
enum slow_reader {
	SLOW_READER_SKIP,  /* it misses what the ring could not keep for it, and is told */
	SLOW_READER_DROP,  /* it is disconnected then */
	SLOW_READER_BLOCK, /* the board waits for it */
};

struct channel {
	int number;			   /* 0..94, as on the wire */
	char name[CHANNEL_NAME_SIZE];	   /* of its console; empty: none */
	char partition[CHANNEL_NAME_SIZE]; /* whose console it is; empty: not known */
	char board[CHANNEL_NAME_SIZE];	   /* the board's */
	const char *of;			   /* " of BOARD" where messages name it, or "" */
	enum slow_reader slow_reader;	   /* call channel_flush() after a change */
	unsigned slow_reader_age;	   /* seconds that a client may take nothing; 0: any */
	uint64_t skipped;		   /* bytes that clients did not read in time */
	uint64_t dropped; /* clients that were disconnected because they did not read */
	bool dirty;	  /* written since the last flush; for the use of the writer */
	struct ring ring;
	struct flow *flow;
	TAILQ_HEAD(, sink) sinks;
};

/* Make a channel with a ring of @ring_size bytes and no sinks.  NULL: out of memory. */
struct channel *channel_open(int number, size_t ring_size, struct flow *flow);

/* Free a channel, which must have no sinks left. */
void channel_close(struct channel *channel);

/* The partition whose console it is or, where that is not known, the console's name. */
const char *channel_partition(const struct channel *channel);

/* Add a sink, which sees what is written from now on.  The caller owns it. */
void channel_attach(struct channel *channel, struct sink *sink, void (*flush)(struct sink *sink));

/* Remove a sink. */
void channel_detach(struct sink *sink);

/* Let every sink pass on what was written to the ring. */
void channel_flush(struct channel *channel);

/* Ask for @level, above FLOW_RUN, and end that.  Every hold needs one release. */
void flow_hold(struct flow *flow, enum flow_level level);
void flow_release(struct flow *flow, enum flow_level level);

/* What the source is to do now. */
enum flow_level flow_level(const struct flow *flow);

#endif

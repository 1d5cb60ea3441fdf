/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the clients to the target: who may send next, encoded for the wire.
 *
 * Every client owns a source with a small buffer.  When its buffer is full, that client, and nobody
 * else, has to wait.  Channels take turns of UPLINK_QUANTUM bytes, and so do the sources of one
 * channel.  Little is encoded ahead of what the target takes, so that a key typed on an idle
 * channel does not queue behind a flood on another.
 *
 * A channel whose target drops what comes too fast is paced: its next byte is encoded no sooner
 * than a while after the target took the last one.  Nobody else waits for that.
 */
#ifndef MUX_SERVER_UPLINK_H
#define MUX_SERVER_UPLINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "protocol/mux.h"

/* What the target is known to understand; protocol/README.md, "A boot loader on the same wire". */
enum uplink_speech {
	UPLINK_UNKNOWN, /* it has said nothing that tells */
	UPLINK_PLAIN,	/* a boot loader: channel 0 is sent as it was typed, the others wait */
	UPLINK_FRAMED,	/* it speaks the protocol */
};

enum {
	UPLINK_QUANTUM = 256,		  /* bytes per turn of a channel */
	UPLINK_SOURCE_SIZE = 4096,	  /* bytes that wait per source */
	UPLINK_ORPHANS_MAX = 65536,	  /* bytes that wait of clients that have left */
	UPLINK_ORPHAN_SOURCES_MAX = 1024, /* of so many clients */
	UPLINK_AHEAD_MIN = 256,	  /* bytes encoded ahead: twice what the target took last, */
	UPLINK_AHEAD_MAX = 16384, /* within these limits */
};

struct uplink_source;

/* A channel that has something to send. */
struct uplink_lane {
	TAILQ_ENTRY(uplink_lane) link;	     /* in busy, while sources is not empty */
	TAILQ_HEAD(, uplink_source) sources; /* those with bytes */
	size_t credit;			     /* bytes left of this turn */
	int64_t pace_char;		     /* microseconds to wait after each byte */
	int64_t pace_line;		     /* after the end of a line */
	int64_t under_way;		     /* to wait after what is encoded; 0: nothing is */
	int64_t ready_at;		     /* when it may send again */
	uint64_t sent;			     /* bytes of it that were encoded for the target */
};

struct uplink {
	struct mux_encoder encoder;
	enum uplink_speech speech;
	struct uplink_lane lanes[MUX_HOST_CHANNELS];
	TAILQ_HEAD(, uplink_lane) busy;
	uint8_t out[UPLINK_AHEAD_MAX]; /* encoded, not yet taken by the target */
	size_t out_at;
	size_t out_len;
	size_t ahead;
	unsigned lanes_under_way;
	int64_t (*now)(void); /* microseconds of a clock that only goes forward */
	size_t orphans;	      /* bytes in sources whose client has left */
	unsigned orphan_sources;
	uint64_t dropped; /* typed bytes that were not sent: target lost, too many orphans */
};

/* Start with no sources and a reset owed to the target. */
void uplink_init(struct uplink *uplink);

/* Free what clients that have left still had to say.  All sources must be closed. */
void uplink_fini(struct uplink *uplink);

/*
 * The target was opened anew: forget what was encoded for the old one, and begin with a reset
 * unless it is taken to be plain. What waits in the sources stays.  Returns how many bytes on their
 * way to the old target were lost.
 */
size_t uplink_restart(struct uplink *uplink, enum uplink_speech speech);

/* The target has shown what it understands.  What is encoded already stays as it is. */
void uplink_set_speech(struct uplink *uplink, enum uplink_speech speech);

/* The target asked for a fresh announcement. */
void uplink_forget(struct uplink *uplink);

/*
 * Drop all that waits, because the target that it was typed for is gone.  Each source's @unsent is
 * called with how much that was.  Returns the sum.
 */
size_t uplink_discard(struct uplink *uplink);

/*
 * Open a source for @channel.  @room is called when a source that was full has been emptied,
 * @unsent when bytes were dropped; neither may close the source.  Returns NULL if memory is short.
 */
struct uplink_source *uplink_source_open(struct uplink *uplink, int channel,
					 void (*room)(void *arg),
					 void (*unsent)(void *arg, size_t len), void *arg);

/* Where the next input goes, and how much fits: *@len is 0 while the source is full. */
uint8_t *uplink_source_space(struct uplink_source *source, size_t *len);

/* @len bytes were put there. */
void uplink_source_commit(struct uplink_source *source, size_t len);

/* Is there room for @len bytes of one more client that leaves? */
bool uplink_keeps(const struct uplink *uplink, size_t len);

/* The client has left.  What it typed is still sent, as far as uplink_keeps() it; the rest is
 * dropped and counted. */
void uplink_source_close(struct uplink_source *source);

/*
 * From now on, wait @char_ms milliseconds after each byte of @channel that the target took, and
 * @line_ms, if that is more, after the end of a line.  0: not at all.
 */
void uplink_set_pace(struct uplink *uplink, int channel, unsigned char_ms, unsigned line_ms);

/* When uplink_next() has nothing: in how many microseconds it will, because a wait is over.  -1:
 * not before something is typed. */
int64_t uplink_wait(const struct uplink *uplink);

/* Encode if need be; returns what the target should be given next.  *@len is 0 if there is nothing.
 */
const uint8_t *uplink_next(struct uplink *uplink, size_t *len);

/* The target took @len bytes of it. */
void uplink_sent(struct uplink *uplink, size_t len);

#endif

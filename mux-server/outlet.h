/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sink that writes a channel to a stream: a client's socket, a pipe, a terminal.
 *
 * The stream is never waited for.  When it is full the reader stays where it is in the ring.  What
 * then happens is the channel's choice (enum slow_reader):
 *
 * skip   If the ring laps the reader, it skips ahead and the stream says so in its place:
 *	  "[mux_server: 123 bytes skipped]".
 * drop   If the ring laps the reader, the stream says so as its last word, and is given up.
 * block  The target is not read until the stream takes bytes again.
 *
 * In the first two cases the target is asked to pause for a reader that is only slower than a flood
 * for a moment.  A reader earns patience with every byte it takes, and while it is full and has
 * patience left, the target pauses, if that loses nothing.  That bounds what one reader can do to
 * the others: all pauses for it together last no longer than the bytes it took would at
 * OUTLET_PATIENCE_RATE, and none lasts longer than OUTLET_PATIENCE_MAX.  A stream that takes
 *nothing for the channel's slow_reader_age is given up.
 */
#ifndef MUX_SERVER_OUTLET_H
#define MUX_SERVER_OUTLET_H

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>

#include "mux-server/channel.h"
#include "mux-server/telnet.h"

enum {
	OUTLET_PATIENCE_MAX = 200000, /* microseconds */
	OUTLET_PATIENCE_RATE =
		4, /* bytes taken per microsecond of patience: 4 MB/s, 350 times 115200 baud */
	OUTLET_FAREWELL_S = 5, /* how long who is dropped may take to read the reason */
};

struct outlet {
	struct sink sink;
	int fd;		       /* non-blocking; the owner closes it */
	const char *name;      /* for events; the owner may change it */
	bool own;	       /* set by the owner: the server's own stream is never given up */
	struct telnet *telnet; /* set by the owner: wrap what is written; NULL: write it as it is */
	struct event *writable;
	void (*gone)(struct outlet *outlet, int error); /* writing failed; may free the outlet */
	bool full;					/* waiting for @writable */
	bool muted;					/* nothing is written */
	bool ending;					/* only the reason is still to be written */
	enum flow_level held;				/* what the target does for us */
	int64_t patience;				/* microseconds */
	int64_t full_since;
	int queued;	    /* bytes that the kernel had when progress was last looked for */
	uint64_t taken;	    /* bytes of the channel that were written */
	uint64_t gap;	    /* bytes skipped that the stream was not told about yet */
	uint64_t unsent;    /* bytes typed in vain, of which it was not told yet */
	const char *remark; /* to be made in the stream, or NULL */
	char note[160];	    /* on its way into the stream */
	size_t note_len;
	size_t note_sent;
};

/*
 * Attach an outlet to @channel.  @fd must be non-blocking, or never block.  @gone is called at most
 * once, with an errno value; ETIMEDOUT: it did not read.  Returns 0 or -ENOMEM.
 */
int outlet_open(struct outlet *outlet, struct event_base *base, struct channel *channel, int fd,
		void (*gone)(struct outlet *outlet, int error));

/* @len bytes that came from this stream could not be sent to the target: say so in it. */
void outlet_tell_unsent(struct outlet *outlet, size_t len);

/* Say @remark, which is kept by reference, in the stream. */
void outlet_tell(struct outlet *outlet, const char *remark);

/* There is something to write that is not from the channel. */
void outlet_wake(struct outlet *outlet);

/* Nobody reads the stream: write nothing.  Unmuted, it goes on with what is printed then. */
void outlet_mute(struct outlet *outlet, bool muted);

/* Detach.  What was not written stays unwritten. */
void outlet_close(struct outlet *outlet);

#endif

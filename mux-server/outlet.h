/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sink that writes a channel to a stream: a client's socket, a pipe, a terminal.
 *
 * The stream is never waited for.  When it is full the reader stays where it is in the ring; if the
 * ring laps it, it skips ahead and the stream says so in its place: "[mux_server: 123 bytes
 * skipped]".
 *
 * Skipping is for readers that do not keep up, not for those that are slower than a flood for a
 * moment.  So a reader earns patience with every byte it takes, and while it is full and has
 * patience left, the target is asked to pause.  That bounds what one reader can do to the others:
 * all pauses for it together last no longer than the bytes it took would at OUTLET_PATIENCE_RATE,
 * and none lasts longer than OUTLET_PATIENCE_MAX.
 */
#ifndef MUX_SERVER_OUTLET_H
#define MUX_SERVER_OUTLET_H

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>

#include "mux-server/channel.h"

enum {
	OUTLET_PATIENCE_MAX = 200000, /* microseconds */
	OUTLET_PATIENCE_RATE =
		4, /* bytes taken per microsecond of patience: 4 MB/s, 350 times 115200 baud */
};

struct outlet {
	struct sink sink;
	int fd; /* non-blocking; the owner closes it */
	struct event *writable;
	void (*gone)(struct outlet *outlet, int error); /* writing failed; may free the outlet */
	bool full;					/* waiting for @writable */
	bool muted;					/* nothing is written */
	bool holding;					/* the target pauses for us */
	int64_t patience;				/* microseconds */
	int64_t full_since;
	uint64_t gap;	 /* bytes skipped that the stream was not told about yet */
	uint64_t unsent; /* bytes typed in vain, of which it was not told yet */
	char note[160];	 /* on its way into the stream */
	size_t note_len;
	size_t note_sent;
};

/*
 * Attach an outlet to @channel.  @fd must be non-blocking, or never block.  @gone is called at most
 * once, with an errno value.  Returns 0 or -ENOMEM.
 */
int outlet_open(struct outlet *outlet, struct event_base *base, struct channel *channel, int fd,
		void (*gone)(struct outlet *outlet, int error));

/* @len bytes that came from this stream could not be sent to the target: say so in it. */
void outlet_tell_unsent(struct outlet *outlet, size_t len);

/* Nobody reads the stream: write nothing.  Unmuted, it goes on with what is printed then. */
void outlet_mute(struct outlet *outlet, bool muted);

/* Detach.  What was not written stays unwritten. */
void outlet_close(struct outlet *outlet);

#endif

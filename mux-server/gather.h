/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * When to read a descriptor.  A serial line that prints wakes its reader for every few bytes, a
 * thousand times a second.  While a run of small pieces is in progress and nobody types, reads
 * are gathered: the descriptor is read every GATHER_TICK_MS instead.  What a key causes is never
 * delayed: typing ends the gathering at once, and keeps it off for GATHER_TYPED_MS.
 */
#ifndef MUX_SERVER_GATHER_H
#define MUX_SERVER_GATHER_H

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	GATHER_TICK_MS = 8,
	GATHER_TYPED_MS = 100,
	GATHER_RUN_MS = 10,    /* pieces that are closer than this are of one run */
	GATHER_PIECE = 256,    /* bytes of a small piece */
	GATHER_TICK_MAX = 4096 /* bytes in a tick from which on reading at once costs no more */
};

struct gather {
	struct event *readable; /* pending, unless paused or ticking */
	struct event *tick;
	bool paused;
	bool ticking;
	int64_t read_at; /* milliseconds; when the last piece was read */
	int64_t typed_at;
	void (*ready)(void *arg);
	void *arg;
};

/*
 * Watch @fd, from now on or, if @paused, from gather_pause(false) on.  @ready is to read once and
 * then call gather_read() or gather_close().  Returns 0 or -ENOMEM, also if @fd cannot be polled.
 */
int gather_open(struct gather *gather, struct event_base *base, int fd, bool paused,
		void (*ready)(void *arg), void *arg);

/* @len bytes were read; 0: there was nothing to read. */
void gather_read(struct gather *gather, size_t len);

/* Somebody types: read what comes as soon as it comes. */
void gather_typed(struct gather *gather);

/* Stop or resume reading. */
void gather_pause(struct gather *gather, bool pause);

/* Stop watching; fine if it is not open. */
void gather_close(struct gather *gather);

#endif

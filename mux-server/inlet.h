/* SPDX-License-Identifier: BSD-2-Clause */
/* What a person or program types: read from a descriptor into the uplink, no faster than the target
 * takes it. */
#ifndef MUX_SERVER_INLET_H
#define MUX_SERVER_INLET_H

#include <event2/event.h>
#include <stdbool.h>

#include "mux-server/board.h"
#include "mux-server/outlet.h"
#include "mux-server/telnet.h"

struct inlet {
	struct board *board;
	int channel;
	int fd;		   /* the owner closes it */
	bool always_ready; /* a regular file or the like, which cannot be polled */
	struct event *readable;
	struct uplink_source *source;
	void (*ended)(struct inlet *inlet, int error);
	struct outlet *answer; /* where who types is told what was not sent */
	uint64_t received;     /* bytes typed */
	/* Set by the owner after opening, for what may be telnet; otherwise NULL: */
	struct telnet *telnet;
	void (*event)(struct inlet *inlet, enum telnet_event event);
};

/*
 * Read @fd as the input of the channel that @answer shows, which learns what could not be sent.
 * @ended is called at most once, at the end of the input
 * (@error 0) or with an errno value; it may close and free the inlet.  Returns 0 or -ENOMEM.
 */
int inlet_open(struct inlet *inlet, struct event_base *base, struct board *board,
	       struct outlet *answer, int fd, void (*ended)(struct inlet *inlet, int error));

/* Read what is there already, as far as it fits, without calling @ended: the peer is known to be
 * gone. */
void inlet_read_rest(struct inlet *inlet);

/* Stop reading.  What was read is still sent. */
void inlet_close(struct inlet *inlet);

#endif

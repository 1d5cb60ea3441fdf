/* SPDX-License-Identifier: BSD-2-Clause */
/* A way into a console that is open: TCP port, unix socket or pseudo terminal. */
#ifndef MUX_SERVER_ENTRANCE_H
#define MUX_SERVER_ENTRANCE_H

#include "mux-server/listener.h"
#include "mux-server/place.h"

struct entrance;

/*
 * Open @place for @channel, and say so; or take what the service manager has opened for it.
 * @place is NULL if the settings want none of that @kind; if nothing is passed either, @result
 * becomes NULL.  Returns 0 or -errno, with one sentence in @why.
 */
int entrance_open(struct entrance **result, struct listener_set *set, struct board *board,
		  struct channel *channel, enum place_kind kind, const struct place *place,
		  char *why, size_t why_size);

/* The place, with strings of the entrance's and the actual port. */
const struct place *entrance_place(const struct entrance *entrance);

/* Was it opened by the service manager?  Then settings do not change it. */
bool entrance_is_passed(const struct entrance *entrance);

/* Grant @terms to clients that come from now on; but who may only read still may not type, and only
 * TCP speaks telnet. */
void entrance_set_terms(struct entrance *entrance, const struct client_terms *terms);

/* Nobody comes in any more, and files are removed.  Who is in stays, but terminals hang up. */
void entrance_close(struct entrance *entrance);

#endif

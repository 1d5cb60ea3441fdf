/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The event stream: one JSON object on each line, for a file, a pipe, or whoever connects to a unix
 * socket.
 *
 *     {"seq":7,"time":"2026-11-22T23:20:47.123456Z","event":"client_join","board":"b1",
 *      "channel":0,"console":"linux","peer":"127.0.0.1:51234"}
 *
 * A reader that does not read delays nothing: what it cannot take is dropped, and an "events_lost"
 * with their number comes when it reads again.  Numbers also show the gap.
 */
#ifndef MUX_SERVER_EVENTS_H
#define MUX_SERVER_EVENTS_H

#include <event2/event.h>
#include <stdint.h>

#include "mux-server/channel.h"
#include "mux-server/log_lines.h"

struct events;

/*
 * Open a stream to @where: "-" for standard output, "unix:PATH", or a file that is appended to.
 * All notices go to it.  @result is set on success.  Returns 0 or -errno, with one sentence in
 * @why.
 */
int events_open(struct events **result, struct event_base *base, const char *where, char *why,
		size_t why_size);

/* A line that is complete. */
void events_line(struct events *events, const struct channel *channel, const struct log_line *line);

/* The file was renamed: open it anew. */
void events_reopen(struct events *events);

/* Events that some reader did not get. */
uint64_t events_lost(const struct events *events);

/* Say that the server ends, write what can be written, and close. */
void events_close(struct events *events);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Where lines of the event stream go: to one file or pipe, or to all who connect to a socket. */
#ifndef MUX_SERVER_EVENTS_OUTPUT_H
#define MUX_SERVER_EVENTS_OUTPUT_H

#include <event2/event.h>
#include <stddef.h>
#include <stdint.h>

enum {
	EVENTS_QUEUE_MAX = 262144, /* bytes waiting for one reader */
	EVENTS_READERS_MAX = 16,   /* of a socket; more are turned away */
};

struct events_output;

/* Open "-", "unix:PATH" or a file; @where is kept by reference.  Returns 0 or -errno. */
int events_output_open(struct events_output **result, struct event_base *base, const char *where);

/* One line, with its end. */
void events_output_put(struct events_output *output, const char *line, size_t len);

/* A line that could not be made: all readers miss it. */
void events_output_skip(struct events_output *output);

/* A file: open it anew. */
void events_output_reopen(struct events_output *output);

/* Lines that some reader did not get. */
uint64_t events_output_lost(const struct events_output *output);

void events_output_close(struct events_output *output);

#endif

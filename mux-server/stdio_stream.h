/* SPDX-License-Identifier: BSD-2-Clause */
/* A channel on the server's own standard input, output or error. */
#ifndef MUX_SERVER_STDIO_STREAM_H
#define MUX_SERVER_STDIO_STREAM_H

#include <event2/event.h>

#include "mux-server/board.h"
#include "mux-server/settings.h"

struct stdio_stream;

/*
 * Write @channel to standard output, or error for CONSOLE_STDERR; for CONSOLE_STDIN, read its input
 * from standard input too.  @stream is set on success.  Returns 0 or -errno.
 */
int stdio_stream_open(struct stdio_stream **stream, struct event_base *base, struct board *board,
		      struct channel *channel, enum console_stdio kind);

/* Detach, and leave the descriptors as they were found. */
void stdio_stream_close(struct stdio_stream *stream);

#endif

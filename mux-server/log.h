/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sink that writes a channel's raw bytes to its log, exactly.  While the log takes no more,
 * what falls out of the ring is counted.
 */
#ifndef MUX_SERVER_LOG_H
#define MUX_SERVER_LOG_H

#include <event2/event.h>

#include "mux-server/channel.h"
#include "mux-server/log_file.h"

#define LOG_SUFFIX ".log"

struct log {
	struct sink sink;
	struct log_file file;
};

/* As log_file_open(). */
int log_open(struct log *log, struct event_base *base, struct channel *channel,
	     const struct log_settings *settings, char *why, size_t why_size);

/* Open the file anew, by its name: it was renamed to rotate it. */
void log_reopen(struct log *log);

/* Write what is left and close. */
void log_close(struct log *log);

#endif

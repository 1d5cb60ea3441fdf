/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The sink that writes a channel's raw bytes to DIR/channel-NN.log.  A disk that is full or gone is
 * reported once and tried again each second; meanwhile what falls out of the ring is counted.  It
 * never stops a console.
 */
#ifndef MUX_SERVER_LOG_H
#define MUX_SERVER_LOG_H

#include <event2/event.h>

#include "mux-server/channel.h"

struct log;

/*
 * Log @channel in @directory, which is made if it is not there; an existing log is continued.  @log
 * is set on success.  Returns 0 or -errno, with one sentence in @why.
 */
int log_open(struct log **log, struct event_base *base, struct channel *channel,
	     const char *directory, char *why, size_t why_size);

/* Open the file anew, by its name: it was renamed to rotate it. */
void log_reopen(struct log *log);

/* Write what is left and close. */
void log_close(struct log *log);

#endif

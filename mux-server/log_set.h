/* SPDX-License-Identifier: BSD-2-Clause */
/* What is recorded of one console: its raw bytes, their readable twin with marks for what happened
 * to the target, and its lines as events and messages. */
#ifndef MUX_SERVER_LOG_SET_H
#define MUX_SERVER_LOG_SET_H

#include <event2/event.h>

#include "mux-server/channel.h"
#include "mux-server/events.h"
#include "mux-server/log_file.h"
#include "mux-server/messages.h"

struct log_set;

/* Of the pointers each may be NULL: not wanted. */
struct log_set_settings {
	struct log_settings files; /* whose directory may be */
	struct events *events;
	struct messages *messages;
};

/*
 * Open the logs of @channel as @settings say, which are copied; the directory's name is kept by
 * reference.  @result is set on success.  Returns 0 or -errno, with one sentence in @why.
 */
int log_set_open(struct log_set **result, struct event_base *base, struct channel *channel,
		 const struct log_set_settings *settings, char *why, size_t why_size);

/* Open the files anew, by their names: they were renamed to rotate them. */
void log_set_reopen(struct log_set *set);

/* How often trouble with a file began. */
uint64_t log_set_errors(const struct log_set *set);

/* Write what is left and close. */
void log_set_close(struct log_set *set);

#endif

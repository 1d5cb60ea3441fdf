/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines of consoles, and marks about them, as messages for syslog and the journal. */
#ifndef MUX_SERVER_MESSAGES_H
#define MUX_SERVER_MESSAGES_H

#include <event2/event.h>
#include <stdint.h>

#include "mux-server/log_lines.h"

struct messages;

enum messages_service { MESSAGES_SYSLOG, MESSAGES_JOURNALD, MESSAGES_SERVICES };

/* Reads one console for all services. */
struct message_reader {
	struct log_line_reader reader;
	struct messages *messages;
	struct log_lines *lines;
	unsigned piece; /* of the line that was told last */
};

/*
 * Send to @where, each by the number of its service: as message_address.h says, or NULL: not at
 * all.  The texts are kept by reference.  @result is set on success.  Returns 0 or -errno, with one
 * sentence in @why.
 */
int messages_open(struct messages **result, struct event_base *base,
		  const char *const where[MESSAGES_SERVICES], char *why, size_t why_size);

/* The name of a service, or NULL if nothing is sent to it. */
const char *messages_name(const struct messages *messages, enum messages_service service);

/* Messages that a service did not get, and never will. */
uint64_t messages_lost(const struct messages *messages, enum messages_service service);

void messages_close(struct messages *messages);

/* Send what @lines tells from now on; the caller owns @reader. */
void message_reader_open(struct message_reader *reader, struct messages *messages,
			 struct log_lines *lines);

/* Send what is not complete yet, too. */
void message_reader_close(struct message_reader *reader);

#endif

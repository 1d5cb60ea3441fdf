/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The readable twin of a raw log.  Each line begins with the time at which its first byte arrived,
 * and with what it is:
 *
 *     2026-11-22T23:20:47.123456Z | what the target printed
 *     2026-11-22T23:20:47.123999Z + more of a line that was too long
 *     2026-11-22T23:20:50.000001Z -- mux: target down: EOF
 *
 * so that a target cannot print what passes for a mark.
 */
#ifndef MUX_SERVER_TEXT_LOG_H
#define MUX_SERVER_TEXT_LOG_H

#include <event2/event.h>

#include "mux-server/log_file.h"
#include "mux-server/log_lines.h"

#define TEXT_LOG_SUFFIX ".txt"

struct text_log {
	struct log_line_reader reader;
	struct log_lines *lines;
	struct log_file file;
	uint64_t lost;	/* bytes that the log does not say it lacks yet */
	bool begun;	/* a line that has no end yet */
	bool skipping;	/* what follows of it is lost */
	bool ends_line; /* the last byte that was not lost is the end of a line */
	size_t written; /* of its text */
};

/* As log_file_open(), for the channel of @lines. */
int text_log_open(struct text_log *log, struct event_base *base, struct log_lines *lines,
		  const struct log_settings *settings, char *why, size_t why_size);

/* Open the file anew, by its name: it was renamed to rotate it. */
void text_log_reopen(struct text_log *log);

/* Write what is left and close. */
void text_log_close(struct text_log *log);

#endif

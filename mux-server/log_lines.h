/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a channel prints, as lines of text that do no harm in a file, a terminal or a message, each
 * with the time at which its first byte arrived.
 *
 * One source reads the channel's ring; the text log, the event stream and the message services
 * read its lines.  A source takes everything at each flush, which is when the bytes arrive, so that
 * a reader that writes later still has the right time.
 *
 * Text is valid UTF-8.  Lines end with LF, CR LF or LF CR.  Control characters become ^X, bytes
 * that are not UTF-8 and control characters beyond ASCII become \xHH; only tabs stay.  A line that
 * grows longer than LOG_LINE_MAX is cut, and goes on in one that says so.
 */
#ifndef MUX_SERVER_LOG_LINES_H
#define MUX_SERVER_LOG_LINES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "mux-server/channel.h"

enum { LOG_LINE_MAX = 1024 };

struct log_line {
	int64_t time_us; /* when its first byte arrived */
	bool continues;	 /* the text goes on from the line before */
	bool complete;	 /* false: more may follow */
	size_t len;
	char text[LOG_LINE_MAX + 1]; /* with a NUL */
};

struct log_line_reader {
	TAILQ_ENTRY(log_line_reader) link;
	/* A line has grown or is complete; one that is complete is told once. */
	void (*line)(struct log_line_reader *reader, const struct log_line *line);
	/* Not printed by the target, but known about it: "target down". */
	void (*mark)(struct log_line_reader *reader, int64_t time_us, const char *text);
	/* All that has arrived was told.  May be NULL. */
	void (*flushed)(struct log_line_reader *reader);
};

struct log_lines {
	struct sink sink;
	TAILQ_HEAD(, log_line_reader) readers;
	struct log_line line;
	bool begun; /* @line has a first byte */
	bool cr;    /* a CR came, and it is not known yet what follows */
	uint8_t utf8[4];
	unsigned utf8_len, utf8_want; /* of a character that is not complete yet */
	int64_t now_us;
};

/* Read @channel from now on.  The caller owns @lines. */
void log_lines_open(struct log_lines *lines, struct channel *channel);

/* Detach.  There must be no readers left. */
void log_lines_close(struct log_lines *lines);

void log_lines_add(struct log_lines *lines, struct log_line_reader *reader);

/* What is not complete yet is told to @reader as if it were. */
void log_lines_remove(struct log_lines *lines, struct log_line_reader *reader);

/* Complete the line that is being printed, then give every reader this mark. */
void log_lines_mark(struct log_lines *lines, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif

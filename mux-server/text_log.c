/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/text_log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mux-server/log_stamp.h"

enum {
	FRAME_MAX = LOG_STAMP_SIZE + 16,	 /* around a line */
	LINE_MAX_LEN = LOG_LINE_MAX + FRAME_MAX, /* a whole line in the file */
	BUFFER_SIZE = 65536,
};

/*
 * What is formatted but not written yet.  All logs share it, and it is empty whenever none of them
 * runs; one that cannot write keeps its own.
 */
static char shared[BUFFER_SIZE];
static size_t shared_len;

/* Write @text as far as it goes; false: it failed, and what is left was moved to its beginning. */
static bool write_out(struct text_log *log, char *text, size_t *len)
{
	size_t done = 0;

	while (done < *len) {
		struct iovec piece = { .iov_base = text + done, .iov_len = *len - done };
		ssize_t written = log_file_write(&log->file, &piece, 1);

		if (written < 0)
			break;
		done += (size_t)written;
	}
	memmove(text, text + done, *len - done);
	*len -= done;
	return *len == 0;
}

/* Keep text for when the file can be written again.  What does not fit is lost, and so is what
 * follows of its line. */
static void keep(struct text_log *log, const char *text, size_t len)
{
	if (!log->kept)
		log->kept = malloc(BUFFER_SIZE);
	if (!log->kept || log->kept_len + len > BUFFER_SIZE) {
		log->lost += len;
		log->skipping = true;
		return;
	}
	memcpy(log->kept + log->kept_len, text, len);
	log->kept_len += len;
}

/* Empty @shared. */
static void spill(struct text_log *log)
{
	if (log->file.failing || write_out(log, shared, &shared_len))
		return;
	keep(log, shared, shared_len);
	shared_len = 0;
}

static void append(struct text_log *log, const char *text, size_t len)
{
	if (log->skipping) {
		log->lost += len;
		return;
	}
	if (shared_len + len > BUFFER_SIZE)
		spill(log);
	log->ends_line = text[len - 1] == '\n';
	if (log->file.failing) {
		keep(log, text, len);
		return;
	}
	memcpy(shared + shared_len, text, len);
	shared_len += len;
}

static void begin(struct text_log *log, int64_t time_us, const char *kind)
{
	char head[FRAME_MAX];

	if (log->begun)
		return;
	if (!log->file.failing && log_file_is_due(&log->file)) {
		spill(log);
		if (!log->file.failing)
			log_file_rotate(&log->file);
	}
	log->begun = true;
	log->skipping = log->file.failing && log->kept_len > BUFFER_SIZE - LINE_MAX_LEN;
	log_stamp_format(head, time_us);
	strcpy(head + LOG_STAMP_SIZE - 1, kind);
	append(log, head, strlen(head));
}

static void on_line(struct log_line_reader *reader, const struct log_line *line)
{
	struct text_log *log = (struct text_log *)reader;

	begin(log, line->time_us, line->continues || log->written > 0 ? " + " : " | ");
	if (line->len > log->written)
		append(log, line->text + log->written, line->len - log->written);
	log->written = line->len;
	if (!line->complete)
		return;
	append(log, "\n", 1);
	log->begun = false;
	log->written = 0;
}

static void on_mark(struct log_line_reader *reader, int64_t time_us, const char *text)
{
	struct text_log *log = (struct text_log *)reader;

	begin(log, time_us, " -- mux: ");
	append(log, text, strlen(text));
	append(log, "\n", 1);
	log->begun = false;
}

static void on_flushed(struct log_line_reader *reader)
{
	spill((struct text_log *)reader);
}

/* The file can be written again: say in it what it lacks. */
static void tell_lost(struct text_log *log, uint64_t lost)
{
	char text[64];

	log->skipping = false;
	if (!log->ends_line)
		append(log, "\n", 1);
	log->begun = false;
	snprintf(text, sizeof(text), "%" PRIu64 " bytes not logged", lost);
	on_mark(&log->reader, log_stamp_now(), text);
}

/* Write what was kept. */
static void write_kept(struct text_log *log)
{
	uint64_t lost = log->lost;

	if (log_file_write(&log->file, NULL, 0) < 0 ||
	    (log->kept && !write_out(log, log->kept, &log->kept_len)))
		return;
	free(log->kept);
	log->kept = NULL;
	if (!log->file.failing)
		return;
	log->lost = 0;
	log_file_recovered(&log->file, lost);
	if (lost)
		tell_lost(log, lost);
	spill(log);
}

static void on_again(void *arg)
{
	write_kept(arg);
}

int text_log_open(struct text_log *log, struct event_base *base, struct log_lines *lines,
		  const struct log_settings *settings, char *why, size_t why_size)
{
	int status;

	*log = (struct text_log){
		.reader = { .line = on_line, .mark = on_mark, .flushed = on_flushed },
		.lines = lines,
		.ends_line = true,
	};
	status = log_file_open(&log->file, base, lines->sink.channel, settings, TEXT_LOG_SUFFIX,
			       on_again, log, why, why_size);
	if (status == 0)
		log_lines_add(lines, &log->reader);
	return status;
}

void text_log_reopen(struct text_log *log)
{
	log_file_reopen(&log->file);
}

void text_log_close(struct text_log *log)
{
	log_lines_remove(log->lines, &log->reader);
	spill(log);
	write_kept(log);
	free(log->kept);
	log_file_close(&log->file);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/text_log.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "mux-server/log_stamp.h"

enum {
	FRAME_MAX = LOG_STAMP_SIZE + 16,	 /* around a line */
	LINE_MAX_LEN = LOG_LINE_MAX + FRAME_MAX, /* a whole line in the file */
	BUFFER_SIZE = 65536,
};

/* What is formatted but not handed over yet.  All logs share it, and it is empty whenever none of
 * them runs. */
static char buffer[BUFFER_SIZE];
static size_t buffer_len;
static size_t buffer_cut = SIZE_MAX; /* where the first line in it begins */

static void lose(struct text_log *log, size_t len)
{
	log->lost += len;
	log_file_lose(&log->file, len);
}

/* Empty the buffer. */
static void spill(struct text_log *log)
{
	struct iovec piece = { .iov_base = buffer, .iov_len = buffer_len };

	if (buffer_len > 0 && log_file_append(&log->file, &piece, 1, buffer_cut) < 0) {
		lose(log, buffer_len);
		log->ends_line = false; /* who knows */
	}
	buffer_len = 0;
	buffer_cut = SIZE_MAX;
}

static void append(struct text_log *log, const char *text, size_t len)
{
	if (log->skipping) {
		lose(log, len);
		return;
	}
	if (buffer_len + len > BUFFER_SIZE)
		spill(log);
	log->ends_line = text[len - 1] == '\n';
	memcpy(buffer + buffer_len, text, len);
	buffer_len += len;
}

static void append_mark(struct text_log *log, int64_t time_us, const char *text)
{
	char head[FRAME_MAX];

	if (!log->ends_line)
		append(log, "\n", 1);
	if (buffer_cut == SIZE_MAX)
		buffer_cut = buffer_len;
	log_stamp_format(head, time_us);
	strcpy(head + LOG_STAMP_SIZE - 1, " -- mux: ");
	append(log, head, strlen(head));
	append(log, text, strlen(text));
	append(log, "\n", 1);
}

/* May another line be appended?  If so, say first what the log lacks. */
static bool has_room(struct text_log *log)
{
	char text[64];

	if (!log_file_fits(&log->file, buffer_len + 2 * LINE_MAX_LEN))
		return false;
	log->skipping = false;
	if (log->lost) {
		snprintf(text, sizeof(text), "%" PRIu64 " bytes not logged", log->lost);
		log->lost = 0;
		append_mark(log, log_stamp_now(), text);
	}
	return true;
}

static void begin(struct text_log *log, int64_t time_us, const char *kind)
{
	char head[FRAME_MAX];

	if (log->begun)
		return;
	log->begun = true;
	log->skipping = !has_room(log);
	if (!log->skipping && buffer_cut == SIZE_MAX)
		buffer_cut = buffer_len;
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

	log->skipping = !has_room(log);
	append_mark(log, time_us, text);
	log->begun = false;
}

static void on_flushed(struct log_line_reader *reader)
{
	spill((struct text_log *)reader);
}

/* What was lost need not wait for the next line to be told.  The line that is being lost, if there
 * is one, goes on as a new one. */
static void on_room(void *arg)
{
	struct text_log *log = arg;

	if (log->lost && has_room(log))
		log->begun = false;
	spill(log);
}

/* The log has become old: end its last line, if need be; the rest of it begins a new one. */
static void on_cut(void *arg)
{
	struct text_log *log = arg;

	if (!log->ends_line && !log->skipping) {
		append(log, "\n", 1);
		log->begun = false;
		spill(log);
	}
	log_spool_cut(log->file.spool);
}

int text_log_open(struct text_log *log, struct event_base *base, struct log_lines *lines,
		  const struct log_settings *settings, char *why, size_t why_size)
{
	int status;

	*log = (struct text_log){
		.reader = { .line = on_line, .mark = on_mark, .flushed = on_flushed },
		.lines = lines,
		.ends_line = true,
		.file = { .room = on_room, .cut = on_cut, .arg = log },
	};
	status = log_file_open(&log->file, base, lines->sink.channel, settings, TEXT_LOG_SUFFIX,
			       why, why_size);
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
	log_file_close(&log->file);
}

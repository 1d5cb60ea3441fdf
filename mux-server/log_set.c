/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/log_set.h"

#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mux-server/log.h"
#include "mux-server/log_lines.h"
#include "mux-server/notice.h"
#include "mux-server/text_log.h"

struct log_set {
	struct notice_reader notices;
	struct log_set_settings settings;
	struct log raw;
	struct log_lines lines;
	struct text_log text;
	struct log_line_reader event_reader;
	struct message_reader message_reader;
};

static void on_notice(struct notice_reader *reader, const struct notice *notice)
{
	struct log_set *set = (struct log_set *)reader;
	const struct channel *channel = set->lines.sink.channel;

	if (notice->channel ? notice->channel != channel
			    : strcmp(notice->board, channel->board) != 0)
		return;
	switch (notice->kind) {
	case NOTICE_TARGET_UP:
		log_lines_mark(&set->lines, "target up");
		break;
	case NOTICE_TARGET_DOWN:
		log_lines_mark(&set->lines, "target down: %s", notice->text);
		break;
	case NOTICE_DROP:
		log_lines_mark(&set->lines, "%s missed %" PRIu64 " bytes", notice->text,
			       notice->bytes);
		break;
	case NOTICE_LOG_RECOVERED: /* the twin says itself what it lacks */
		if (notice->bytes && set->settings.files.directory &&
		    strcmp(notice->text, log_spool_path(set->raw.file.spool)) == 0)
			log_lines_mark(&set->lines, "%s lacks %" PRIu64 " bytes", notice->text,
				       notice->bytes);
		break;
	default: /* a client that comes or leaves does not change what was printed */
		break;
	}
}

static void on_line(struct log_line_reader *reader, const struct log_line *line)
{
	struct log_set *set =
		(struct log_set *)((char *)reader - offsetof(struct log_set, event_reader));

	if (line->complete)
		events_line(set->settings.events, set->lines.sink.channel, line);
}

/* Marks are events of their own. */
static void on_mark(struct log_line_reader *reader, int64_t time_us, const char *text)
{
	(void)reader;
	(void)time_us;
	(void)text;
}

static int open_files(struct log_set *set, struct event_base *base, struct channel *channel,
		      char *why, size_t why_size)
{
	int status = log_open(&set->raw, base, channel, &set->settings.files, why, why_size);

	if (status < 0)
		return status;
	status = text_log_open(&set->text, base, &set->lines, &set->settings.files, why, why_size);
	if (status < 0)
		log_close(&set->raw);
	return status;
}

int log_set_open(struct log_set **result, struct event_base *base, struct channel *channel,
		 const struct log_set_settings *settings, char *why, size_t why_size)
{
	struct log_set *set = calloc(1, sizeof(*set));
	int status = 0;

	if (!set) {
		snprintf(why, why_size, "cannot log channel %d: %s", channel->number,
			 strerror(ENOMEM));
		return -ENOMEM;
	}
	set->settings = *settings;
	log_lines_open(&set->lines, channel);
	if (settings->files.directory)
		status = open_files(set, base, channel, why, why_size);
	if (status < 0) {
		log_lines_close(&set->lines);
		free(set);
		return status;
	}
	set->event_reader.line = on_line;
	set->event_reader.mark = on_mark;
	if (settings->events)
		log_lines_add(&set->lines, &set->event_reader);
	if (settings->messages)
		message_reader_open(&set->message_reader, settings->messages, &set->lines);
	set->notices.notice = on_notice;
	notice_add(&set->notices);
	*result = set;
	return 0;
}

void log_set_reopen(struct log_set *set)
{
	if (!set->settings.files.directory)
		return;
	log_reopen(&set->raw);
	text_log_reopen(&set->text);
}

uint64_t log_set_errors(const struct log_set *set)
{
	return set->raw.file.errors + set->text.file.errors;
}

void log_set_close(struct log_set *set)
{
	notice_remove(&set->notices);
	if (set->settings.messages)
		message_reader_close(&set->message_reader);
	if (set->settings.events)
		log_lines_remove(&set->lines, &set->event_reader);
	if (set->settings.files.directory) {
		text_log_close(&set->text);
		log_close(&set->raw);
	}
	log_lines_close(&set->lines);
	free(set);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/log_set.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mux-server/log.h"
#include "mux-server/log_lines.h"
#include "mux-server/notice.h"
#include "mux-server/text_log.h"

struct log_set {
	struct notice_reader notices;
	struct log_settings settings;
	struct log raw;
	struct log_lines lines;
	struct text_log text;
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
	default: /* a client that comes or leaves does not change what was printed */
		break;
	}
}

int log_set_open(struct log_set **result, struct event_base *base, struct channel *channel,
		 const struct log_settings *settings, char *why, size_t why_size)
{
	struct log_set *set = calloc(1, sizeof(*set));
	int status;

	if (!set) {
		snprintf(why, why_size, "cannot log channel %d: %s", channel->number,
			 strerror(ENOMEM));
		return -ENOMEM;
	}
	set->settings = *settings;
	set->notices.notice = on_notice;
	status = log_open(&set->raw, base, channel, &set->settings, why, why_size);
	if (status < 0)
		goto out_free;
	log_lines_open(&set->lines, channel);
	status = text_log_open(&set->text, base, &set->lines, &set->settings, why, why_size);
	if (status < 0)
		goto out_close;
	notice_add(&set->notices);
	*result = set;
	return 0;

out_close:
	log_lines_close(&set->lines);
	log_close(&set->raw);
out_free:
	free(set);
	return status;
}

void log_set_reopen(struct log_set *set)
{
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
	text_log_close(&set->text);
	log_lines_close(&set->lines);
	log_close(&set->raw);
	free(set);
}

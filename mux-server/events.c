/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/events.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mux-server/events_output.h"
#include "mux-server/log_stamp.h"
#include "mux-server/notice.h"

struct events {
	struct notice_reader notices;
	struct events_output *output;
	uint64_t seq;
};

static json_t *new_event(struct events *events, int64_t time_us, const char *name)
{
	char stamp[LOG_STAMP_SIZE];

	log_stamp_format(stamp, time_us);
	return json_pack("{s:I, s:s, s:s}", "seq", (json_int_t)++events->seq, "time", stamp,
			 "event", name);
}

static void add_channel(json_t *event, const struct channel *channel)
{
	json_object_set_new(event, "channel", json_integer(channel->number));
	if (channel->name[0])
		json_object_set_new(event, "console", json_string(channel->name));
}

static void add_client(json_t *event, const struct notice_client *client)
{
	char since[LOG_STAMP_SIZE];

	log_stamp_format(since, client->since_us);
	json_object_set_new(event, "since", json_string(since));
	json_object_set_new(event, "sent", json_integer((json_int_t)client->sent));
	json_object_set_new(event, "received", json_integer((json_int_t)client->received));
}

static void emit(struct events *events, json_t *event)
{
	char *text = event ? json_dumps(event, JSON_COMPACT) : NULL;
	size_t len = text ? strlen(text) : 0;

	json_decref(event);
	if (!text) {
		events_output_skip(events->output);
		return;
	}
	text[len] = '\n'; /* in place of the NUL */
	events_output_put(events->output, text, len + 1);
	free(text);
}

static void on_notice(struct notice_reader *reader, const struct notice *notice)
{
	static const struct {
		const char *name, *text, *bytes; /* of the event, and of its fields */
	} kinds[] = {
		[NOTICE_TARGET_UP] = { "target_up", NULL, NULL },
		[NOTICE_TARGET_DOWN] = { "target_down", "reason", NULL },
		[NOTICE_CLIENT_JOIN] = { "client_join", "peer", NULL },
		[NOTICE_CLIENT_LEAVE] = { "client_leave", "peer", "missed" },
		[NOTICE_CLIENT_DROP] = { "client_drop", "peer", "missed" },
		[NOTICE_DROP] = { "drop", "reader", "bytes" },
		[NOTICE_LOG_TROUBLE] = { "log_trouble", "reason", NULL },
		[NOTICE_LOG_RECOVERED] = { "log_recovered", "path", "lost" },
	};
	struct events *events = (struct events *)reader;
	json_t *event = new_event(events, log_stamp_now(), kinds[notice->kind].name);

	json_object_set_new(event, "board", json_string(notice->board));
	if (notice->channel)
		add_channel(event, notice->channel);
	if (kinds[notice->kind].text && notice->text)
		json_object_set_new(event, kinds[notice->kind].text, json_string(notice->text));
	if (kinds[notice->kind].bytes)
		json_object_set_new(event, kinds[notice->kind].bytes,
				    json_integer((json_int_t)notice->bytes));
	if (notice->reason)
		json_object_set_new(event, "reason", json_string(notice->reason));
	if (notice->client)
		add_client(event, notice->client);
	emit(events, event);
}

void events_line(struct events *events, const struct channel *channel, const struct log_line *line)
{
	json_t *event = new_event(events, line->time_us, "line");

	json_object_set_new(event, "board", json_string(channel->board));
	add_channel(event, channel);
	json_object_set_new(event, "text", json_stringn(line->text, line->len));
	if (line->continues)
		json_object_set_new(event, "continues", json_true());
	emit(events, event);
}

int events_open(struct events **result, struct event_base *base, const char *where, char *why,
		size_t why_size)
{
	struct events *events = calloc(1, sizeof(*events));
	int status = -ENOMEM;

	if (events)
		status = events_output_open(&events->output, base, where);
	if (status < 0) {
		snprintf(why, why_size, "cannot write events to %s: %s", where, strerror(-status));
		free(events);
		return status;
	}
	events->notices.notice = on_notice;
	notice_add(&events->notices);
	emit(events, new_event(events, log_stamp_now(), "server_start"));
	*result = events;
	return 0;
}

void events_reopen(struct events *events)
{
	events_output_reopen(events->output);
}

uint64_t events_lost(const struct events *events)
{
	return events_output_lost(events->output);
}

void events_close(struct events *events)
{
	notice_remove(&events->notices);
	emit(events, new_event(events, log_stamp_now(), "server_stop"));
	events_output_close(events->output);
	free(events);
}

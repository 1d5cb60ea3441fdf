/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/messages.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mux-server/journal.h"
#include "mux-server/message_address.h"
#include "mux-server/message_output.h"
#include "mux-server/syslog.h"

static const struct {
	const char *name;
	message_format *format;
} services[MESSAGES_SERVICES] = {
	[MESSAGES_SYSLOG] = { "syslog", syslog_format },
	[MESSAGES_JOURNALD] = { "journald", journal_format },
};

struct messages {
	struct message_output *outputs[MESSAGES_SERVICES]; /* NULL: not wanted */
};

int messages_open(struct messages **result, struct event_base *base,
		  const char *const where[MESSAGES_SERVICES], char *why, size_t why_size)
{
	struct messages *messages = calloc(1, sizeof(*messages));

	if (!messages) {
		snprintf(why, why_size, "no memory for messages");
		return -ENOMEM;
	}
	for (int i = 0; i < MESSAGES_SERVICES; i++) {
		if (!where[i])
			continue;
		messages->outputs[i] = message_output_open(base, where[i], services[i].format);
		if (messages->outputs[i])
			continue;
		snprintf(why, why_size, "%s: %s is not " MESSAGE_ADDRESS_USAGE, services[i].name,
			 where[i]);
		messages_close(messages);
		return -EINVAL;
	}
	*result = messages;
	return 0;
}

const char *messages_name(const struct messages *messages, enum messages_service service)
{
	return messages->outputs[service] ? services[service].name : NULL;
}

uint64_t messages_lost(const struct messages *messages, enum messages_service service)
{
	return message_output_lost(messages->outputs[service]);
}

void messages_close(struct messages *messages)
{
	for (int i = 0; i < MESSAGES_SERVICES; i++)
		if (messages->outputs[i])
			message_output_close(messages->outputs[i]);
	free(messages);
}

static void put(const struct message_reader *reader, struct message *message)
{
	message->channel = reader->lines->sink.channel;
	for (int i = 0; i < MESSAGES_SERVICES; i++)
		if (reader->messages->outputs[i])
			message_output_put(reader->messages->outputs[i], message);
}

static void on_line(struct log_line_reader *log_reader, const struct log_line *line)
{
	struct message_reader *reader = (struct message_reader *)log_reader;

	if (!line->complete)
		return;
	reader->piece = line->continues ? reader->piece + 1 : 1;
	put(reader, &(struct message){ .time_us = line->time_us,
				       .severity = MESSAGE_INFO,
				       .piece = reader->piece,
				       .text = line->text,
				       .len = line->len });
}

static void on_mark(struct log_line_reader *log_reader, int64_t time_us, const char *text)
{
	put((struct message_reader *)log_reader, &(struct message){ .time_us = time_us,
								    .severity = MESSAGE_NOTICE,
								    .piece = 1,
								    .text = text,
								    .len = strlen(text) });
}

static void on_flushed(struct log_line_reader *log_reader)
{
	const struct messages *messages = ((struct message_reader *)log_reader)->messages;

	for (int i = 0; i < MESSAGES_SERVICES; i++)
		if (messages->outputs[i])
			message_output_flush(messages->outputs[i]);
}

void message_reader_open(struct message_reader *reader, struct messages *messages,
			 struct log_lines *lines)
{
	*reader = (struct message_reader){
		.reader = { .line = on_line, .mark = on_mark, .flushed = on_flushed },
		.messages = messages,
		.lines = lines,
	};
	log_lines_add(lines, &reader->reader);
}

void message_reader_close(struct message_reader *reader)
{
	log_lines_remove(reader->lines, &reader->reader);
	on_flushed(&reader->reader);
}

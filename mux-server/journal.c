/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/journal.h"

#include <endian.h>
#include <stdio.h>
#include <string.h>

#include "mux-server/log_stamp.h"

/* Append a field; a value with newlines goes behind its length. */
static char *add_field(char *to, const char *name, const char *value, size_t len)
{
	uint64_t length = htole64(len);

	to = stpcpy(to, name);
	if (memchr(value, '\n', len)) {
		*to++ = '\n';
		memcpy(to, &length, sizeof(length));
		to += sizeof(length);
	} else {
		*to++ = '=';
	}
	memcpy(to, value, len);
	to += len;
	*to++ = '\n';
	return to;
}

static char *add_text(char *to, const char *name, const char *value)
{
	return add_field(to, name, value, strlen(value));
}

static char *add_number(char *to, const char *name, unsigned number)
{
	return to + sprintf(to, "%s=%u\n", name, number);
}

static char *add_channel(char *to, const struct message *message)
{
	const struct channel *channel = message->channel;

	to = add_text(to, "MUX_BOARD", channel->board);
	to = add_number(to, "MUX_CHANNEL", (unsigned)channel->number);
	to = add_text(to, "MUX_PARTITION", channel_partition(channel));
	to = add_text(to, "MUX_CONSOLE", channel->name);
	if (message->piece > 1)
		to = add_number(to, "MUX_PIECE", message->piece);
	return to;
}

size_t journal_format(char *to, const struct message *message)
{
	char stamp[LOG_STAMP_SIZE];
	char *at = to;

	log_stamp_format(stamp, message->time_us);
	at = add_field(at, "MESSAGE", message->text,
		       message->len < LOG_LINE_MAX ? message->len : LOG_LINE_MAX);
	at = add_number(at, "PRIORITY", message->severity);
	at = add_number(at, "SYSLOG_FACILITY", MESSAGE_FACILITY);
	at = add_text(at, "SYSLOG_IDENTIFIER", MESSAGE_PROGRAM);
	at = add_text(at, "MUX_TIME", stamp);
	if (message->channel)
		at = add_channel(at, message);
	return (size_t)(at - to);
}

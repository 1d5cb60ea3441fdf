/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/syslog.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "mux-server/log_stamp.h"

enum { HOST_MAX = 255, ID_MAX = 32 }; /* RFC 5424 section 6 */

/* Append @text as PRINTUSASCII, at most @max characters; "-" if there is nothing. */
static char *add_word(char *to, const char *text, size_t max)
{
	size_t i;

	for (i = 0; i < max && text[i]; i++)
		*to++ = text[i] > ' ' && text[i] < 0x7f ? text[i] : '_';
	if (i == 0)
		*to++ = '-';
	return to;
}

/* Append a parameter of the structured data, escaped as section 6.3.3 wants it; control characters
 * could end the message at some receivers. */
static char *add_parameter(char *to, const char *name, const char *value)
{
	to += sprintf(to, " %s=\"", name);
	for (; *value; value++) {
		if (*value == '"' || *value == '\\' || *value == ']')
			*to++ = '\\';
		*to++ = (unsigned char)*value < ' ' ? '_' : *value;
	}
	*to++ = '"';
	return to;
}

static char *add_channel(char *to, const struct message *message)
{
	char number[12];

	to = stpcpy(to, "[mux@" SYSLOG_ENTERPRISE);
	snprintf(number, sizeof(number), "%d", message->channel->number);
	to = add_parameter(to, "ch", number);
	to = add_parameter(to, "part", channel_partition(message->channel));
	to = add_parameter(to, "board", message->channel->board);
	if (message->piece > 1) {
		snprintf(number, sizeof(number), "%u", message->piece);
		to = add_parameter(to, "piece", number);
	}
	*to++ = ']';
	return to;
}

/* HOSTNAME APP-NAME PROCID, which stay the same. */
static const char *sender(void)
{
	static char text[HOST_MAX + 32];
	char host[HOST_MAX + 1] = "";
	char *at;

	if (text[0] == '\0') {
		gethostname(host, HOST_MAX);
		at = add_word(text, host, HOST_MAX);
		sprintf(at, " " MESSAGE_PROGRAM " %d", (int)getpid());
	}
	return text;
}

size_t syslog_format(char *to, const struct message *message)
{
	char stamp[LOG_STAMP_SIZE];
	size_t len = message->len < LOG_LINE_MAX ? message->len : LOG_LINE_MAX;
	char *at = to;

	log_stamp_format(stamp, message->time_us);
	at += sprintf(at, "<%d>1 %s %s ", MESSAGE_FACILITY * 8 + (int)message->severity, stamp,
		      sender());
	at = add_word(at, message->channel ? channel_partition(message->channel) : "", ID_MAX);
	*at++ = ' ';
	if (message->channel)
		at = add_channel(at, message);
	else
		*at++ = '-';
	*at++ = ' ';
	memcpy(at, message->text, len);
	return (size_t)(at + len - to);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/log_lines.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "mux-server/log_stamp.h"

static void tell(struct log_lines *lines)
{
	struct log_line_reader *reader;

	lines->line.text[lines->line.len] = '\0';
	TAILQ_FOREACH (reader, &lines->readers, link)
		reader->line(reader, &lines->line);
}

static void begin(struct log_lines *lines)
{
	if (lines->begun)
		return;
	lines->begun = true;
	lines->line.time_us = lines->now_us;
}

static void complete(struct log_lines *lines, bool goes_on)
{
	begin(lines);
	lines->line.complete = true;
	tell(lines);
	lines->line.complete = false;
	lines->line.len = 0;
	lines->line.continues = goes_on;
	lines->begun = false;
}

/* Append text that must stay together. */
static void add(struct log_lines *lines, const void *text, size_t len)
{
	if (lines->line.len + len > LOG_LINE_MAX)
		complete(lines, true);
	begin(lines);
	memcpy(lines->line.text + lines->line.len, text, len);
	lines->line.len += len;
}

static void add_hex(struct log_lines *lines, const uint8_t *bytes, size_t len)
{
	char text[5];

	for (size_t i = 0; i < len; i++) {
		snprintf(text, sizeof(text), "\\x%02x", bytes[i]);
		add(lines, text, 4);
	}
}

/* A character that turned out not to be one. */
static void give_up_character(struct log_lines *lines)
{
	add_hex(lines, lines->utf8, lines->utf8_len);
	lines->utf8_len = 0;
}

/* How many bytes a character has that begins with @byte; 0: none does. */
static unsigned character_len(uint8_t byte)
{
	if (byte >= 0xc2 && byte <= 0xdf)
		return 2;
	if (byte >= 0xe0 && byte <= 0xef)
		return 3;
	if (byte >= 0xf0 && byte <= 0xf4)
		return 4;
	return 0;
}

/* RFC 3629 section 4: no overlong forms, no surrogates, nothing beyond U+10FFFF. */
static bool may_follow(const struct log_lines *lines, uint8_t byte)
{
	uint8_t low = 0x80, high = 0xbf;

	if (lines->utf8_len == 1) {
		switch (lines->utf8[0]) {
		case 0xe0:
			low = 0xa0;
			break;
		case 0xed:
			high = 0x9f;
			break;
		case 0xf0:
			low = 0x90;
			break;
		case 0xf4:
			high = 0x8f;
			break;
		}
	}
	return byte >= low && byte <= high;
}

static void add_beyond_ascii(struct log_lines *lines, uint8_t byte)
{
	if (lines->utf8_len > 0) {
		lines->utf8[lines->utf8_len++] = byte;
		if (lines->utf8_len < lines->utf8_want)
			return;
		if (lines->utf8[0] == 0xc2 && byte < 0xa0)
			add_hex(lines, lines->utf8, 2);
		else
			add(lines, lines->utf8, lines->utf8_len);
		lines->utf8_len = 0;
		return;
	}
	lines->utf8_want = character_len(byte);
	begin(lines);
	if (lines->utf8_want == 0)
		add_hex(lines, &byte, 1);
	else
		lines->utf8[lines->utf8_len++] = byte;
}

static bool is_plain(uint8_t byte)
{
	return (byte >= ' ' && byte < 0x7f) || byte == '\t';
}

static void add_byte(struct log_lines *lines, uint8_t byte)
{
	if (lines->utf8_len > 0 && !may_follow(lines, byte))
		give_up_character(lines);
	if (byte == '\n') {
		lines->cr = false;
		complete(lines, false);
		return;
	}
	if (lines->cr && byte != '\r') {
		lines->cr = false;
		if (lines->line.len > 0) /* at the beginning of a line it does nothing */
			add(lines, "^M", 2);
	}
	if (byte == '\r')
		lines->cr = true;
	else if (byte >= 0x80)
		add_beyond_ascii(lines, byte);
	else if (is_plain(byte))
		add(lines, &byte, 1);
	else
		add(lines, (char[]){ '^', (char)(byte ^ 0x40) }, 2);
}

static void add_bytes(struct log_lines *lines, const uint8_t *data, size_t len)
{
	size_t at = 0;

	while (at < len) {
		size_t room = LOG_LINE_MAX - lines->line.len;
		size_t plain = 0;

		if (!lines->cr && lines->utf8_len == 0)
			while (at + plain < len && plain < room && is_plain(data[at + plain]))
				plain++;
		if (plain > 0) {
			add(lines, data + at, plain);
			at += plain;
		} else {
			add_byte(lines, data[at++]);
		}
	}
}

static void flush(struct sink *sink)
{
	struct log_lines *lines = (struct log_lines *)sink;
	struct log_line_reader *reader;
	struct iovec iov[2];
	uint64_t lost = ring_reader_catch_up(&sink->channel->ring, &sink->reader);
	int count;

	if (lost)
		log_lines_mark(lines, "%" PRIu64 " bytes lost", lost);
	lines->now_us = log_stamp_now();
	count = ring_reader_peek(&sink->channel->ring, &sink->reader, iov);
	for (int i = 0; i < count; i++) {
		add_bytes(lines, iov[i].iov_base, iov[i].iov_len);
		ring_reader_take(&sink->reader, iov[i].iov_len);
	}
	if (lines->begun)
		tell(lines);
	TAILQ_FOREACH (reader, &lines->readers, link)
		if (reader->flushed)
			reader->flushed(reader);
}

void log_lines_open(struct log_lines *lines, struct channel *channel)
{
	*lines = (struct log_lines){ .now_us = log_stamp_now() };
	TAILQ_INIT(&lines->readers);
	channel_attach(channel, &lines->sink, flush);
}

void log_lines_close(struct log_lines *lines)
{
	channel_detach(&lines->sink);
}

void log_lines_add(struct log_lines *lines, struct log_line_reader *reader)
{
	TAILQ_INSERT_TAIL(&lines->readers, reader, link);
}

void log_lines_remove(struct log_lines *lines, struct log_line_reader *reader)
{
	if (lines->begun) {
		struct log_line last = lines->line;

		last.complete = true;
		last.text[last.len] = '\0';
		reader->line(reader, &last);
	}
	TAILQ_REMOVE(&lines->readers, reader, link);
}

void log_lines_mark(struct log_lines *lines, const char *format, ...)
{
	struct log_line_reader *reader;
	char text[LOG_LINE_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);

	lines->now_us = log_stamp_now();
	give_up_character(lines);
	lines->cr = false;
	if (lines->begun)
		complete(lines, false);
	TAILQ_FOREACH (reader, &lines->readers, link) {
		reader->mark(reader, lines->now_us, text);
		if (reader->flushed)
			reader->flushed(reader);
	}
}

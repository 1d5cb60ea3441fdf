/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/control_line.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static const char escapes[][2] = {
	{ 's', ' ' }, { 'n', '\n' }, { 'r', '\r' }, { 't', '\t' }, { 'e', '\033' }, { '\\', '\\' },
};

enum { ESCAPE_COUNT = sizeof(escapes) / sizeof(escapes[0]) };

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Put what an escape at @from stands for at @to.  Returns its length, or 0 if it is none. */
static size_t unescape(char *to, const char *from, size_t len)
{
	if (len >= 4 && from[1] == 'x' && digit(from[2]) >= 0 && digit(from[3]) >= 0) {
		*to = (char)(digit(from[2]) << 4 | digit(from[3]));
		return 4;
	}
	for (size_t i = 0; len >= 2 && i < ESCAPE_COUNT; i++) {
		if (escapes[i][0] == from[1]) {
			*to = escapes[i][1];
			return 2;
		}
	}
	return 0;
}

const char *control_line_parse(struct control_line *line, char *text, size_t len)
{
	size_t at = 0;

	line->count = 0;
	if (len > 0 && text[len - 1] == '\r')
		len--;
	while (at < len) {
		struct control_word *word = &line->words[line->count];
		char *to;

		if (text[at] == ' ') {
			at++;
			continue;
		}
		if (line->count == CONTROL_WORDS_MAX)
			return "too many words";
		*word = (struct control_word){ .text = text + at };
		to = word->text;
		while (at < len && text[at] != ' ') {
			size_t taken = 1;

			if ((uint8_t)text[at] < ' ' || text[at] == 0x7f)
				return "control characters are written as \\xHH";
			if (text[at] == '\\')
				taken = unescape(to, text + at, len - at);
			else
				*to = text[at];
			if (taken == 0)
				return "after \\ comes one of s n r t e \\ or xHH";
			at += taken;
			to++;
		}
		at += at < len;
		*to = '\0';
		word->len = (size_t)(to - word->text);
		line->count++;
	}
	return line->count ? NULL : "no command";
}

/* The escape of one byte, as a string. */
static void escape(char to[5], uint8_t byte)
{
	for (size_t i = 0; i < ESCAPE_COUNT; i++) {
		if ((uint8_t)escapes[i][1] == byte) {
			snprintf(to, 5, "\\%c", escapes[i][0]);
			return;
		}
	}
	snprintf(to, 5, byte > ' ' && byte < 0x7f ? "%c" : "\\x%02x", byte);
}

size_t control_line_quote(char *to, size_t size, const void *data, size_t len)
{
	const uint8_t *bytes = data;
	size_t taken = 0, at = 0;
	char piece[5];

	for (; taken < len; taken++) {
		escape(piece, bytes[taken]);
		if (at + strlen(piece) >= size)
			break;
		at += (size_t)snprintf(to + at, size - at, "%s", piece);
	}
	to[at] = '\0';
	return taken;
}

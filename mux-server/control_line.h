/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One request on the control socket: a line of words, "COMMAND ARGUMENT...", separated by spaces.
 * In a word, \s is a space, \n \r \t \e are what they are in C, \\ is a backslash and \xHH any
 * byte.
 */
#ifndef MUX_SERVER_CONTROL_LINE_H
#define MUX_SERVER_CONTROL_LINE_H

#include <stddef.h>

enum {
	CONTROL_LINE_MAX = 8192, /* with its end of line */
	CONTROL_WORDS_MAX = 8,
	CONTROL_TAIL_MAX =
		16 << 20, /* bytes of a console that can be asked for: all that is kept */
};

struct control_word {
	char *text; /* ends with a NUL, and may contain others */
	size_t len;
};

struct control_line {
	struct control_word words[CONTROL_WORDS_MAX];
	unsigned count;
};

/*
 * Split @text of @len bytes, without end of line but with room for a NUL behind it, in place.
 * Returns NULL, or what is wrong.
 */
const char *control_line_parse(struct control_line *line, char *text, size_t len);

/*
 * Write @len bytes at @data as one word into @to, as far as they fit into @size with a NUL. Returns
 * how many bytes of @data were taken.
 */
size_t control_line_quote(char *to, size_t size, const void *data, size_t len);

#endif

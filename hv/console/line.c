/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/console/line.h"

#include <stdbool.h>
#include <string.h>

#include "hv/console/console.h"

enum { HISTORY = 16 };

#define CONTROL(letter) ((letter)-0x40)

enum {
	TAB = 0x09,
	ESCAPE = 0x1b,
	DELETE = 0x7f,
	/* What control sequences become; beyond any byte. */
	KEY_UP = 0x100,
	KEY_DOWN,
	KEY_LEFT,
	KEY_RIGHT,
	KEY_HOME,
	KEY_END,
	KEY_DELETE,
	KEY_NONE,
};

struct line {
	const char *prompt;
	char *text;
	size_t len, at;
	line_candidate *candidate;
	unsigned int shown; /* 0: the line being typed; n: the n-th last of the history */
};

/* The last lines, newest at (lines - 1) % HISTORY. */
static char history[HISTORY][LINE_SIZE];
static unsigned int lines;
static char typed[LINE_SIZE]; /* the line being typed, while one of the history is shown */

static void write_string(const char *s)
{
	console_write(s, strlen(s));
}

static void move_back(size_t n)
{
	for (; n; n--)
		console_write("\b", 1);
}

/* Prompt and line, on a line of the terminal that is empty. */
static void draw(void *arg)
{
	const struct line *line = arg;

	write_string("\r\033[K");
	write_string(line->prompt);
	console_write(line->text, line->len);
	move_back(line->len - line->at);
}

static void move_to(struct line *line, size_t at)
{
	if (at < line->at)
		move_back(line->at - at);
	else
		console_write(line->text + line->at, at - line->at);
	line->at = at;
}

/* Take [@from, @to) out, with the cursor at @from afterwards. */
static void erase(struct line *line, size_t from, size_t to)
{
	move_to(line, from);
	memmove(line->text + from, line->text + to, line->len - to);
	line->len -= to - from;
	console_write(line->text + from, line->len - from);
	write_string("\033[K");
	move_back(line->len - from);
}

static void insert(struct line *line, const char *s, size_t len)
{
	if (len > LINE_SIZE - 1 - line->len)
		return;
	memmove(line->text + line->at + len, line->text + line->at, line->len - line->at);
	memcpy(line->text + line->at, s, len);
	line->len += len;
	console_write(line->text + line->at, line->len - line->at);
	line->at += len;
	move_back(line->len - line->at);
}

static void replace(struct line *line, const char *text)
{
	erase(line, 0, line->len);
	insert(line, text, strlen(text));
}

static void show_history(struct line *line, unsigned int which)
{
	if (which > lines || which > HISTORY)
		return;
	line->text[line->len] = 0;
	if (line->shown == 0)
		memcpy(typed, line->text, line->len + 1);
	line->shown = which;
	replace(line, which ? history[(lines - which) % HISTORY] : typed);
}

static void remember(const char *text, size_t len)
{
	if (!len || (lines && !strcmp(history[(lines - 1) % HISTORY], text)))
		return;
	memcpy(history[lines++ % HISTORY], text, len + 1);
}

static size_t word_begin(const struct line *line)
{
	size_t begin = line->at;

	while (begin && line->text[begin - 1] != ' ')
		begin--;
	return begin;
}

/* Complete the word before the cursor as far as it is certain; @show: print what is possible. */
static void complete(struct line *line, bool show)
{
	size_t begin = word_begin(line), given = line->at - begin, common = 0;
	unsigned int matches = 0;
	const char *first = NULL, *candidate;

	line->text[line->len] = 0;
	for (unsigned int i = 0; (candidate = line->candidate(line->text, begin, i)); i++) {
		size_t same = 0;

		if (strncmp(candidate, line->text + begin, given))
			continue;
		if (!matches++) {
			first = candidate;
			common = strlen(first);
		}
		while (same < common && candidate[same] == first[same])
			same++;
		common = same;
		if (show) {
			write_string(matches == 1 ? "\r\n" : "  ");
			write_string(candidate);
		}
	}
	if (show && matches) {
		write_string("\r\n");
		draw(line);
	}
	if (matches)
		insert(line, first + given, common - given);
	if (matches == 1)
		insert(line, " ", 1);
}

static unsigned char read_byte(struct line *line)
{
	return (unsigned char)console_read(draw, line);
}

/* ESC [ digits ~ and ESC [ letter; all others are skipped. */
static int read_sequence(struct line *line)
{
	static const struct {
		char last;
		char digit;
		short key;
	} keys[] = {
		{ 'A', 0, KEY_UP },	{ 'B', 0, KEY_DOWN },  { 'C', 0, KEY_RIGHT },
		{ 'D', 0, KEY_LEFT },	{ 'H', 0, KEY_HOME },  { 'F', 0, KEY_END },
		{ '~', '1', KEY_HOME }, { '~', '4', KEY_END }, { '~', '3', KEY_DELETE },
		{ '~', '7', KEY_HOME }, { '~', '8', KEY_END },
	};
	unsigned char c = read_byte(line);
	char digit = 0;

	if (c != '[' && c != 'O')
		return KEY_NONE;
	while ((c = read_byte(line)) >= 0x20 && c < 0x40)
		digit = (char)c;
	for (unsigned int i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (keys[i].last == c && (!keys[i].digit || keys[i].digit == digit))
			return keys[i].key;
	return KEY_NONE;
}

static void edit(struct line *line, int key)
{
	size_t at = line->at;
	char c = (char)key;

	switch (key) {
	case CONTROL('H'):
	case DELETE:
		if (at)
			erase(line, at - 1, at);
		break;
	case CONTROL('D'):
	case KEY_DELETE:
		if (at < line->len)
			erase(line, at, at + 1);
		break;
	case CONTROL('B'):
	case KEY_LEFT:
		move_to(line, at ? at - 1 : 0);
		break;
	case CONTROL('F'):
	case KEY_RIGHT:
		move_to(line, at < line->len ? at + 1 : at);
		break;
	case CONTROL('A'):
	case KEY_HOME:
		move_to(line, 0);
		break;
	case CONTROL('E'):
	case KEY_END:
		move_to(line, line->len);
		break;
	case CONTROL('K'):
		erase(line, at, line->len);
		break;
	case CONTROL('U'):
		erase(line, 0, line->len);
		break;
	case CONTROL('W'):
		erase(line, word_begin(line), at);
		break;
	case CONTROL('L'):
		draw(line);
		break;
	case CONTROL('P'):
	case KEY_UP:
		show_history(line, line->shown + 1);
		break;
	case CONTROL('N'):
	case KEY_DOWN:
		if (line->shown)
			show_history(line, line->shown - 1);
		break;
	default:
		if (key >= 0x20 && key < 0x100)
			insert(line, &c, 1);
		break;
	}
}

void line_read(const char *prompt, char *text, line_candidate *candidate)
{
	static unsigned char last; /* to take \r\n as one end */
	struct line line = { .prompt = prompt, .text = text, .candidate = candidate };
	bool tabbed = false;

	console_flush_log();
	write_string(prompt);
	for (;;) {
		unsigned char c = read_byte(&line);
		bool rest_of_end = c == '\n' && last == '\r';

		last = c;
		if (rest_of_end)
			continue;
		if (c == '\r' || c == '\n')
			break;
		if (c == CONTROL('C')) {
			write_string("^C");
			line.len = 0;
			break;
		}
		if (c == TAB)
			complete(&line, tabbed);
		else
			edit(&line, c == ESCAPE ? read_sequence(&line) : c);
		tabbed = c == TAB;
	}
	text[line.len] = 0;
	remember(text, line.len);
	write_string("\r\n");
}

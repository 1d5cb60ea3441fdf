/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/console/console.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "hv/booke/core.h"
#include "hv/booke/coroutine.h"
#include "hv/console/log.h"
#include "hv/console/shell.h"

enum {
	STACK_SIZE = 6144,
	CTRL_C = 0x03,
	BACKSPACE = 0x08,
	CTRL_U = 0x15,
	ESCAPE = 0x1b,
	DELETE = 0x7f,
};

/* The coroutine's own, but for @core, which is constant. */
static struct core *core;
static struct bc_end *end;
static struct coroutine coroutine;
static char stack[STACK_SIZE] __attribute__((aligned(16)));

static void wake(void)
{
	core_post(core, CORE_WORK_SHELL);
}

static void channel_event(struct bc_end *which, unsigned int events)
{
	(void)which;
	(void)events;
	wake();
}

void console_init(struct bc_end *console_end)
{
	core = this_core;
	end = console_end;
	bc_end_set_notify(end, channel_event, NULL);
	coroutine_init(&coroutine, shell_main, stack, sizeof(stack));
	log_notify = wake;
	wake();
}

void console_run(void)
{
	if (end)
		coroutine_run(&coroutine);
}

void console_write(const char *buf, size_t len)
{
	for (;;) {
		size_t sent = bc_end_send(end, buf, len);

		if (sent == len)
			return;
		buf += sent;
		len -= sent;
		coroutine_yield(&coroutine);
	}
}

/* Newlines as terminals want them. */
static void write_text(const char *s, size_t len)
{
	const char *newline;

	while ((newline = memchr(s, '\n', len))) {
		console_write(s, (size_t)(newline - s));
		console_write("\r\n", 2);
		len -= (size_t)(newline + 1 - s);
		s = newline + 1;
	}
	console_write(s, len);
}

void console_printf(const char *fmt, ...)
{
	char text[256];
	va_list ap;
	size_t len;

	va_start(ap, fmt);
	len = (size_t)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	write_text(text, len < sizeof(text) ? len : sizeof(text) - 1);
}

/* Print what the log holds; @shown: a prompt and a line stand there and must be drawn again. */
static void write_log(bool shown, const char *prompt, const char *line, size_t len)
{
	char text[128];
	size_t n = log_take(text, sizeof(text));

	if (!n)
		return;
	if (shown)
		console_write("\r\033[K", 4);
	for (; n; n = log_take(text, sizeof(text)))
		write_text(text, n);
	console_write(prompt, strlen(prompt));
	console_write(line, len);
}

static char read_char(const char *prompt, const char *line, size_t len)
{
	char c;

	while (!bc_end_receive(end, &c, 1)) {
		write_log(true, prompt, line, len);
		coroutine_yield(&coroutine);
	}
	return c;
}

static size_t erase(size_t from, size_t to)
{
	for (; from > to; from--)
		console_write("\b \b", 3);
	return to;
}

/* The rest of a control sequence (ESC [ ... letter), which nothing here needs. */
static void skip_sequence(const char *prompt, const char *line, size_t len)
{
	char c = read_char(prompt, line, len);

	if (c != '[')
		return;
	do
		c = read_char(prompt, line, len);
	while (c >= 0x20 && c < 0x40);
}

void console_read_line(const char *prompt, char *line)
{
	static char last; /* to take \r\n as one end */
	size_t len = 0;

	write_log(false, "", "", 0);
	console_write(prompt, strlen(prompt));
	for (;;) {
		char c = read_char(prompt, line, len);
		bool rest_of_end = c == '\n' && last == '\r';

		last = c;
		if (rest_of_end)
			continue;
		if (c == '\r' || c == '\n')
			break;
		if (c == BACKSPACE || c == DELETE) {
			len = erase(len, len ? len - 1 : 0);
		} else if (c == CTRL_U) {
			len = erase(len, 0);
		} else if (c == CTRL_C) {
			console_write("^C", 2);
			len = 0;
			break;
		} else if (c == ESCAPE) {
			skip_sequence(prompt, line, len);
		} else if ((unsigned char)c >= 0x20 && len < CONSOLE_LINE_MAX - 1) {
			line[len++] = c;
			console_write(&c, 1);
		}
	}
	line[len] = 0;
	console_write("\r\n", 2);
}

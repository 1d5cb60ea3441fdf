/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/console/console.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "hv/booke/core.h"
#include "hv/booke/coroutine.h"
#include "hv/console/log.h"
#include "hv/console/shell.h"

enum { STACK_SIZE = 6144 };

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

void console_flush_log(void)
{
	char text[128];
	size_t n;

	while ((n = log_take(text, sizeof(text))))
		write_text(text, n);
}

char console_read(void (*draw)(void *arg), void *arg)
{
	char text[128];
	size_t n;
	char c;

	while (!bc_end_receive(end, &c, 1)) {
		if ((n = log_take(text, sizeof(text)))) {
			console_write("\r\033[K", 4);
			write_text(text, n);
			console_flush_log();
			draw(arg);
		}
		coroutine_yield(&coroutine);
	}
	return c;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/console/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "hv/booke/core.h"
#include "hv/booke/lock.h"
#include "hv/booke/time.h"

enum {
	LOG_SIZE = 16384, /* a power of two */
	LOG_LINE = 256,
	LOG_GAP = 48, /* kept free for the line that tells of a gap */
};

/* All under the lock; log_notify is written once, at boot. */
static struct lock lock;
static char ring[LOG_SIZE];
static uint32_t head, tail; /* free running */
static uint32_t lost;	    /* lines since the last gap line */

void (*log_notify)(void);

static void ring_put(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		ring[head++ % LOG_SIZE] = s[i];
}

static void append(const char *line, size_t len)
{
	char gap[LOG_GAP];

	lock_acquire(&lock);
	if (lost && LOG_SIZE - (head - tail) >= len + LOG_GAP) {
		ring_put(gap, (size_t)snprintf(gap, sizeof(gap), "[%u lines of log lost]\n", lost));
		lost = 0;
	}
	if (!lost && LOG_SIZE - (head - tail) >= len)
		ring_put(line, len);
	else
		lost++;
	lock_release(&lock);
	if (log_notify)
		log_notify();
}

static void log_line(const char *fmt, va_list ap)
{
	char line[LOG_LINE];
	size_t len = (size_t)snprintf(line, sizeof(line), "[%u] ", this_core->hwid);
	size_t text = (size_t)vsnprintf(line + len, sizeof(line) - 1 - len, fmt, ap);

	len = text < sizeof(line) - 1 - len ? len + text : sizeof(line) - 2;
	line[len++] = '\n';
	append(line, len);
}

void log_printf(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	log_line(fmt, ap);
	va_end(ap);
}

void log_limited(struct log_limit *limit, const char *fmt, ...)
{
	enum { BURST = 16 };
	const uint64_t second =
		1ull << 28; /* of the order of a second at any time base frequency in use */
	uint64_t now = time_now();
	va_list ap;

	if (now >= limit->next)
		limit->burst = 0;
	if (limit->burst >= BURST) {
		limit->suppressed++;
		return;
	}
	if (limit->suppressed) {
		log_printf("(%u similar lines suppressed)", limit->suppressed);
		limit->suppressed = 0;
	}
	limit->burst++;
	limit->next = now + second;
	va_start(ap, fmt);
	log_line(fmt, ap);
	va_end(ap);
}

size_t log_take(char *buf, size_t size)
{
	size_t n = 0;

	lock_acquire(&lock);
	while (n < size && tail != head)
		buf[n++] = ring[tail++ % LOG_SIZE];
	lock_release(&lock);
	return n;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/console/log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "hv/booke/cache.h"
#include "hv/booke/core.h"
#include "hv/booke/lock.h"
#include "hv/booke/time.h"
#include "hv/boot/boot.h"
#include "hv/lib/div64.h"
#include "hv/partition/partition.h"

enum { LOG_LINE = 256 };

#define LOG_MAGIC 0x4265724c

struct log {
	uint32_t magic;
	uint32_t head;	/* bytes ever written, modulo 2^32 */
	uint32_t check; /* ~head, while the two agree */
	uint32_t pad;
	char text[LOG_SIZE];
};

_Static_assert(2 * sizeof(struct log) == LOG_MEMORY, "LOG_MEMORY does not hold two logs");

const char *const log_group_names[LOG_GROUPS] = {
	[LOG_BOOT] = "boot",   [LOG_CONFIG] = "config", [LOG_PARTITION] = "partition",
	[LOG_IMAGE] = "image", [LOG_VCPU] = "vcpu",	[LOG_HCALL] = "hcall",
	[LOG_IRQ] = "irq",
};

uint8_t log_levels[LOG_GROUPS] = {
	LOG_LEVEL_FIRST, LOG_LEVEL_FIRST, LOG_LEVEL_FIRST, LOG_LEVEL_FIRST,
	LOG_LEVEL_FIRST, LOG_LEVEL_FIRST, LOG_LEVEL_FIRST,
};

/* All under the lock; log_notify is written once, at boot. */
static struct lock lock;
static struct log first;
static struct log *this_run = &first;
static const struct log *last_run; /* NULL: nothing was found */
static uint32_t taken;

void (*log_notify)(void);

static void put(struct log *log, const char *s, size_t len)
{
	uint32_t at = log->head % LOG_SIZE;
	size_t first_part = len < LOG_SIZE - at ? len : LOG_SIZE - at;

	memcpy(log->text + at, s, first_part);
	memcpy(log->text, s + first_part, len - first_part);
	cache_write_back(log->text + at, first_part);
	cache_write_back(log->text, len - first_part);
	log->magic = LOG_MAGIC;
	log->head += (uint32_t)len;
	log->check = ~log->head;
	cache_write_back(log, offsetof(struct log, text));
}

static bool is_lapped(const struct log *log, uint32_t position)
{
	return log->head - position > LOG_SIZE;
}

static void append(const char *line, size_t len)
{
	lock_acquire(&lock);
	put(this_run, line, len);
	lock_release(&lock);
	if (log_notify)
		log_notify();
}

static void log_line(const char *fmt, va_list ap)
{
	char line[LOG_LINE];
	uint32_t hz = plan.timebase_hz, rest = 0;
	uint32_t seconds = hz ? (uint32_t)div64(time_now() - boot_time, hz, &rest) : 0;
	uint32_t micros = hz ? (uint32_t)div64((uint64_t)rest * 1000000, hz, NULL) : 0;
	size_t len = (size_t)snprintf(line, sizeof(line), "[%u] %u.%06u: ", this_core->hwid,
				      seconds, micros);
	size_t text = (size_t)vsnprintf(line + len, sizeof(line) - 1 - len, fmt, ap);

	len = text < sizeof(line) - 1 - len ? len + text : sizeof(line) - 2;
	line[len++] = '\n';
	append(line, len);
}

void log_printf(enum log_group group, unsigned int level, const char *fmt, ...)
{
	va_list ap;

	if (level > log_levels[group])
		return;
	va_start(ap, fmt);
	log_line(fmt, ap);
	va_end(ap);
}

void log_limited(struct log_limit *limit, enum log_group group, unsigned int level, const char *fmt,
		 ...)
{
	enum { BURST = 16 };
	const uint64_t second =
		1ull << 28; /* of the order of a second at any time base frequency in use */
	uint64_t now = time_now();
	va_list ap;

	if (level > log_levels[group])
		return;
	if (now >= limit->next)
		limit->burst = 0;
	if (limit->burst >= BURST) {
		limit->suppressed++;
		return;
	}
	if (limit->suppressed) {
		log_printf(group, level, "(%u similar lines suppressed)", limit->suppressed);
		limit->suppressed = 0;
	}
	limit->burst++;
	limit->next = now + second;
	va_start(ap, fmt);
	log_line(fmt, ap);
	va_end(ap);
}

void log_move(void *memory)
{
	struct log *logs = memory;

	lock_acquire(&lock);
	if (logs[0].magic == LOG_MAGIC && logs[0].check == ~logs[0].head) {
		logs[1] = logs[0];
		last_run = &logs[1];
	}
	logs[0] = *this_run;
	this_run = &logs[0];
	lock_release(&lock);
}

/* Copy from *@position on; a reader that is lapped goes on with the oldest line. */
static size_t copy(const struct log *log, uint32_t *position, char *buf, size_t size)
{
	size_t n = 0;

	if (is_lapped(log, *position)) {
		*position = log->head - LOG_SIZE;
		while (*position != log->head && log->text[(*position)++ % LOG_SIZE] != '\n')
			;
	}
	while (n < size && *position != log->head)
		buf[n++] = log->text[(*position)++ % LOG_SIZE];
	return n;
}

size_t log_take(char *buf, size_t size)
{
	static const char gap[] = "[lines of the log are missing here]\n";
	size_t n = 0;

	lock_acquire(&lock);
	if (is_lapped(this_run, taken) && size >= sizeof(gap)) {
		n = sizeof(gap) - 1;
		memcpy(buf, gap, n);
	}
	n += copy(this_run, &taken, buf + n, size - n);
	lock_release(&lock);
	return n;
}

size_t log_read(enum log_run run, uint32_t *position, char *buf, size_t size)
{
	const struct log *log = run == LOG_THIS_RUN ? this_run : last_run;
	size_t n;

	if (!log)
		return 0;
	lock_acquire(&lock);
	n = copy(log, position, buf, size);
	lock_release(&lock);
	return n;
}

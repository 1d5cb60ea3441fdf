/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hypervisor's log: a ring of lines, which the console prints as they come and the shell can
 * print again.  It moves to memory that a reset leaves alone, so the next run can show what the
 * last one said.
 *
 *     [core] seconds since boot: text
 */
#ifndef HV_CONSOLE_LOG_H
#define HV_CONSOLE_LOG_H

#include <stddef.h>
#include <stdint.h>

/* What a line is about. */
enum log_group {
	LOG_BOOT,
	LOG_CONFIG,
	LOG_PARTITION,
	LOG_IMAGE,
	LOG_VCPU,
	LOG_HCALL,
	LOG_IRQ,
	LOG_GROUPS,
};

extern const char *const log_group_names[LOG_GROUPS];

/* How much it matters.  A group's level is the highest that is logged (Topaz: 0 to 15, first 4). */
enum {
	LOG_ERROR = 1,
	LOG_WARNING = 2,
	LOG_NOTICE = 4,
	LOG_DEBUG = 8,
	LOG_LEVEL_MAX = 15,
	LOG_LEVEL_FIRST = LOG_NOTICE,
};

/* By group; written by the shell, read by all. */
extern uint8_t log_levels[LOG_GROUPS];

/* Log a line; the newline is added.  Any core, any time. */
void log_printf(enum log_group group, unsigned int level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Bounds what one guest can make the hypervisor say: @burst lines, then one a second. */
struct log_limit {
	uint64_t next; /* time base */
	uint32_t burst;
	uint32_t suppressed;
};

/* Log a line on behalf of a guest unless @limit is used up.  One core at a time per @limit. */
void log_limited(struct log_limit *limit, enum log_group group, unsigned int level, const char *fmt,
		 ...) __attribute__((format(printf, 4, 5)));

/*
 * Keep the log at @memory of at least LOG_MEMORY bytes from now on, 4-byte aligned, where the next
 * run of the hypervisor will find it too; what the last run left there can be read.  Once, at boot.
 */
enum { LOG_SIZE = 16384, LOG_MEMORY = 2 * (LOG_SIZE + 16) };
void log_move(void *memory);

/* Take up to @size bytes that were not taken yet, oldest first.  The console's side. */
size_t log_take(char *buf, size_t size);

/* Which log to read. */
enum log_run { LOG_THIS_RUN, LOG_LAST_RUN };

/*
 * Read up to @size bytes at *@position, which is moved on; 0 at first, which is the oldest line.
 * Returns how many: 0 at the end.
 */
size_t log_read(enum log_run run, uint32_t *position, char *buf, size_t size);

/* Called by log_printf() with a line in the ring; set once the console exists. */
extern void (*log_notify)(void);

#endif

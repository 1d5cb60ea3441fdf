/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hypervisor's log.  Lines wait in a ring from the first instruction of boot until the console
 * takes them; what does not fit is counted, and the count is printed where the gap is.
 */
#ifndef HV_CONSOLE_LOG_H
#define HV_CONSOLE_LOG_H

#include <stddef.h>
#include <stdint.h>

/* Log a line; the newline is added.  Any core, any time. */
void log_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Bounds what one guest can make the hypervisor say: @burst lines, then one a second. */
struct log_limit {
	uint64_t next; /* time base */
	uint32_t burst;
	uint32_t suppressed;
};

/* Log a line on behalf of a guest unless @limit is used up.  One core at a time per @limit. */
void log_limited(struct log_limit *limit, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Take up to @size bytes of the log, oldest first.  The console's side. */
size_t log_take(char *buf, size_t size);

/* Called by log_printf() with a line in the ring; set once the console exists. */
extern void (*log_notify)(void);

#endif

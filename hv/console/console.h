/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hypervisor's own console: log lines and the shell share one byte channel.  Everything here
 * runs in one coroutine on the boot core; other cores only leave lines in the log.
 */
#ifndef HV_CONSOLE_CONSOLE_H
#define HV_CONSOLE_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

#include "byte-chan/channel.h"

/* Use @end; have the boot core run the shell when there is input, room or log. */
void console_init(struct bc_end *end);

/* Give @buf to the channel, waiting for room.  In the coroutine only. */
void console_write(const char *buf, size_t len);

/* The same for a formatted text of at most 255 bytes; \n becomes \r\n. */
void console_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Print what is in the log and was not printed yet. */
void console_flush_log(void);

/*
 * Wait for a byte of input.  Log lines are printed as they come; @draw(@arg) then restores what
 * stood on the line.  In the coroutine only.
 */
char console_read(void (*draw)(void *arg), void *arg);

/* Run the console's coroutine until it waits. */
void console_run(void);

#endif

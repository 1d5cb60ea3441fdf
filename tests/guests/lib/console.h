/* SPDX-License-Identifier: BSD-2-Clause */
/* The guest's console: one byte channel, used by vCPU 0 (and by whoever reports a fault). */
#ifndef TESTS_GUESTS_LIB_CONSOLE_H
#define TESTS_GUESTS_LIB_CONSOLE_H

#include <stddef.h>
#include <stdbool.h>

/*
 * Find the console in the tree: /chosen stdout, linux,stdout-path or stdout-path, /aliases stdout,
 * else the first epapr,hv-byte-channel.  Until console_use_interrupts() it polls.  False when there
 * is none.
 */
bool console_init(void);

/* From here on receive and wait by interrupt.  Needs irq_init(). */
void console_use_interrupts(void);

/* Buffer output, "\n" becoming "\r\n"; nothing is lost: a full channel is waited for. */
void console_write(const char *text, size_t len);

/* The same, without touching line ends. */
void console_write_raw(const char *text, size_t len);

/* Send what is buffered. */
void console_flush(void);

/* The next byte received; waits for one. */
char console_read(void);

struct console_counts {
	unsigned int tx_waits;	    /* the channel was full */
	unsigned int tx_interrupts; /* it had room again */
	unsigned int tx_late;	    /* it was full for a second without an interrupt */
};

const struct console_counts *console_counts(void);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* The end: the hypervisor's own failure, told on the UART by polling. */
#ifndef HV_CONSOLE_PANIC_H
#define HV_CONSOLE_PANIC_H

#include "hv/booke/trap_frame.h"

/* Print the log that nobody has seen, the message and a backtrace, and stop every core.  Any state.
 */
void panic(const char *fmt, ...) __attribute__((noreturn, format(printf, 1, 2)));

/* As panic(), for a trap in the hypervisor: prints the registers too. */
void panic_trap(const struct trap_frame *frame, const char *what) __attribute__((noreturn));

/* True once a core panics; the others stop when they see it. */
_Bool panic_pending(void);

/* Stop this core for ever. */
void panic_stop(void) __attribute__((noreturn));

#endif

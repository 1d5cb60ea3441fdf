/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the server gives up once it is set up: new privileges, and every system call that it does
 * not need, above all running programs.  Ports and files it may still open, as it has to reopen
 * targets and logs.
 *
 * A call that is not allowed fails with EPERM and is reported by name, once for each call, on
 * standard error: it is either an attack or a mistake in the list.  A build with AddressSanitizer
 * goes without.
 */
#ifndef MUX_SERVER_SANDBOX_H
#define MUX_SERVER_SANDBOX_H

#include <stddef.h>

/*
 * Close the sandbox around this process and all its threads, for ever.  Returns 0, or -errno with
 * one sentence in @why: the kernel, or this machine's kind, cannot do it.
 */
int sandbox_enter(char *why, size_t why_size);

#endif

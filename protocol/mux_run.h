/* SPDX-License-Identifier: BSD-2-Clause */
/* Private to the codec: how far payload goes without an escape. */
#ifndef PROTOCOL_MUX_RUN_H
#define PROTOCOL_MUX_RUN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "protocol/mux.h"

/*
 * The length of the run without escapes at the start of @in, at most @len.  The first two bytes are
 * looked at here: where runs are that short, calls of memchr() would cost more than all the rest.
 */
static inline size_t mux_run(const uint8_t *in, size_t len)
{
	if (len == 0 || in[0] == MUX_ESCAPE)
		return 0;
	if (len == 1 || in[1] == MUX_ESCAPE)
		return 1;

	const uint8_t *escape = memchr(in + 2, MUX_ESCAPE, len - 2);

	return escape ? (size_t)(escape - in) : len;
}

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Private to the codec: how far payload goes without an escape. */
#ifndef PROTOCOL_MUX_RUN_H
#define PROTOCOL_MUX_RUN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "protocol/mux.h"

enum { MUX_RUN_SHORT = 32 }; /* bytes looked at here: calling memchr() would cost more */

/* Whether a byte of @word is an escape: x - 1 borrows from the top bit of a zero byte only. */
static inline bool mux_word_has_escape(size_t word)
{
	const size_t ones = SIZE_MAX / 0xff;

	word ^= ones * MUX_ESCAPE;
	return ((word - ones) & ~word & ones << 7) != 0;
}

/* The length of the run without escapes at the start of @in, at most @len. */
static inline size_t mux_run(const uint8_t *in, size_t len)
{
	size_t at = 0;
	size_t word;

	if (len > 0 && in[0] == MUX_ESCAPE)
		return 0;
	while (len - at >= sizeof(word)) {
		if (at >= MUX_RUN_SHORT) {
			const uint8_t *escape = memchr(in + at, MUX_ESCAPE, len - at);

			return escape ? (size_t)(escape - in) : len;
		}
		memcpy(&word, in + at, sizeof(word));
		if (mux_word_has_escape(word))
			break;
		at += sizeof(word);
	}
	while (at < len && in[at] != MUX_ESCAPE)
		at++;
	return at;
}

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random bytes on the wire, and what they mean: a decoder that takes one byte at a time, shares
 * nothing with the server's, and keeps all that each channel printed.
 */
#ifndef TESTS_SYSTEM_MUX_SERVER_NOISE_H
#define TESTS_SYSTEM_MUX_SERVER_NOISE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { NOISE_CHANNELS = 256 - 0x30 }; /* that can be announced */

struct noise_text {
	uint8_t *data;
	size_t len, room;
};

struct noise {
	bool escaped;
	int channel;
	uint64_t bad_commands;
	struct noise_text channels[NOISE_CHANNELS];
};

/* The next @len random bytes of a sequence that @seed begins, not 0, and continues. */
void noise_make(uint64_t *seed, uint8_t *data, size_t len);

/* Take part of what goes over the wire; a noise of zeros is one that has heard nothing. */
void noise_hear(struct noise *noise, const uint8_t *data, size_t len);

void noise_free(struct noise *noise);

/*
 * Fail the test unless @got is @want, but for pieces of which the server says in their place how
 * long they are.  Returns the sum of those.
 */
size_t noise_compare(const uint8_t *got, size_t got_len, const struct noise_text *want);

#endif

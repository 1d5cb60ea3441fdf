/* SPDX-License-Identifier: BSD-2-Clause */
/* The test vectors of protocol/README.md, for whatever has to speak that wire. */
#ifndef TESTS_UNIT_MUX_VECTORS_H
#define TESTS_UNIT_MUX_VECTORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/mux.h"

/* A receiver's vector: bytes in, what they mean. */
struct mux_rx_vector {
	const char *name;
	int initial;	  /* channel before the first announcement */
	const char *wire; /* hex */
	/*
	 * In order: "1<6869" payload for channel 1, "R" reset, "?02" unknown command; "-<" is
	 * payload for no channel.
	 */
	const char *meaning;
};

/* One step of a sender's vector. */
struct mux_tx_step {
	enum { TX_END, TX_RESET, TX_FORGET, TX_DATA } what;
	int channel;
	const char *payload; /* hex */
	const char *wire;    /* hex: what this step puts on the wire */
};

struct mux_tx_vector {
	const char *name;
	struct mux_tx_step steps[12];
};

extern const struct mux_rx_vector mux_rx_vectors[];
extern const size_t mux_rx_vectors_count;
extern const struct mux_tx_vector mux_tx_vectors[];
extern const size_t mux_tx_vectors_count;

/* What has been decoded, in the notation of struct mux_rx_vector; payload of one channel is joined.
 * Begins as all zero. */
struct mux_meaning {
	char text[4096];
	size_t len;
	int channel;
	bool in_payload;
};

/* Append what mux_decode() found. */
void mux_meaning_add(struct mux_meaning *meaning, const struct mux_span *span);

/* Parse hex (blanks allowed) into @out, which is large enough; returns the number of bytes. */
size_t hex_bytes(const char *hex, uint8_t *out);

#endif

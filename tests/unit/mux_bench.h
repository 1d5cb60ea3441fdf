/* SPDX-License-Identifier: BSD-2-Clause */
/* A multiplexer on a bench: channels whose far ends the test holds, and a wire it can read. */
#ifndef TESTS_UNIT_MUX_BENCH_H
#define TESTS_UNIT_MUX_BENCH_H

#include <stddef.h>
#include <stdint.h>

#include "byte-chan/mux.h"

struct mux_bench {
	struct bc_mux mux;
	struct bc_channel channels[BC_MUX_CHANNELS];
	struct bc_end *guests[BC_MUX_CHANNELS]; /* far ends, by mux channel number */
	unsigned int kicks;
};

/* A bench without channels; free() it. */
struct mux_bench *mux_bench_new(void);

/* Attach channel @number. */
void mux_bench_attach(struct mux_bench *bench, unsigned int number);

/* A bench with channels 0..@count-1 whose boot resets have been pulled. */
struct mux_bench *mux_bench_booted(unsigned int count);

/* Guest @number sends the bytes of @text; all must be taken. */
void mux_bench_send(struct mux_bench *bench, unsigned int number, const char *text);

/* Pull in pieces of @piece bytes until the mux is idle; the whole output must be @hex. */
void mux_bench_expect(struct mux_bench *bench, size_t piece, const char *hex);

/* Push bytes given in hex, in pieces of @piece bytes. */
void mux_bench_push(struct mux_bench *bench, size_t piece, const char *hex);

/* What waits for guest @number must be @text. */
void mux_bench_received(struct mux_bench *bench, unsigned int number, const char *text);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/mux_bench.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void count_kick(void *ctx)
{
	struct mux_bench *bench = ctx;

	bench->kicks++;
}

struct mux_bench *mux_bench_new(void)
{
	struct mux_bench *bench = calloc(1, sizeof(*bench));

	assert_non_null(bench);
	bc_mux_init(&bench->mux, count_kick, bench);
	return bench;
}

void mux_bench_attach(struct mux_bench *bench, unsigned int number)
{
	bc_channel_init(&bench->channels[number]);
	bench->guests[number] = &bench->channels[number].ends[0];
	bc_mux_attach(&bench->mux, number, &bench->channels[number].ends[1]);
}

struct mux_bench *mux_bench_booted(unsigned int count)
{
	struct mux_bench *bench = mux_bench_new();
	uint8_t out[2 * BC_MUX_CHANNELS + 1];

	for (unsigned int i = 0; i < count; i++)
		mux_bench_attach(bench, i);
	assert_int_equal(bc_mux_pull(&bench->mux, out, sizeof(out)), 2 * count);
	bench->kicks = 0;
	return bench;
}

void mux_bench_send(struct mux_bench *bench, unsigned int number, const char *text)
{
	assert_int_equal(bc_end_send(bench->guests[number], text, strlen(text)), strlen(text));
}

void mux_bench_expect(struct mux_bench *bench, size_t piece, const char *hex)
{
	char got[4096];
	char *end = got;
	uint8_t *out = malloc(piece);
	size_t n;

	*end = '\0';
	do {
		n = bc_mux_pull(&bench->mux, out, piece);
		for (size_t i = 0; i < n; i++)
			end += sprintf(end, "%s%02x", end == got ? "" : " ", out[i]);
	} while (n == piece);
	free(out);
	assert_string_equal(got, hex);
}

void mux_bench_push(struct mux_bench *bench, size_t piece, const char *hex)
{
	uint8_t in[1024];
	size_t len = 0;
	unsigned int byte;

	for (int used; sscanf(hex, "%2x%n", &byte, &used) == 1; hex += used)
		in[len++] = (uint8_t)byte;
	for (size_t at = 0; at < len; at += piece)
		bc_mux_push(&bench->mux, in + at, piece < len - at ? piece : len - at);
}

void mux_bench_received(struct mux_bench *bench, unsigned int number, const char *text)
{
	char buf[BC_RING_SIZE] = { 0 };

	bc_end_receive(bench->guests[number], buf, sizeof(buf) - 1);
	assert_string_equal(buf, text);
}

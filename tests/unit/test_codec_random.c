/* SPDX-License-Identifier: BSD-2-Clause */
/* The mux codec: round trips of random data, and noise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/mux.h"

/* Random payload on random channels through random output and input sizes. */
enum { STREAM = 20000 };

struct stream {
	uint8_t sent[STREAM], got[STREAM];
	size_t sent_len, got_len;
};

static void take_spans(struct mux_decoder *dec, const uint8_t *in, size_t len,
		       struct stream *streams)
{
	for (size_t at = 0; at < len;) {
		struct mux_span span;

		at += mux_decode(dec, in + at, len - at, &span);
		assert_int_not_equal(span.event, MUX_EVENT_UNKNOWN);
		if (span.event != MUX_EVENT_DATA)
			continue;
		assert_in_range(span.channel, 0, MUX_HOST_CHANNELS - 1);

		struct stream *to = &streams[span.channel];

		assert_true(to->got_len + span.len <= to->sent_len);
		memcpy(to->got + to->got_len, span.data, span.len);
		to->got_len += span.len;
	}
}

static uint8_t random_byte(int density)
{
	return rand() % 100 < density ? MUX_ESCAPE : (uint8_t)rand();
}

static void round_trip(int density, size_t max_room)
{
	struct stream *streams = calloc(MUX_HOST_CHANNELS, sizeof(*streams));
	struct mux_encoder enc;
	struct mux_decoder dec;
	size_t resets = 0;

	assert_non_null(streams);
	mux_encoder_init(&enc);
	mux_decoder_init(&dec, MUX_CHANNEL_NONE);
	for (int turn = 0; turn < 5000; turn++) {
		int channel = rand() % MUX_HOST_CHANNELS;
		struct stream *from = &streams[channel];
		size_t len = (size_t)(rand() % 100);
		size_t taken = 0;

		if (from->sent_len + len > STREAM)
			len = STREAM - from->sent_len;
		for (size_t i = 0; i < len; i++)
			from->sent[from->sent_len + i] = random_byte(density);
		from->sent_len += len;
		if (rand() % 50 == 0)
			mux_encoder_forget(&enc);
		if (rand() % 50 == 0) {
			mux_encoder_request_reset(&enc);
			resets++;
		}
		while (taken < len || mux_encoder_owes(&enc)) {
			uint8_t out[256];
			size_t room = 1 + (size_t)rand() % max_room;
			size_t n = len - taken;
			size_t put = mux_encode(&enc, channel, from->sent + from->sent_len - n, &n,
						out, room);

			taken += n;
			take_spans(&dec, out, put, streams);
		}
	}
	for (size_t i = 0; i < MUX_HOST_CHANNELS; i++) {
		assert_int_equal(streams[i].got_len, streams[i].sent_len);
		assert_memory_equal(streams[i].got, streams[i].sent, streams[i].sent_len);
	}
	assert_int_equal(dec.resets, resets);
	assert_true(resets > 0);
	free(streams);
}

static void random_data_comes_back(void **state)
{
	static const int densities[] = { 0, 1, 30, 100 };
	static const size_t rooms[] = { 1, 2, 7, 256 };

	(void)state;
	srand(1);
	for (size_t d = 0; d < sizeof(densities) / sizeof(densities[0]); d++)
		for (size_t r = 0; r < sizeof(rooms) / sizeof(rooms[0]); r++)
			round_trip(densities[d], rooms[r]);
}

static void noise_neither_breaks_nor_loses_count(void **state)
{
	(void)state;
	srand(2);
	for (int round = 0; round < 300; round++) {
		struct mux_decoder dec;
		uint8_t noise[500];
		size_t payload = 0;

		for (size_t i = 0; i < sizeof(noise); i++)
			noise[i] = random_byte(round % 60);
		mux_decoder_init(&dec, 0);
		for (size_t at = 0; at < sizeof(noise);) {
			struct mux_span span;
			size_t room = 1 + (size_t)rand() % (sizeof(noise) - at);

			at += mux_decode(&dec, noise + at, room, &span);
			if (span.event == MUX_EVENT_DATA)
				payload += span.len;
		}
		/* Every byte is payload or half of a sequence, and a literal is both. */
		assert_int_equal(sizeof(noise),
				 payload + dec.literals + dec.escaped +
					 2 * (dec.switches + dec.resets + dec.unknown));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_data_comes_back),
		cmocka_unit_test(noise_neither_breaks_nor_loses_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

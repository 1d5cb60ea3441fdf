/* SPDX-License-Identifier: BSD-2-Clause */
/* The mux codec: every vector of protocol/README.md at every split. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/mux.h"
#include "tests/unit/mux_vectors.h"

/*
 * A way to cut @len bytes: bit i of @cuts = cut after byte i.  All ways for short inputs; for long
 * ones every way with one or two cuts, and a cut after every byte.
 */
struct split {
	size_t len;
	uint64_t cuts;
	size_t first, second;
};

enum { ALL_WAYS = 13 };

static bool split_next(struct split *s)
{
	if (s->len <= ALL_WAYS)
		return ++s->cuts < (s->len ? UINT64_C(1) << (s->len - 1) : 0);
	if (s->cuts == UINT64_MAX)
		return false;
	if (s->cuts == 0) {
		s->first = s->second = 0;
	} else if (++s->second >= s->len - 1) {
		if (++s->first >= s->len - 1) {
			s->cuts = UINT64_MAX;
			return true;
		}
		s->second = s->first;
	}
	s->cuts = UINT64_C(1) << s->first | UINT64_C(1) << s->second;
	return true;
}

/* Length of the piece that starts at @at. */
static size_t split_piece(const struct split *s, size_t at)
{
	size_t end = at;

	while (end + 1 < s->len && !(s->cuts >> end & 1))
		end++;
	return end + 1 - at;
}

static void decode_all(struct mux_decoder *dec, const uint8_t *in, size_t len,
		       struct mux_meaning *m)
{
	/* A copy of exact size, so that a read beyond the piece is caught. */
	uint8_t *piece = malloc(len);
	size_t at = 0;

	assert_non_null(piece);
	memcpy(piece, in, len);
	while (at < len) {
		struct mux_span span;
		size_t used = mux_decode(dec, piece + at, len - at, &span);

		assert_true(used > 0 && used <= len - at);
		if (span.event == MUX_EVENT_DATA) {
			assert_true(span.len > 0);
			assert_true(span.data >= piece + at);
			assert_ptr_equal(span.data + span.len, piece + at + used);
		}
		mux_meaning_add(m, &span);
		at += used;
	}
	free(piece);
}

static void every_receive_vector_at_every_split(void **state)
{
	(void)state;
	for (size_t i = 0; i < mux_rx_vectors_count; i++) {
		const struct mux_rx_vector *v = &mux_rx_vectors[i];
		uint8_t wire[64];
		struct split split = { .len = hex_bytes(v->wire, wire) };

		do {
			struct mux_decoder dec;
			struct mux_meaning m = { .len = 0 };

			mux_decoder_init(&dec, v->initial);
			for (size_t at = 0, n; at < split.len; at += n) {
				n = split_piece(&split, at);
				decode_all(&dec, wire + at, n, &m);
			}
			if (strcmp(m.text, v->meaning) != 0)
				fail_msg("%s, cuts %llx: %s instead of %s", v->name,
					 (unsigned long long)split.cuts, m.text, v->meaning);
		} while (split_next(&split));
	}
}

/* Run one step with output buffers as @split says; returns what came out. */
static size_t encode_step(struct mux_encoder *enc, const struct mux_tx_step *step,
			  const struct split *split, size_t *at, uint8_t *wire)
{
	uint8_t payload[16];
	size_t len = hex_bytes(step->payload, payload);
	size_t taken = 0;
	size_t put = 0;

	if (step->what == TX_RESET)
		mux_encoder_request_reset(enc);
	if (step->what == TX_FORGET)
		mux_encoder_forget(enc);
	while (taken < len || mux_encoder_owes(enc)) {
		uint8_t out[64];
		size_t room = *at < split->len ? split_piece(split, *at) : 1;
		size_t n = len - taken;
		size_t written =
			mux_encode(enc, step->channel, n ? payload + taken : NULL, &n, out, room);

		assert_true(written <= room);
		assert_true(written == room || taken + n == len);
		memcpy(wire + put, out, written);
		put += written;
		*at += written;
		taken += n;
	}
	return put;
}

static void every_send_vector_at_every_split(void **state)
{
	(void)state;
	for (size_t i = 0; i < mux_tx_vectors_count; i++) {
		const struct mux_tx_vector *v = &mux_tx_vectors[i];
		struct split split = { .len = 0 };
		uint8_t expected[64];

		for (const struct mux_tx_step *s = v->steps; s->what != TX_END; s++)
			split.len += hex_bytes(s->wire, expected);
		do {
			struct mux_encoder enc;
			size_t at = 0;

			mux_encoder_init(&enc);
			for (const struct mux_tx_step *s = v->steps; s->what != TX_END; s++) {
				uint8_t wire[64];
				size_t n = encode_step(&enc, s, &split, &at, wire);

				if (n != hex_bytes(s->wire, expected) ||
				    memcmp(wire, expected, n) != 0)
					fail_msg("%s, cuts %llx, step %zu", v->name,
						 (unsigned long long)split.cuts,
						 (size_t)(s - v->steps));
			}
			assert_int_equal(at, split.len);
		} while (split_next(&split));
	}
}

static void the_decoder_counts(void **state)
{
	static const uint8_t wire[] = { 0x18, 0x31, 0x61, 0x18, 0x18, 0x18, 0x01,
					0x18, 0x31, 0x18, 0x02, 0x18, 0x18, 0x62 };
	struct mux_decoder dec;
	struct mux_meaning m = { .len = 0 };

	(void)state;
	mux_decoder_init(&dec, 0);
	decode_all(&dec, wire, sizeof(wire), &m);
	assert_int_equal(dec.switches, 2);
	assert_int_equal(dec.literals, 2);
	assert_int_equal(dec.resets, 1);
	assert_int_equal(dec.unknown, 1);
}

static void a_literal_and_what_follows_are_one_span(void **state)
{
	static const uint8_t wire[] = { 0x18, 0x18, 'a', 'b', 0x18, 0x30 };
	struct mux_decoder dec;
	struct mux_span span;

	(void)state;
	mux_decoder_init(&dec, 5);
	assert_int_equal(mux_decode(&dec, wire, sizeof(wire), &span), 4);
	assert_int_equal(span.event, MUX_EVENT_DATA);
	assert_int_equal(span.channel, 5);
	assert_ptr_equal(span.data, wire + 1);
	assert_int_equal(span.len, 3);
}

static void no_input_is_no_event(void **state)
{
	struct mux_decoder dec;
	struct mux_span span;

	(void)state;
	mux_decoder_init(&dec, 0);
	assert_int_equal(mux_decode(&dec, NULL, 0, &span), 0);
	assert_int_equal(span.event, MUX_EVENT_NONE);
}

/* A host that restarts between the two bytes of an announcement has missed it. */
static void forget_inside_an_announcement_announces_again(void **state)
{
	struct mux_encoder enc;
	uint8_t out[8];
	size_t n = 1;

	(void)state;
	mux_encoder_init(&enc);
	assert_int_equal(mux_encode(&enc, 1, (const uint8_t *)"a", &n, out, 1), 1);
	assert_int_equal(n, 0);
	mux_encoder_forget(&enc);
	n = 1;
	assert_int_equal(mux_encode(&enc, 1, (const uint8_t *)"a", &n, out, sizeof(out)), 4);
	assert_int_equal(n, 1);
	assert_memory_equal(out,
			    "\x31\x18\x31"
			    "a",
			    4);
}

static void no_room_changes_nothing(void **state)
{
	struct mux_encoder enc;
	uint8_t out[1];
	size_t n = 1;

	(void)state;
	mux_encoder_init(&enc);
	assert_int_equal(mux_encode(&enc, 1, (const uint8_t *)"a", &n, out, 0), 0);
	assert_int_equal(n, 0);
	assert_false(mux_encoder_owes(&enc));
	assert_int_equal(enc.channel, MUX_CHANNEL_NONE);
}

/* protocol/README.md and mux_vectors.c say the same; the test runs in the root of the project. */
static void assert_specified(const char *readme, const char *row)
{
	if (!strstr(readme, row))
		fail_msg("protocol/README.md has no row: %s", row);
}

static void the_specification_has_these_vectors(void **state)
{
	static char readme[65536];
	FILE *file = fopen("protocol/README.md", "r");
	char row[256];

	(void)state;
	assert_non_null(file);
	assert_in_range(fread(readme, 1, sizeof(readme) - 1, file), 1, sizeof(readme) - 2);
	fclose(file);
	for (size_t i = 0; i < mux_rx_vectors_count; i++) {
		const struct mux_rx_vector *v = &mux_rx_vectors[i];
		char initial[16] = "none";

		if (v->initial != MUX_CHANNEL_NONE)
			snprintf(initial, sizeof(initial), "%d", v->initial);
		snprintf(row, sizeof(row), "| %s | %s | `%s` | %s%s%s |\n", v->name, initial,
			 v->wire, *v->meaning ? "`" : "nothing", v->meaning,
			 *v->meaning ? "`" : "");
		assert_specified(readme, row);
	}
	for (size_t i = 0; i < mux_tx_vectors_count; i++) {
		const struct mux_tx_vector *v = &mux_tx_vectors[i];

		assert_specified(readme, v->name);
		for (const struct mux_tx_step *s = v->steps; s->what != TX_END; s++) {
			if (s->what != TX_DATA)
				continue;
			snprintf(row, sizeof(row), "| channel %d sends `%s` | `%s` |\n", s->channel,
				 s->payload, s->wire);
			assert_specified(readme, row);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_receive_vector_at_every_split),
		cmocka_unit_test(every_send_vector_at_every_split),
		cmocka_unit_test(the_decoder_counts),
		cmocka_unit_test(a_literal_and_what_follows_are_one_span),
		cmocka_unit_test(no_input_is_no_event),
		cmocka_unit_test(forget_inside_an_announcement_announces_again),
		cmocka_unit_test(no_room_changes_nothing),
		cmocka_unit_test(the_specification_has_these_vectors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

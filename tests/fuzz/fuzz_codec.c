/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The wire's codec against a decoder that takes one byte at a time and knows no tricks: however a
 * stream is cut, both must find the same; and what is encoded again must decode to the same.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/mux.h"
#include "tests/fuzz/fuzz.h"

enum { MOST = 4096 };

/* What a stream says: payload bytes, resets and unknown commands, in order. */
struct story {
	size_t count;
	struct fact {
		enum mux_event event;
		int channel;
		uint8_t byte;
	} facts[MOST];
};

static void tell(struct story *story, enum mux_event event, int channel, uint8_t byte)
{
	FUZZ_CHECK(story->count < MOST);
	story->facts[story->count++] =
		(struct fact){ .event = event, .channel = channel, .byte = byte };
}

static void decode_naively(struct story *story, const uint8_t *in, size_t len)
{
	bool escaped = false;
	int channel = 0;

	for (size_t i = 0; i < len; i++) {
		if (!escaped && in[i] == 0x18) {
			escaped = true;
			continue;
		}
		if (!escaped || in[i] == 0x18)
			tell(story, MUX_EVENT_DATA, channel, in[i]);
		else if (in[i] == 0x01)
			tell(story, MUX_EVENT_RESET, 0, 0);
		else if (in[i] >= 0x30)
			channel = in[i] - 0x30;
		else
			tell(story, MUX_EVENT_UNKNOWN, 0, in[i]);
		escaped = false;
	}
}

/* Each piece stands in memory of its own, so that a look beyond its end is seen. */
static void decode_piece(struct story *story, struct mux_decoder *decoder, const uint8_t *in,
			 size_t len)
{
	uint8_t *piece = malloc(len);
	struct mux_span span;

	memcpy(piece, in, len);
	for (size_t at = 0, used; at < len; at += used) {
		used = mux_decode(decoder, piece + at, len - at, &span);
		FUZZ_CHECK(used > 0 && used <= len - at);
		switch (span.event) {
		case MUX_EVENT_NONE:
			FUZZ_CHECK(at + used == len);
			break;
		case MUX_EVENT_DATA:
			FUZZ_CHECK(span.len > 0 && span.data >= piece &&
				   span.data + span.len <= piece + len);
			for (size_t i = 0; i < span.len; i++)
				tell(story, MUX_EVENT_DATA, span.channel, span.data[i]);
			break;
		case MUX_EVENT_RESET:
			tell(story, MUX_EVENT_RESET, 0, 0);
			break;
		case MUX_EVENT_UNKNOWN:
			tell(story, MUX_EVENT_UNKNOWN, 0, span.command);
			break;
		}
	}
	free(piece);
}

static void decode(struct story *story, const uint8_t *in, size_t len, size_t piece)
{
	struct mux_decoder decoder;

	mux_decoder_init(&decoder, 0);
	for (size_t at = 0; at < len; at += piece)
		decode_piece(story, &decoder, in + at, len - at < piece ? len - at : piece);
}

static void expect_same(const struct story *a, const struct story *b)
{
	FUZZ_CHECK(a->count == b->count);
	for (size_t i = 0; i < a->count; i++)
		FUZZ_CHECK(a->facts[i].event == b->facts[i].event &&
			   a->facts[i].channel == b->facts[i].channel &&
			   a->facts[i].byte == b->facts[i].byte);
}

/* Encode a story, as far as a host can say it, into room for @room bytes at a time.  Returns the
 * length. */
static size_t encode(struct story *said, const struct story *story, size_t room, uint8_t *wire,
		     size_t size)
{
	struct mux_encoder encoder;
	size_t len = 0;

	mux_encoder_init(&encoder);
	for (size_t i = 0; i < story->count; i++) {
		const struct fact *fact = &story->facts[i];

		if (fact->event == MUX_EVENT_RESET) {
			mux_encoder_forget(&encoder);
			continue;
		}
		if (fact->event != MUX_EVENT_DATA || fact->channel >= MUX_HOST_CHANNELS)
			continue;
		for (size_t taken = 0; taken == 0;) {
			taken = 1;
			FUZZ_CHECK(len + room <= size);
			len += mux_encode(&encoder, fact->channel, &fact->byte, &taken, wire + len,
					  room);
		}
		tell(said, MUX_EVENT_DATA, fact->channel, fact->byte);
	}
	while (mux_encoder_owes(&encoder)) {
		size_t none = 0;

		FUZZ_CHECK(len + room <= size);
		len += mux_encode(&encoder, 0, NULL, &none, wire + len, room);
	}
	return len;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct story naive, whole, cut, said, again;
	static uint8_t wire[8 * MOST];
	size_t piece, len;

	if (size < 2 || size > MOST)
		return 0;
	piece = 1 + data[0];
	naive.count = whole.count = cut.count = said.count = again.count = 0;
	decode_naively(&naive, data + 1, size - 1);
	decode(&whole, data + 1, size - 1, size);
	decode(&cut, data + 1, size - 1, piece);
	expect_same(&naive, &whole);
	expect_same(&naive, &cut);
	len = encode(&said, &naive, 1 + piece % 7, wire, sizeof(wire));
	decode(&again, wire, len, piece);
	expect_same(&said, &again);
	return 0;
}

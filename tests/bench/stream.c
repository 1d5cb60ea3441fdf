/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/bench/stream.h"

#include <stdlib.h>
#include <string.h>

#include "tests/bench/machine.h"

enum { WIRE_SIZE = 1 << 20 }; /* of a period, about: it stays in the cache */

static uint8_t *allocate(size_t len)
{
	uint8_t *data = malloc(len);

	if (!data)
		machine_fail("memory is short");
	return data;
}

/* The same bytes in every run of the bench. */
static void fill(uint8_t *data, size_t len, int escapes, uint64_t seed)
{
	uint64_t x = 88172645463325252u + seed;
	bool text = escapes == STREAM_TEXT;

	for (size_t i = 0; i < len; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		data[i] = (uint8_t)(x >> 8);
		if (text)
			data[i] = i % 80 == 79 ? '\n' : (uint8_t)(' ' + data[i] % 95);
		else if ((int)((x >> 32) % 100) < escapes)
			data[i] = MUX_ESCAPE;
		else if (data[i] == MUX_ESCAPE)
			data[i] = 'x';
	}
}

void stream_make(struct stream *stream, int channels, size_t run, int escapes)
{
	size_t runs = WIRE_SIZE / ((size_t)channels * (run + 2)) + 1;

	*stream = (struct stream){ .channels = channels, .payload_len = runs * run };
	stream->wire = allocate(runs * (size_t)channels * (2 * run + 2));
	for (int i = 0; i < channels; i++) {
		stream->payload[i] = allocate(stream->payload_len);
		fill(stream->payload[i], stream->payload_len, escapes, (uint64_t)i);
	}
	for (size_t r = 0; r < runs; r++) {
		for (int i = 0; i < channels; i++) {
			const uint8_t *from = stream->payload[i] + r * run;
			struct mux_encoder encoder;
			size_t len = run;

			mux_encoder_init(&encoder);
			stream->wire_len +=
				mux_encode(&encoder, i, from, &len, stream->wire + stream->wire_len,
					   2 * run + 2);
		}
	}
}

void stream_make_undecoded(struct stream *stream, const struct stream *from)
{
	*stream = (struct stream){ .channels = 1,
				   .wire_len = from->wire_len,
				   .payload_len = from->wire_len };
	stream->wire = allocate(from->wire_len);
	stream->payload[0] = allocate(from->wire_len);
	memcpy(stream->wire, from->wire, from->wire_len);
	memcpy(stream->payload[0], from->wire, from->wire_len);
}

void stream_free(struct stream *stream)
{
	free(stream->wire);
	for (int i = 0; i < stream->channels; i++)
		free(stream->payload[i]);
}

bool stream_is(const uint8_t *period, size_t period_len, uint64_t at, const uint8_t *data,
	       size_t len)
{
	size_t from = (size_t)(at % period_len);

	while (len > 0) {
		size_t piece = period_len - from < len ? period_len - from : len;

		if (memcmp(period + from, data, piece) != 0)
			return false;
		data += piece;
		len -= piece;
		from = 0;
	}
	return true;
}

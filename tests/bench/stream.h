/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a board prints, made once and repeated: sending it is write(), checking it is memcmp().
 *
 * One period of the wire holds runs of all channels in turn, each with its announcement, and a
 * whole number of runs for each channel, so that the wire and every channel can start over.
 */
#ifndef TESTS_BENCH_STREAM_H
#define TESTS_BENCH_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "protocol/mux.h"

struct stream {
	int channels;
	uint8_t *wire; /* one period */
	size_t wire_len;
	uint8_t *payload[MUX_HOST_CHANNELS]; /* one period of each */
	size_t payload_len;		     /* of one channel */
};

enum { STREAM_TEXT = -1 }; /* in place of a percentage: lines of 80 bytes */

/* Make one: runs of @run bytes, @escapes percent of them 0x18, the rest anything else. */
void stream_make(struct stream *stream, int channels, size_t run, int escapes);

/* What a relay that does not decode makes of @stream: one channel, its payload the wire. */
void stream_make_undecoded(struct stream *stream, const struct stream *from);

void stream_free(struct stream *stream);

/* Are these the bytes that a period, over and over, has from @at on? */
bool stream_is(const uint8_t *period, size_t period_len, uint64_t at, const uint8_t *data,
	       size_t len);

#endif

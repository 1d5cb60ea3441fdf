/* SPDX-License-Identifier: BSD-2-Clause */
/* What no rival is asked for: memory, and the codec by itself. */
#include "tests/bench/row.h"

#include "tests/bench/machine.h"
#include "tests/bench/stream.h"
#include "tests/bench/wire.h"

#include <stdlib.h>

enum { RING_SIZE = 65536, MEMORY_CLIENTS = 190 };

static void measure_memory(struct measure *measure, double bytes)
{
	measure_add(measure, SUBJECT_BERYL, false, bytes);
}

/* Have every ring filled, and know that it is. */
static void fill_rings(struct subject *subject)
{
	int last = subject->channels - 1, client = subject_add_client(subject, last);
	uint8_t text[RING_SIZE] = { 0 }, taken[4096];

	for (int i = 0; i < subject->channels; i++) {
		uint8_t announcement[2] = { MUX_ESCAPE, (uint8_t)(MUX_COMMAND_CHANNEL + i) };

		wire_put(subject->board, announcement, 2);
		if (i < last)
			wire_put(subject->board, text, sizeof(text));
	}
	for (size_t at = 0; at < sizeof(text); at += sizeof(taken)) {
		wire_put(subject->board, text + at, sizeof(taken));
		wire_take(client, taken, sizeof(taken));
	}
}

static void run_memory(const struct row *row)
{
	const struct subject_plan plan = { .channels = MUX_HOST_CHANNELS };
	int clients = row_quick ? 2 : MEMORY_CLIENTS;
	struct subject subject;
	double filled;

	subject_start(&subject, &plan);
	wire_settle(subject.board);
	measure_memory(&row->measures[0], (double)machine_resident() / 1048576);
	fill_rings(&subject);
	filled = (double)machine_resident();
	measure_memory(&row->measures[1], filled / 1048576);
	for (int i = 0; i < clients; i++)
		subject_add_client(&subject, i % MUX_HOST_CHANNELS);
	measure_memory(&row->measures[2], ((double)machine_resident() - filled) / clients / 1000);
	subject_stop(&subject);
}

/* Nanoseconds of processor time for a byte of the wire; the best of many, as all else is noise. */
static double time_codec(const struct stream *stream)
{
	int64_t best = INT64_MAX;

	for (int i = 0; i < (row_quick ? 1 : 200); i++) {
		const uint8_t *data = stream->wire;
		size_t left = stream->wire_len, payload = 0;
		int64_t begin = machine_own_cpu(), took;
		struct mux_decoder decoder;
		struct mux_span span;

		mux_decoder_init(&decoder, 0);
		while (left > 0) {
			size_t used = mux_decode(&decoder, data, left, &span);

			data += used;
			left -= used;
			payload += span.event == MUX_EVENT_DATA ? span.len : 0;
		}
		took = machine_own_cpu() - begin;
		if (took < best)
			best = took;
		if (payload != stream->payload_len * (size_t)stream->channels)
			machine_fail("the codec found %zu bytes of payload", payload);
	}
	return (double)best / (double)stream->wire_len;
}

static void run_codec(const struct row *row)
{
	static const size_t runs[] = { 64, 1 };

	for (int i = 0; i < 2; i++) {
		struct stream stream;
		double ns;

		stream_make(&stream, 32, runs[i], 0);
		ns = time_codec(&stream);
		measure_add(&row->measures[2 * i], SUBJECT_BERYL, false, ns);
		measure_add(&row->measures[2 * i + 1], SUBJECT_BERYL, false,
			    ns * (double)stream.wire_len /
				    (double)(stream.payload_len * (size_t)stream.channels));
		stream_free(&stream);
	}
}

static struct measure memory[] = {
	{ .name = "95 channels, idle: resident MiB", .goal = MEASURE_AT_MOST, .limit = 6 },
	{ .name = "  after 64 KiB came on each: resident MiB" },
	{ .name = "  for each client: resident kB", .goal = MEASURE_AT_MOST, .limit = 20 },
};
static struct measure codec[] = {
	{ .name = "codec, runs of 64: ns per byte of the wire",
	  .goal = MEASURE_AT_MOST,
	  .limit = 0.3 },
	{ .name = "  per byte of payload" },
	{ .name = "codec, runs of 1: ns per byte of the wire",
	  .goal = MEASURE_AT_MOST,
	  .limit = 2 },
	{ .name = "  per byte of payload" },
};

const struct row row_memory = { "memory", ROW_MEASURES(memory), .run = run_memory };
const struct row row_codec = { "codec", ROW_MEASURES(codec), .run = run_codec };

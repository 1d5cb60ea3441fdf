/* SPDX-License-Identifier: BSD-2-Clause */
/* The multiplexer's input: from the wire into the channels. */
#include "byte-chan/mux.h"
#include "byte-chan/mux_internal.h"

static void deliver(struct bc_mux *mux, const struct mux_span *span)
{
	struct bc_end *end = NULL;

	if (span->channel >= 0 && span->channel < BC_MUX_CHANNELS)
		end = mux->channels[span->channel].end;
	if (!end) {
		bc_counter_add(&mux->discarded_in, span->len);
		return;
	}
	bc_counter_add(&mux->payload_in, bc_end_send_or_drop(end, span->data, span->len));
}

void bc_mux_push(struct bc_mux *mux, const uint8_t *in, size_t n)
{
	bc_counter_add(&mux->wire_in, n);
	while (n > 0) {
		struct mux_span span;
		size_t used = mux_decode(&mux->decoder, in, n, &span);

		switch (span.event) {
		case MUX_EVENT_DATA:
			deliver(mux, &span);
			break;
		case MUX_EVENT_RESET:
			bc_counter_add(&mux->resets_in, 1);
			atomic_store_explicit(&mux->forget, 1, memory_order_release);
			break;
		case MUX_EVENT_UNKNOWN:
			bc_counter_add(&mux->unknown_in, 1);
			break;
		case MUX_EVENT_NONE:
			break;
		}
		in += used;
		n -= used;
	}
}

void bc_mux_input_lost(struct bc_mux *mux)
{
	mux->decoder.channel = MUX_CHANNEL_NONE;
	mux->decoder.escaped = false;
	bc_mux_owe_reset(mux);
}

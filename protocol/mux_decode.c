/* SPDX-License-Identifier: BSD-2-Clause */
#include "protocol/mux.h"
#include "protocol/mux_run.h"

void mux_decoder_init(struct mux_decoder *dec, int initial_channel)
{
	*dec = (struct mux_decoder){ .channel = initial_channel };
}

/* The byte after an escape.  A literal is not seen here: it is the first byte of a span. */
static enum mux_event decode_command(struct mux_decoder *dec, uint8_t command)
{
	if (command >= MUX_COMMAND_CHANNEL) {
		dec->channel = command - MUX_COMMAND_CHANNEL;
		dec->switches++;
		return MUX_EVENT_NONE;
	}
	if (command == MUX_COMMAND_RESET) {
		dec->resets++;
		return MUX_EVENT_RESET;
	}
	dec->unknown++;
	return MUX_EVENT_UNKNOWN;
}

size_t mux_decode(struct mux_decoder *dec, const uint8_t *in, size_t len, struct mux_span *span)
{
	bool escaped = dec->escaped;
	size_t at = 0;

	/* The usual beginning, a whole announcement, without the turns of the loop below. */
	if (len > 2 && !escaped && in[0] == MUX_ESCAPE && in[1] >= MUX_COMMAND_CHANNEL) {
		dec->channel = in[1] - MUX_COMMAND_CHANNEL;
		dec->switches++;
		at = 2;
	}
	span->event = MUX_EVENT_NONE;
	while (at < len) {
		uint8_t byte = in[at++];

		if ((byte == MUX_ESCAPE) == escaped) {
			dec->escaped = false;
			dec->literals += escaped;
			span->event = MUX_EVENT_DATA;
			span->channel = dec->channel;
			span->data = in + at - 1;
			span->len = 1 + mux_run(in + at, len - at);
			return at - 1 + span->len;
		}
		escaped = !escaped;
		if (escaped)
			continue;
		span->event = decode_command(dec, byte);
		if (span->event != MUX_EVENT_NONE) {
			span->command = byte;
			break;
		}
	}
	dec->escaped = escaped;
	return at;
}

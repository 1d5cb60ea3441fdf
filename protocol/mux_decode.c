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

/* A span of payload that begins at @in, whose first byte is known to be payload. */
static size_t set_payload(struct mux_span *span, int channel, const uint8_t *in, size_t len)
{
	span->event = MUX_EVENT_DATA;
	span->channel = channel;
	span->data = in;
	span->len = 1 + mux_run(in + 1, len - 1);
	return span->len;
}

size_t mux_decode(struct mux_decoder *dec, const uint8_t *in, size_t len, struct mux_span *span)
{
	bool escaped = dec->escaped;
	size_t at = 0;

	/* The usual beginning, an announcement and payload, without the turns of the loop below. */
	if (len > 2 && !escaped && in[0] == MUX_ESCAPE && in[1] >= MUX_COMMAND_CHANNEL &&
	    in[2] != MUX_ESCAPE) {
		dec->channel = in[1] - MUX_COMMAND_CHANNEL;
		dec->switches++;
		return 2 + set_payload(span, dec->channel, in + 2, len - 2);
	}
	span->event = MUX_EVENT_NONE;
	while (at < len) {
		uint8_t byte = in[at++];

		if ((byte == MUX_ESCAPE) == escaped) {
			dec->escaped = false;
			dec->literals += escaped;
			return at - 1 + set_payload(span, dec->channel, in + at - 1, len - at + 1);
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

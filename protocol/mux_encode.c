/* SPDX-License-Identifier: BSD-2-Clause */
#include "protocol/mux.h"
#include "protocol/mux_run.h"

#include <string.h>

void mux_encoder_init(struct mux_encoder *enc)
{
	*enc = (struct mux_encoder){ .channel = MUX_CHANNEL_NONE };
}

void mux_encoder_forget(struct mux_encoder *enc)
{
	enc->channel = MUX_CHANNEL_NONE;
}

void mux_encoder_request_reset(struct mux_encoder *enc)
{
	enc->reset_owed = true;
}

bool mux_encoder_owes(const struct mux_encoder *enc)
{
	return enc->owed || enc->reset_owed;
}

size_t mux_encode(struct mux_encoder *enc, int channel, const uint8_t *in, size_t *in_len,
		  uint8_t *out, size_t out_size)
{
	size_t offered = *in_len;
	size_t taken = 0;
	size_t put = 0;

	while (put < out_size) {
		if (enc->owed) {
			out[put++] = enc->owed;
			enc->owed = 0;
			continue;
		}
		if (enc->reset_owed) {
			enc->reset_owed = false;
			enc->owed = MUX_COMMAND_RESET;
		} else if (taken == offered) {
			break;
		} else if (enc->channel != channel) {
			enc->channel = channel;
			enc->owed = (uint8_t)(MUX_COMMAND_CHANNEL + channel);
		} else if (in[taken] == MUX_ESCAPE) {
			taken++;
			enc->owed = MUX_ESCAPE;
		} else {
			size_t room = out_size - put;
			size_t left = offered - taken;
			size_t most = left < room ? left : room;
			size_t run = 1 + mux_run(in + taken + 1, most - 1);

			memcpy(out + put, in + taken, run);
			put += run;
			taken += run;
			continue;
		}
		out[put++] = MUX_ESCAPE;
	}
	*in_len = taken;
	return put;
}

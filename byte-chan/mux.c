/* SPDX-License-Identifier: BSD-2-Clause */
/* The multiplexer: what is set up at boot, and what wakes the output side. */
#include "byte-chan/mux.h"
#include "byte-chan/mux_internal.h"

#include <string.h>

/*
 * Channel @number may have something to send.  Whatever that is was stored before: release here and
 * acquire in pull make it visible there.
 */
static void mark_ready(struct bc_mux *mux, unsigned int number)
{
	uint32_t before =
		atomic_fetch_or_explicit(&mux->ready, UINT32_C(1) << number, memory_order_acq_rel);

	if (before == 0)
		mux->kick(mux->kick_ctx);
}

/* Events at the mux's end of a channel.  New space matters only to who waits, and push never does.
 */
static void channel_event(struct bc_end *end, unsigned int events)
{
	const struct bc_mux_channel *channel = end->owner;

	if (events & BC_EVENT_RX)
		mark_ready(channel->mux, channel->number);
}

void bc_mux_owe_reset(struct bc_mux *mux)
{
	if (mux->first_channel == MUX_CHANNEL_NONE)
		return;
	atomic_fetch_add_explicit(&mux->resets_owed, 1, memory_order_relaxed);
	mark_ready(mux, (unsigned int)mux->first_channel);
}

void bc_mux_init(struct bc_mux *mux, void (*kick)(void *ctx), void *ctx)
{
	memset(mux, 0, sizeof(*mux));
	mux->kick = kick;
	mux->kick_ctx = ctx;
	mux->first_channel = MUX_CHANNEL_NONE;
	for (unsigned int i = 0; i < BC_MUX_CHANNELS; i++)
		mux->channels[i].credit = BC_MUX_QUANTUM;
	mux->credited = UINT32_MAX;
	mux->turn = BC_MUX_CHANNELS;
	mux_encoder_init(&mux->encoder);
	mux_decoder_init(&mux->decoder, MUX_CHANNEL_NONE);
}

void bc_mux_attach(struct bc_mux *mux, unsigned int number, struct bc_end *end)
{
	struct bc_mux_channel *channel = &mux->channels[number];

	channel->mux = mux;
	channel->end = end;
	channel->number = (uint8_t)number;
	bc_end_set_notify(end, channel_event, channel);
	if (mux->first_channel == MUX_CHANNEL_NONE) {
		mux->first_channel = (int)number;
		mux->decoder.channel = (int)number;
	}
	bc_mux_owe_reset(mux);
	mark_ready(mux, number); /* its ring may hold what was sent before */
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The multiplexer's output: who goes next, and from the channels onto the wire. */
#include "byte-chan/mux.h"

enum {
	NOBODY = BC_MUX_CHANNELS,
	LEAST_CREDIT = 4, /* for a turn: announce, and a byte that may be an escape */
};

static uint32_t bit(uint8_t number)
{
	return UINT32_C(1) << number;
}

/* Move the round on to the next channel of @ready, which is not empty. */
static uint8_t advance_round(struct bc_mux *mux, uint32_t ready)
{
	do {
		mux->round = (uint8_t)((mux->round + 1) % BC_MUX_CHANNELS);
		mux->channels[mux->round].credit = BC_MUX_QUANTUM;
		mux->credited |= bit(mux->round);
	} while (!(ready & bit(mux->round)));
	return mux->round;
}

static bool start_turn(struct bc_mux *mux)
{
	uint32_t ready = atomic_load_explicit(&mux->ready, memory_order_acquire);

	if (ready == 0)
		return false;
	if (ready & mux->credited)
		mux->turn = (uint8_t)__builtin_ctz(ready & mux->credited);
	else
		mux->turn = advance_round(mux, ready);
	return true;
}

static void end_turn(struct bc_mux *mux, bool empty)
{
	struct bc_mux_channel *channel = &mux->channels[mux->turn];
	uint32_t mine = bit(mux->turn);
	const uint8_t *span;

	mux->turn = NOBODY;
	if (channel->credit < LEAST_CREDIT)
		mux->credited &= ~mine;
	if (!empty)
		return;
	/*
	 * A sender that came between our look at the ring and the clearing of the bit has not
	 * kicked; its bytes are visible now, so look again.
	 */
	atomic_fetch_and_explicit(&mux->ready, ~mine, memory_order_acq_rel);
	if (bc_end_peek(channel->end, &span) > 0)
		atomic_fetch_or_explicit(&mux->ready, mine, memory_order_relaxed);
}

/* Go on with the turn that is running: returns the bytes written, 0 when it has ended. */
static size_t serve_turn(struct bc_mux *mux, uint8_t *out, size_t room)
{
	struct bc_mux_channel *channel = &mux->channels[mux->turn];
	bool announced = mux->encoder.channel == mux->turn;
	const uint8_t *span;
	size_t taken = bc_end_peek(channel->end, &span);
	size_t put;

	/* The last byte of credit is kept for the second half of an escape. */
	if (taken == 0 || channel->credit <= 1) {
		end_turn(mux, taken == 0);
		return 0;
	}
	if (room > channel->credit - 1u)
		room = channel->credit - 1u;
	put = mux_encode(&mux->encoder, mux->turn, span, &taken, out, room);
	channel->credit = (uint8_t)(channel->credit - put);
	if (!announced)
		bc_counter_add(&mux->announcements_out, 1);
	if (taken > 0) {
		bc_counter_add(&mux->payload_out, taken);
		/* May wake the sender, who may send: no kick, for our ready bit is still set. */
		bc_end_take(channel->end, taken);
	}
	return put;
}

/* Write what the encoder owes, with nothing new: returns the bytes written. */
static size_t settle(struct bc_mux *mux, uint8_t *out, size_t room)
{
	size_t none = 0;
	size_t put = mux_encode(&mux->encoder, MUX_CHANNEL_NONE, NULL, &none, out, room);

	if (mux->turn != NOBODY)
		mux->channels[mux->turn].credit = (uint8_t)(mux->channels[mux->turn].credit - put);
	return put;
}

/* Between turns: a reset that is owed goes first. */
static void request_owed_reset(struct bc_mux *mux)
{
	if (atomic_load_explicit(&mux->resets_owed, memory_order_relaxed) == 0)
		return;
	atomic_fetch_sub_explicit(&mux->resets_owed, 1, memory_order_relaxed);
	bc_counter_add(&mux->resets_out, 1);
	mux_encoder_request_reset(&mux->encoder);
}

size_t bc_mux_pull(struct bc_mux *mux, uint8_t *out, size_t n)
{
	size_t done = 0;

	if (atomic_load_explicit(&mux->forget, memory_order_relaxed)) {
		atomic_store_explicit(&mux->forget, 0, memory_order_relaxed);
		mux_encoder_forget(&mux->encoder);
	}
	while (done < n) {
		if (mux->turn == NOBODY && !mux_encoder_owes(&mux->encoder))
			request_owed_reset(mux);
		if (mux_encoder_owes(&mux->encoder))
			done += settle(mux, out + done, n - done);
		else if (mux->turn != NOBODY || start_turn(mux))
			done += serve_turn(mux, out + done, n - done);
		else
			break;
	}
	bc_counter_add(&mux->wire_out, done);
	return done;
}

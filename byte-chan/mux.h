/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The multiplexer: up to 32 byte channels on one serial line (protocol/README.md is the wire).
 *
 * There is no ring between channels and line.  When the UART has room, its driver pulls, and bytes
 * are encoded straight out of the channels' rings; when bytes have come in, it pushes, and they are
 * decoded straight into them.  So a byte waits in exactly one place, and who goes next is decided
 * when the line is free.
 *
 * Who goes next: round-robin by credit (deficit round-robin, made prompt).  Each round gives each
 * channel a credit of BC_MUX_QUANTUM wire bytes, announcements and escapes included.  Whoever has
 * credit left goes first, behind the turn that is running; when nobody has, the round moves on to
 * the next channel that has something, renewing all it passes.  So one that floods has spent its
 * credit and waits for the round, one that only echoes waits for at most one turn, and nobody gets
 * more than a quantum a round, however it times its bytes.
 */
#ifndef BYTE_CHAN_MUX_H
#define BYTE_CHAN_MUX_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "byte-chan/channel.h"
#include "byte-chan/counter.h"
#include "protocol/mux.h"

enum {
	BC_MUX_CHANNELS = MUX_TARGET_CHANNELS,
	/* Wire bytes a round, the longest turn: 97 % payload; 5.6 ms at 115200 baud. */
	BC_MUX_QUANTUM = 64,
};

struct bc_mux_channel {
	struct bc_mux *mux;
	struct bc_end *end; /* the mux's own; NULL = no such channel */
	uint8_t number;
	uint8_t credit; /* wire bytes left in this round; pull side */
};

struct bc_mux {
	/* Set by bc_mux_init() and bc_mux_attach(), then constant. */
	struct bc_mux_channel channels[BC_MUX_CHANNELS];
	void (*kick)(void *ctx);
	void *kick_ctx;
	int first_channel; /* attached first: gets input until the host announces */

	/*
	 * Between cores.  A channel's bit in @ready is set by senders, after their bytes are in the
	 * ring, and cleared by pull when it has found the ring empty; pull then looks once more.
	 * The word is zero exactly when pull has nothing to do, so the sender that makes it
	 * non-zero kicks.
	 */
	_Atomic uint32_t ready;
	_Atomic uint32_t resets_owed; /* 18 01 yet to be sent: added to by push and attach */
	_Atomic uint32_t forget;      /* a reset has come in: set by push, cleared by pull */

	/* Pull side: touched by bc_mux_pull() only. */
	struct mux_encoder encoder;
	uint32_t credited; /* bit n: channel n has credit enough for a turn */
	uint8_t turn;	   /* whose it is; BC_MUX_CHANNELS = nobody's */
	uint8_t round;	   /* the channel that the round has come to */

	/* Push side: touched by bc_mux_push() and bc_mux_input_lost() only. */
	struct mux_decoder decoder;

	/* Written by the side they are named for, read by anybody; drops are in the ends. */
	struct bc_counter wire_out, payload_out, announcements_out, resets_out;
	struct bc_counter wire_in, payload_in, resets_in;
	struct bc_counter unknown_in;	/* commands that mean nothing */
	struct bc_counter discarded_in; /* payload for a channel that does not exist, or for none */
};

/*
 * Make a mux without channels.  @kick is called when a mux that had nothing to send has something,
 * so that the driver starts to pull: once per such change, on the core of the sender, without locks
 * held; now and then a pull on another core has been faster, and there is nothing left.  It may be
 * called from inside bc_mux_push() (an echo) and bc_mux_attach(), never from inside bc_mux_pull().
 */
void bc_mux_init(struct bc_mux *mux, void (*kick)(void *ctx), void *ctx);

/*
 * Give @end, one end of a channel, to the mux as channel @number.  @number is below BC_MUX_CHANNELS
 * and free (the plan has seen to it).  Owes the host one reset, so that a host which was there
 * before announces again.  At boot only: nothing else may run on this mux meanwhile.
 */
void bc_mux_attach(struct bc_mux *mux, unsigned int number, struct bc_end *end);

/*
 * Fill @out with up to @n bytes for the wire; returns how many.  Fewer than @n: there is no more,
 * and @kick will be called when there is again.  Exactly @n: pull again when the wire has room. One
 * caller at a time (the driver's lock, or the core that has its interrupt); against everything else
 * it may run at the same time.
 */
size_t bc_mux_pull(struct bc_mux *mux, uint8_t *out, size_t n);

/*
 * Take @n bytes from the wire.  Never refuses: what a full channel cannot take is dropped and
 * counted there. One caller at a time; may run at the same time as a pull on another core.
 */
void bc_mux_push(struct bc_mux *mux, const uint8_t *in, size_t n);

/*
 * The driver has lost input (overrun).  What follows may be the tail of a lost announcement, so it
 * is discarded until the next one, and the host is asked to announce.  Called where push is.
 */
void bc_mux_input_lost(struct bc_mux *mux);

#endif

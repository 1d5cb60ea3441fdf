/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A byte channel: two ends, a ring in each direction.
 *
 * An end belongs to a partition, to the hypervisor's console or to a multiplexer.  Whoever has it
 * sends to and receives from the other end; neither can block, delay or corrupt the other.
 */
#ifndef BYTE_CHAN_CHANNEL_H
#define BYTE_CHAN_CHANNEL_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "byte-chan/counter.h"
#include "byte-chan/ring.h"

/* What an end is told; may be combined. */
enum {
	BC_EVENT_RX = 1, /* bytes have arrived for this end */
	/*
	 * A send fell short, and now BC_TX_WAKE_SPACE bytes or more are free; or all that this end
	 * sent has been taken.
	 */
	BC_EVENT_TX = 2,
};

/*
 * Space at which a sender that fell short is woken.  Not at the first free byte: a UART takes 16 at
 * a time, and a virtual interrupt for each would cost the guest more than the sending.
 */
enum { BC_TX_WAKE_SPACE = 1024 };

/*
 * One end.  Any core may call the functions below on it; they take @lock, which is held for the
 * length of one copy, and only by those who use this same end: several vCPUs of one partition, or
 * several cores that log. No function holds it while it notifies.  A core must not be interrupted,
 * while it is in one of them, by code that uses the same end; the hypervisor calls them with
 * external, critical and debug interrupts off, and reports a machine check past the channels.
 */
struct bc_end {
	struct bc_ring *tx;  /* to the peer: whoever holds @lock is its producer */
	struct bc_ring *rx;  /* from the peer: whoever holds @lock is its consumer */
	struct bc_end *peer; /* these three are set once, by bc_channel_init() */

	/*
	 * Called without any lock on the core that caused the event, after the fact; NULL = nobody
	 * cares.  Set by bc_end_set_notify().  Events are hints: a hook may be called when there is
	 * nothing to do any more, never too rarely.
	 */
	void (*notify)(struct bc_end *end, unsigned int events);
	void *owner; /* for the hook */

	_Atomic uint32_t lock;
	_Atomic uint32_t short_of_space; /* a send fell short and BC_EVENT_TX has not told yet */

	/* Written under @lock (by the mux for an end of its own), read by anybody. */
	struct bc_counter sent;	       /* bytes that the ring took from this end */
	struct bc_counter received;    /* bytes that this end took */
	struct bc_counter short_sends; /* sends that were not taken whole */
	struct bc_counter dropped;     /* bytes lost by bc_end_send_or_drop() */
	struct bc_counter purged;      /* bytes that waited for this end when it was purged */
};

struct bc_channel {
	struct bc_ring rings[2];
	struct bc_end ends[2]; /* ends[i] sends into rings[i] */
};

/* Make a channel with empty rings and nobody to notify.  Before anybody else can see it. */
void bc_channel_init(struct bc_channel *channel);

/* Have @notify called for events at @end.  Before there is traffic; neither end may be in use. */
void bc_end_set_notify(struct bc_end *end, void (*notify)(struct bc_end *end, unsigned int events),
		       void *owner);

/*
 * Send: returns how many of @len bytes the ring took, 0 when it is full.  After a short send,
 * BC_EVENT_TX says when to go on.
 */
size_t bc_end_send(struct bc_end *end, const void *buf, size_t len);

/*
 * Send what fits and count the rest as dropped: for those who cannot wait, the mux and the log.
 * Returns what the ring took.  Asks for no BC_EVENT_TX.
 */
size_t bc_end_send_or_drop(struct bc_end *end, const void *buf, size_t len);

/* Receive up to @len bytes into @buf; returns how many, 0 when none wait. */
size_t bc_end_receive(struct bc_end *end, void *buf, size_t len);

/* Bytes that wait for this end, 0..4095.  No lock. */
size_t bc_end_rx_count(const struct bc_end *end);

/* Bytes that a send would take, 0..4095.  No lock. */
size_t bc_end_tx_space(const struct bc_end *end);

/*
 * Forget what the former life of a restarted partition left: what waits for this end is thrown away
 * (and counted), and no BC_EVENT_TX is owed to it.  What it sent before stays on its way: a
 * partition's last words are what a person will look for.  Returns the number of bytes thrown away.
 */
size_t bc_end_purge(struct bc_end *end);

/*
 * In place, without lock: for an end that has a single user, the mux.
 * peek: the longest contiguous run that waits, 0 when none.  take: the first @n of it have been
 * used.
 */
size_t bc_end_peek(const struct bc_end *end, const uint8_t **span);
void bc_end_take(struct bc_end *end, size_t n);

#endif

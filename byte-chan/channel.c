/* SPDX-License-Identifier: BSD-2-Clause */
#include "byte-chan/channel.h"

#include <stdbool.h>
#include <string.h>

static void lock_end(struct bc_end *end)
{
	while (atomic_exchange_explicit(&end->lock, 1, memory_order_acquire)) {
		while (atomic_load_explicit(&end->lock, memory_order_relaxed))
			;
	}
}

static void unlock_end(struct bc_end *end)
{
	atomic_store_explicit(&end->lock, 0, memory_order_release);
}

static void notify_end(struct bc_end *end, unsigned int events)
{
	if (end->notify)
		end->notify(end, events);
}

void bc_channel_init(struct bc_channel *channel)
{
	memset(channel->ends, 0, sizeof(channel->ends));
	for (unsigned int i = 0; i < 2; i++) {
		struct bc_end *end = &channel->ends[i];

		bc_ring_init(&channel->rings[i]);
		end->tx = &channel->rings[i];
		end->rx = &channel->rings[!i];
		end->peer = &channel->ends[!i];
	}
}

void bc_end_set_notify(struct bc_end *end, void (*notify)(struct bc_end *end, unsigned int events),
		       void *owner)
{
	end->notify = notify;
	end->owner = owner;
}

/*
 * The ring did not take everything.  Say so, and then try again, because the receiver may have made
 * room before it could see that.  Sender: set short_of_space, load tail.  Receiver: store tail,
 * look at short_of_space.  Both go to short_of_space by read-modify-write, so one of them comes
 * first: either the receiver sees the flag, or the sender sees the room.
 */
__attribute__((noinline)) static size_t retry_send(struct bc_end *end, const uint8_t *buf,
						   size_t len)
{
	size_t sent;

	atomic_exchange_explicit(&end->short_of_space, 1, memory_order_acq_rel);
	sent = bc_ring_write(end->tx, buf, len);
	if (sent < len)
		bc_counter_add(&end->short_sends, 1);
	return sent;
}

static size_t drop(struct bc_end *end, const uint8_t *buf, size_t len)
{
	(void)buf;
	bc_counter_add(&end->dropped, len);
	return 0;
}

/* @rest deals with what the ring did not take, and returns how much it has sent after all. */
static inline size_t send(struct bc_end *end, const uint8_t *buf, size_t len,
			  size_t (*rest)(struct bc_end *end, const uint8_t *buf, size_t len))
{
	size_t sent;

	lock_end(end);
	sent = bc_ring_write(end->tx, buf, len);
	if (sent < len)
		sent += rest(end, buf + sent, len - sent);
	bc_counter_add(&end->sent, sent);
	unlock_end(end);

	if (sent > 0)
		notify_end(end->peer, BC_EVENT_RX);
	return sent;
}

size_t bc_end_send(struct bc_end *end, const void *buf, size_t len)
{
	return send(end, buf, len, retry_send);
}

size_t bc_end_send_or_drop(struct bc_end *end, const void *buf, size_t len)
{
	return send(end, buf, len, drop);
}

/* Bytes for @end have been consumed and @waiting are left: tell the peer what it waits for. */
static void notify_space(struct bc_end *end, size_t waiting)
{
	struct bc_end *sender = end->peer;
	bool wake = waiting == 0;

	if (atomic_fetch_or_explicit(&sender->short_of_space, 0, memory_order_acq_rel) &&
	    BC_RING_CAPACITY - waiting >= BC_TX_WAKE_SPACE) {
		atomic_store_explicit(&sender->short_of_space, 0, memory_order_relaxed);
		wake = true;
	}
	if (wake)
		notify_end(sender, BC_EVENT_TX);
}

size_t bc_end_receive(struct bc_end *end, void *buf, size_t len)
{
	size_t received, waiting;

	lock_end(end);
	received = bc_ring_read(end->rx, buf, len);
	waiting = bc_ring_count(end->rx);
	bc_counter_add(&end->received, received);
	unlock_end(end);

	if (received > 0)
		notify_space(end, waiting);
	return received;
}

size_t bc_end_rx_count(const struct bc_end *end)
{
	return bc_ring_count(end->rx);
}

size_t bc_end_tx_space(const struct bc_end *end)
{
	return bc_ring_space(end->tx);
}

size_t bc_end_purge(struct bc_end *end)
{
	size_t purged, waiting;

	lock_end(end);
	purged = bc_ring_count(end->rx);
	waiting = bc_ring_consume(end->rx, purged);
	bc_counter_add(&end->purged, purged);
	atomic_store_explicit(&end->short_of_space, 0, memory_order_relaxed);
	unlock_end(end);

	if (purged > 0)
		notify_space(end, waiting);
	return purged;
}

size_t bc_end_peek(const struct bc_end *end, const uint8_t **span)
{
	return bc_ring_peek(end->rx, span);
}

void bc_end_take(struct bc_end *end, size_t n)
{
	size_t waiting = bc_ring_consume(end->rx, n);

	bc_counter_add(&end->received, n);
	notify_space(end, waiting);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "byte-chan/ring.h"

void bc_ring_init(struct bc_ring *ring)
{
	atomic_init(&ring->head, 0);
	atomic_init(&ring->tail, 0);
}

size_t bc_ring_count(const struct bc_ring *ring)
{
	/* Tail first: loaded after head, it could be ahead of it. */
	uint32_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);
	uint32_t count = atomic_load_explicit(&ring->head, memory_order_acquire) - tail;

	return count < BC_RING_CAPACITY ? count : BC_RING_CAPACITY;
}

size_t bc_ring_space(const struct bc_ring *ring)
{
	return BC_RING_CAPACITY - bc_ring_count(ring);
}

size_t bc_ring_peek(const struct bc_ring *ring, const uint8_t **span)
{
	uint32_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed);
	size_t count = atomic_load_explicit(&ring->head, memory_order_acquire) - tail;
	size_t at = tail % BC_RING_SIZE;
	size_t before_wrap = BC_RING_SIZE - at;

	*span = ring->bytes + at;
	return count < before_wrap ? count : before_wrap;
}

size_t bc_ring_consume(struct bc_ring *ring, size_t n)
{
	uint32_t tail = atomic_load_explicit(&ring->tail, memory_order_relaxed) + (uint32_t)n;

	atomic_store_explicit(&ring->tail, tail, memory_order_release);
	return atomic_load_explicit(&ring->head, memory_order_acquire) - tail;
}

size_t bc_ring_read(struct bc_ring *ring, uint8_t *buf, size_t len)
{
	size_t done = 0;

	while (done < len) {
		const uint8_t *span;
		size_t n = bc_ring_peek(ring, &span);

		if (n == 0)
			break;
		if (n > len - done)
			n = len - done;
		memcpy(buf + done, span, n);
		bc_ring_consume(ring, n);
		done += n;
	}
	return done;
}

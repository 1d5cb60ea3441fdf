/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A ring of bytes between one producer and one consumer, which may be on different cores.
 */
#ifndef BYTE_CHAN_RING_H
#define BYTE_CHAN_RING_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "protocol/hcall.h"

enum {
	BC_RING_SIZE = 4096,		     /* a power of two */
	BC_RING_CAPACITY = BC_RING_SIZE - 1, /* what guests see (Topaz: rings hold 4095) */
};

/*
 * @head and @tail count bytes for ever, modulo 2^32.  @head is stored by the producer only, @tail
 * by the consumer only, each with release after it is done with the bytes; the other side loads it
 * with acquire. "Producer" and "consumer" are roles: whoever has one must hold what makes it alone
 * in it (bc_end's lock).
 */
struct bc_ring {
	_Atomic uint32_t head;
	uint8_t bytes[BC_RING_SIZE]; /* also keeps head and tail in different cache lines */
	_Atomic uint32_t tail;
};

/* Make an empty ring.  Before anybody else can see it. */
void bc_ring_init(struct bc_ring *ring);

/* Bytes that wait.  Exact for the consumer until it consumes; never too high for it, never too low
 * for the producer. */
size_t bc_ring_count(const struct bc_ring *ring);

/* Bytes that fit: BC_RING_CAPACITY less those that wait. */
size_t bc_ring_space(const struct bc_ring *ring);

/*
 * Producer: append as much of @buf as fits; returns how much.  Inline for the sake of the hypercall
 * that sends 16 bytes.
 */
static inline size_t bc_ring_write(struct bc_ring *ring, const uint8_t *buf, size_t len)
{
	uint32_t head = atomic_load_explicit(&ring->head, memory_order_relaxed);
	uint32_t tail = atomic_load_explicit(&ring->tail, memory_order_acquire);
	size_t space = BC_RING_CAPACITY - (head - tail);
	uint8_t *to = ring->bytes + head % BC_RING_SIZE;
	size_t before_wrap = BC_RING_SIZE - head % BC_RING_SIZE;

	if (len > space)
		len = space;
	if (len > before_wrap) {
		memcpy(to, buf, before_wrap);
		memcpy(ring->bytes, buf + before_wrap, len - before_wrap);
	} else if (len == HCALL_BYTE_CHANNEL_MAX_BYTES) {
		/* Expanded in place, which a freestanding compiler does not do by itself. */
		__builtin_memcpy(to, buf, HCALL_BYTE_CHANNEL_MAX_BYTES);
	} else {
		memcpy(to, buf, len);
	}
	atomic_store_explicit(&ring->head, head + (uint32_t)len, memory_order_release);
	return len;
}

/*
 * Consumer: the longest contiguous run of waiting bytes, in place.  Returns its length and stores
 * where it starts; 0 only when the ring is empty.  It stays valid until consumed.
 */
size_t bc_ring_peek(const struct bc_ring *ring, const uint8_t **span);

/* Consumer: give back the first @n bytes, which must be waiting.  Returns how many wait now. */
size_t bc_ring_consume(struct bc_ring *ring, size_t n);

/* Consumer: take up to @len bytes into @buf; returns how many. */
size_t bc_ring_read(struct bc_ring *ring, uint8_t *buf, size_t len);

#endif

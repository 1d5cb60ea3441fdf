/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One ring of bytes, many readers.  The writer never waits: a reader that is lapped loses the
 * oldest bytes, and learns how many.  Positions count bytes since the ring was made, so they never
 * wrap.
 */
#ifndef MUX_SERVER_RING_H
#define MUX_SERVER_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

enum { RING_SHORT_WRITE = 8 }; /* below this, a call of memcpy() costs more than the copy */

struct ring {
	uint8_t *data;
	size_t size;	/* a power of two */
	uint64_t head;	/* bytes ever written */
	uint64_t first; /* position before which there was never anything in data */
	void *memory;	/* that data is in */
};

struct ring_reader {
	uint64_t at;	 /* position of the next byte to take */
	uint64_t missed; /* bytes overwritten before they were taken */
};

/* Make a ring of @size bytes.  Returns 0, -EINVAL (not a power of two) or -ENOMEM. */
int ring_init(struct ring *ring, size_t size);

/* Free the memory of a ring. */
void ring_fini(struct ring *ring);

/* Append @len bytes, overwriting the oldest.  Of more than a ring full, only the end is kept. */
void ring_write_long(struct ring *ring, const uint8_t *data, size_t len);

static inline void ring_write(struct ring *ring, const uint8_t *data, size_t len)
{
	size_t at = (size_t)ring->head & (ring->size - 1);

	if (len >= RING_SHORT_WRITE || ring->size - at < len) {
		ring_write_long(ring, data, len);
		return;
	}
	for (size_t i = 0; i < len; i++)
		ring->data[at + i] = data[i];
	ring->head += len;
}

/* How many of the last bytes are kept. */
size_t ring_kept(const struct ring *ring);

/*
 * Put @next, which was just made, in the place of @ring, with what it can hold of what is kept.
 * Readers stay where they are.  @next has no memory afterwards.
 */
void ring_replace(struct ring *ring, struct ring *next);

/* Place a reader behind the newest byte: it sees what is written from now on. */
void ring_reader_start(const struct ring *ring, struct ring_reader *reader);

/* Move a reader back, so that the last @len bytes, or what is kept of them, come again. */
void ring_reader_rewind(const struct ring *ring, struct ring_reader *reader, size_t len);

/* If the reader was lapped, move it to the oldest byte there is.  Returns how many bytes that
 * skipped. */
uint64_t ring_reader_catch_up(const struct ring *ring, struct ring_reader *reader);

/* Was the reader lapped since it caught up? */
bool ring_reader_is_lapped(const struct ring *ring, const struct ring_reader *reader);

/* Give up what the reader has not taken.  Returns how many bytes that skips. */
uint64_t ring_reader_skip(const struct ring *ring, struct ring_reader *reader);

/* How many bytes the reader has not taken, of which it may have been lapped. */
static inline uint64_t ring_reader_behind(const struct ring *ring, const struct ring_reader *reader)
{
	return ring->head - reader->at;
}

/*
 * Describe all that the reader has not taken, in one or two pieces that point into the ring and
 * hold until the next ring_write().  The reader must have caught up.  Returns the number of pieces;
 * 0 = nothing new.
 */
int ring_reader_peek(const struct ring *ring, const struct ring_reader *reader,
		     struct iovec iov[2]);

/* Take @len bytes, at most what was peeked at. */
void ring_reader_take(struct ring_reader *reader, size_t len);

#endif

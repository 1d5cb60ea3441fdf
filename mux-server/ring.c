/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/ring.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/*
 * Rings of many channels are written in turn, all at about the same place.  If they all began at
 * the same offset in a page, those places would share few sets of a cache and push each other out.
 */
enum { CACHE_LINE = 64, PAGE = 4096, SPREAD = 9 };

static size_t next_offset(void)
{
	static size_t offset;

	offset = (offset + SPREAD * CACHE_LINE) % PAGE;
	return offset;
}

int ring_init(struct ring *ring, size_t size)
{
	if (size == 0 || (size & (size - 1)) != 0)
		return -EINVAL;
	ring->memory = malloc(size + PAGE);
	if (!ring->memory)
		return -ENOMEM;
	ring->data = (uint8_t *)ring->memory + next_offset();
	ring->size = size;
	ring->head = ring->first = 0;
	return 0;
}

void ring_fini(struct ring *ring)
{
	free(ring->memory);
	ring->memory = ring->data = NULL;
}

void ring_write_long(struct ring *ring, const uint8_t *data, size_t len)
{
	if (len > ring->size) {
		ring->head += len - ring->size;
		data += len - ring->size;
		len = ring->size;
	}

	size_t at = (size_t)ring->head & (ring->size - 1);
	size_t first = ring->size - at;

	if (first >= len) {
		memcpy(ring->data + at, data, len);
	} else {
		memcpy(ring->data + at, data, first);
		memcpy(ring->data, data + first, len - first);
	}
	ring->head += len;
}

void ring_reader_start(const struct ring *ring, struct ring_reader *reader)
{
	reader->at = ring->head;
	reader->missed = 0;
}

size_t ring_kept(const struct ring *ring)
{
	uint64_t written = ring->head - ring->first;

	return written < ring->size ? (size_t)written : ring->size;
}

void ring_replace(struct ring *ring, struct ring *next)
{
	struct ring_reader reader;
	struct iovec pieces[2];
	int count;

	ring_reader_rewind(ring, &reader, next->size);
	next->head = next->first = reader.at;
	count = ring_reader_peek(ring, &reader, pieces);
	for (int i = 0; i < count; i++)
		ring_write_long(next, pieces[i].iov_base, pieces[i].iov_len);
	ring_fini(ring);
	*ring = *next;
	next->memory = next->data = NULL;
}

void ring_reader_rewind(const struct ring *ring, struct ring_reader *reader, size_t len)
{
	size_t kept = ring_kept(ring);

	reader->at = ring->head - (len < kept ? len : kept);
}

bool ring_reader_is_lapped(const struct ring *ring, const struct ring_reader *reader)
{
	return ring_reader_behind(ring, reader) > ring_kept(ring);
}

uint64_t ring_reader_catch_up(const struct ring *ring, struct ring_reader *reader)
{
	uint64_t skipped;

	if (!ring_reader_is_lapped(ring, reader))
		return 0;
	skipped = ring_reader_behind(ring, reader) - ring_kept(ring);
	reader->at += skipped;
	reader->missed += skipped;
	return skipped;
}

uint64_t ring_reader_skip(const struct ring *ring, struct ring_reader *reader)
{
	uint64_t skipped = ring_reader_behind(ring, reader);

	reader->at += skipped;
	reader->missed += skipped;
	return skipped;
}

int ring_reader_peek(const struct ring *ring, const struct ring_reader *reader, struct iovec iov[2])
{
	size_t len = (size_t)(ring->head - reader->at);
	size_t at = (size_t)reader->at & (ring->size - 1);
	size_t first = ring->size - at;

	if (len == 0)
		return 0;
	iov[0].iov_base = ring->data + at;
	if (first >= len) {
		iov[0].iov_len = len;
		return 1;
	}
	iov[0].iov_len = first;
	iov[1].iov_base = ring->data;
	iov[1].iov_len = len - first;
	return 2;
}

void ring_reader_take(struct ring_reader *reader, size_t len)
{
	reader->at += len;
}

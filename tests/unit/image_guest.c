/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/image_guest.h"

#include <stdlib.h>
#include <string.h>

uint8_t guest_memory[GUEST_SIZE];
uint8_t source[SOURCE_SIZE];
size_t guest_written;

void guest_reset(void)
{
	memset(source, 0, sizeof(source));
	memset(guest_memory, GUEST_FILL, sizeof(guest_memory));
	guest_written = 0;
}

static size_t read_source(void *ctx, uint64_t offset, void *buf, size_t len)
{
	(void)ctx;
	if (offset >= SOURCE_SIZE)
		return 0;
	if (len > SOURCE_SIZE - offset)
		len = (size_t)(SOURCE_SIZE - offset);
	memcpy(buf, source + offset, len);
	return len;
}

static size_t write_guest(void *ctx, uint64_t gpa, const void *buf, size_t len)
{
	(void)ctx;
	if (gpa < GUEST_BASE || gpa >= GUEST_BASE + GUEST_SIZE)
		return 0;
	if (len > GUEST_BASE + GUEST_SIZE - gpa)
		len = (size_t)(GUEST_BASE + GUEST_SIZE - gpa);
	if (buf)
		memcpy(guest_at(gpa), buf, len);
	else
		memset(guest_at(gpa), 0, len);
	guest_written += len;
	return len;
}

int guest_load(uint64_t size, uint64_t dst_gpa, struct image_result *result)
{
	/* From malloc(), so that the sanitizer sees what strays outside. */
	struct image_io io = {
		.read = read_source,
		.write = write_guest,
		.src_size = size,
		.work = malloc(IMAGE_WORK_SIZE),
	};
	int error;

	memset(io.work, 0xee, IMAGE_WORK_SIZE);
	error = image_load(&io, dst_gpa, result);
	free(io.work);
	return error;
}

uint8_t *guest_at(uint64_t gpa)
{
	return guest_memory + (gpa - GUEST_BASE);
}

void put_be16(uint8_t *at, unsigned int value)
{
	at[0] = (uint8_t)(value >> 8);
	at[1] = (uint8_t)value;
}

void put_be32(uint8_t *at, uint32_t value)
{
	put_be16(at, value >> 16);
	put_be16(at + 2, value & 0xffff);
}

void fill_pattern(uint8_t *at, size_t len)
{
	uint32_t state = 1;

	for (; len; len--, at++) {
		state = state * 1664525 + 1013904223;
		*at = (uint8_t)(state >> 24);
	}
}

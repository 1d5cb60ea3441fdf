/* SPDX-License-Identifier: BSD-2-Clause */
/* A source window and a guest for image tests: memory at GUEST_BASE, nothing around it. */
#ifndef TESTS_UNIT_IMAGE_GUEST_H
#define TESTS_UNIT_IMAGE_GUEST_H

#include "hv/partition/image.h"

enum {
	GUEST_BASE = 0x10000,
	GUEST_SIZE = 0x100000,
	SOURCE_SIZE = 0x80000,
	GUEST_FILL = 0xa5, /* what the guest's memory holds before */
};

extern uint8_t guest_memory[GUEST_SIZE];
extern uint8_t source[SOURCE_SIZE];

/* How many bytes were written to the guest. */
extern size_t guest_written;

/* Clear the source and fill the guest. */
void guest_reset(void);

/* image_load() of the first @size bytes of the source. */
int guest_load(uint64_t size, uint64_t dst_gpa, struct image_result *result);

/* The guest's memory at @gpa. */
uint8_t *guest_at(uint64_t gpa);

void put_be16(uint8_t *at, unsigned int value);
void put_be32(uint8_t *at, uint32_t value);

/* Fill with a pattern that does not compress away. */
void fill_pattern(uint8_t *at, size_t len);

#endif

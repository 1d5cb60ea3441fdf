/* SPDX-License-Identifier: BSD-2-Clause */
/* Boot-time memory: handed out once, never returned.  There is no allocation after boot. */
#ifndef HV_LIB_ARENA_H
#define HV_LIB_ARENA_H

#include <stddef.h>

struct arena {
	char *base;
	size_t size;
	size_t used;
};

/* @size zeroed bytes, @align a power of two; NULL when the arena is used up. */
void *arena_alloc(struct arena *arena, size_t size, size_t align);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/lib/arena.h"

#include <string.h>

void *arena_alloc(struct arena *arena, size_t size, size_t align)
{
	size_t start = (arena->used + align - 1) & ~(align - 1);

	if (start > arena->size || size > arena->size - start)
		return NULL;
	arena->used = start + size;
	return memset(arena->base + start, 0, size);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Caches: what was written as data is to be fetched as instructions, or to survive a reset. */
#ifndef HV_BOOKE_CACHE_H
#define HV_BOOKE_CACHE_H

#include <stddef.h>
#include <stdint.h>

enum { CACHE_BLOCK = 32 }; /* the smallest of any core in use */

/* Bring the @len bytes at @p to memory. */
static inline void cache_write_back(const void *p, size_t len)
{
	uintptr_t first = (uintptr_t)p & ~(uintptr_t)(CACHE_BLOCK - 1);
	uintptr_t end = (uintptr_t)p + len;

	for (uintptr_t block = first; block < end; block += CACHE_BLOCK)
		__asm__ volatile("dcbst 0, %0" : : "r"(block) : "memory");
	__asm__ volatile("sync" : : : "memory");
}

/* Make the @len bytes at @p, on any core, what instruction fetches see. */
static inline void cache_sync_code(const void *p, size_t len)
{
	uintptr_t first = (uintptr_t)p & ~(uintptr_t)(CACHE_BLOCK - 1);
	uintptr_t end = (uintptr_t)p + len;

	cache_write_back(p, len);
	for (uintptr_t block = first; block < end; block += CACHE_BLOCK)
		__asm__ volatile("icbi 0, %0" : : "r"(block) : "memory");
	__asm__ volatile("sync\n\tisync" : : : "memory");
}

#endif

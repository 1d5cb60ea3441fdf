/* SPDX-License-Identifier: BSD-2-Clause */
/* Guest memory: cleared before a guest sees it, read and written for it. */
#ifndef HV_PARTITION_MEMORY_H
#define HV_PARTITION_MEMORY_H

#include "hv/partition/partition.h"

/* Clear every phys-mem-area that asks for it (zero-pma), but for those that are cleared when their
 * partition loads.  Boot core, before any partition starts. */
void memory_clear_areas(void);

/*
 * Clear @partition's own memory before it loads: before its first life where zero-pma asks for it,
 * later all that a former life may have left.  Areas that it shares stay: they are others' too.  On
 * one of its own cores.
 */
void memory_clear_partition(const struct partition *partition, bool first);

/* True when all of [@gpa, @gpa + @size) is memory of @partition. */
bool memory_has(const struct partition *partition, uint64_t gpa, uint64_t size);

enum memory_access { MEMORY_READ, MEMORY_WRITE, MEMORY_CLEAR };

/*
 * Copy @len bytes from @partition's memory at @gpa to @buf, or the other way round, or clear them;
 * what is written can be executed.  Returns how many there were before the first that is not
 * memory.  Any core; uses its window 1.
 */
size_t memory_access(const struct partition *partition, uint64_t gpa, enum memory_access access,
		     void *buf, size_t len);

#endif

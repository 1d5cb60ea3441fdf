/* SPDX-License-Identifier: BSD-2-Clause */
/* Clearing memory before a guest sees it. */
#ifndef HV_PARTITION_MEMORY_H
#define HV_PARTITION_MEMORY_H

#include "hv/partition/partition.h"

/* Clear every phys-mem-area that asks for it (zero-pma).  Boot core, before any partition starts.
 */
void memory_clear_areas(void);

/*
 * Clear what a former life of @partition left in its memory, but for areas that it shares: those
 * are others' too.  On one of its own cores, while it does not run.
 */
void memory_clear_partition(const struct partition *partition);

#endif

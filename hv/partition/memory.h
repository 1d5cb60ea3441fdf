/* SPDX-License-Identifier: BSD-2-Clause */
/* Clearing memory before a guest sees it. */
#ifndef HV_PARTITION_MEMORY_H
#define HV_PARTITION_MEMORY_H

#include "hv/partition/partition.h"

/* Clear every phys-mem-area that asks for it (zero-pma).  Boot core, before any partition starts.
 */
void memory_clear_areas(void);

/*
 * Clear @partition's own memory before it starts: before its first life where zero-pma asks for it,
 * later all that a former life may have left.  Areas that it shares stay: they are others' too.  On
 * one of its own cores.
 */
void memory_clear_partition(const struct partition *partition, bool first);

#endif

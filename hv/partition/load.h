/* SPDX-License-Identifier: BSD-2-Clause */
/* What a partition finds in its memory when it starts: images and tree. */
#ifndef HV_PARTITION_LOAD_H
#define HV_PARTITION_LOAD_H

#include <stdbool.h>

#include "hv/partition/partition.h"

/*
 * Do what @partition's start asks for: clear its memory and load its images, or leave both as they
 * are; write its tree and spin table, and say how vCPU 0 starts.  On vCPU
 * 0's core. Returns false, and has logged why, when it cannot start.
 */
bool partition_load(struct partition *partition, struct vcpu_start *first);

#endif

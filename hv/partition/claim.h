/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Devices that several partitions name as claimable, and the place of error manager: who has them
 * now.  The first to have one is the active partition of the plan; a standby partition takes it
 * over when that one is stopped, and keeps it when it starts again.
 */
#ifndef HV_PARTITION_CLAIM_H
#define HV_PARTITION_CLAIM_H

#include <stdbool.h>
#include <stdint.h>

struct partition;

/* As the plan begins.  Boot core, when there are partitions. */
void claim_init(void);

/* May the partition of device @index of the plan use it now? */
bool claim_has_device(unsigned int index);

/* The error manager, or NULL. */
struct partition *claim_error_manager(void);

/* Does partition @part of the plan have what it knows by @handle now? */
bool claim_holds(unsigned int part, uint32_t handle);

/*
 * Give @partition what it knows by @handle.  EV_SUCCESS, also when it has it; EV_EINVAL: nothing
 * that can be claimed; EV_INVALID_STATE: who has it is not stopped.  On one of its cores.
 */
uint32_t claim_take(struct partition *partition, uint32_t handle);

#endif

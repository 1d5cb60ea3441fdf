/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupts of devices that are assigned to partitions: from the MPIC into their virtual PICs. */
#ifndef HV_IRQ_DEVICES_H
#define HV_IRQ_DEVICES_H

#include "hv/lib/arena.h"

/*
 * Let each guest have the interrupts of its devices, as the plan says.  Those of a device that a
 * partition would have to claim first do not come yet.  Boot core, when the hypervisor's own
 * devices are attached.  Panics when @arena is used up.
 */
void devices_create_interrupts(struct arena *arena);

/* Device @to of the plan is from now on what device @from was, whose partition is stopped: its
 * interrupts come to the other partition. */
void devices_move_interrupts(unsigned int to, unsigned int from);

#endif

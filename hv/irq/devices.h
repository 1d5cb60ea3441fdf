/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupts of devices that are assigned to partitions: from the MPIC into their virtual PICs. */
#ifndef HV_IRQ_DEVICES_H
#define HV_IRQ_DEVICES_H

#include "hv/lib/arena.h"

/*
 * Let each guest have the interrupts of its devices, as the plan says.  Those of a device that a
 * partition would have to claim first are not among them.  Boot core, when the hypervisor's own
 * devices are attached.  Panics when @arena is used up.
 */
void devices_create_interrupts(struct arena *arena);

#endif

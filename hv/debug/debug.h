/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Debugging a guest: gdb at the other end of a byte channel (debug-stub in the configuration tree).
 *
 * A stub runs on the core of its first vCPU, in boot_core_loop(), whenever its channel has
 * something for it or its vCPUs have come to rest: no other partition lends it time, and a guest
 * without a stub pays nothing.  When one vCPU stops, all of its partition do.
 */
#ifndef HV_DEBUG_DEBUG_H
#define HV_DEBUG_DEBUG_H

#include <stdbool.h>

#include "hv/lib/arena.h"
#include "hv/vcpu/vcpu.h"

/* Make the stubs of the plan.  After channels_create_all().  Panics when @arena is used up. */
void debug_create_all(struct arena *arena);

/* Let this core's stub work.  Where core.work has CORE_WORK_DEBUG. */
void debug_run(void);

/*
 * @vcpu, which has a debugger, is about to run: false when it shall rest.  Does not return when it
 * is to take a single step.
 */
bool debug_may_run(struct vcpu *vcpu);

/* @vcpu ran into a trap instruction: true when that is a breakpoint of the debugger's. */
bool debug_trapped(struct vcpu *vcpu);

/* @vcpu has the registers with which it begins. */
void debug_vcpu_begins(struct vcpu *vcpu);

/* The life of the partition is over; by its last vCPU. */
void debug_partition_ended(struct debug *debug);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Spinlock between cores.  The hypervisor runs with interrupts off, so a holder is never preempted.
 */
#ifndef HV_BOOKE_LOCK_H
#define HV_BOOKE_LOCK_H

#include <stdatomic.h>

struct lock {
	atomic_uint held;
};

static inline void lock_acquire(struct lock *lock)
{
	while (atomic_exchange_explicit(&lock->held, 1, memory_order_acquire))
		while (atomic_load_explicit(&lock->held, memory_order_relaxed))
			;
}

static inline void lock_release(struct lock *lock)
{
	atomic_store_explicit(&lock->held, 0, memory_order_release);
}

#endif

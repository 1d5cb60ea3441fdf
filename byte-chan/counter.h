/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A 64-bit count that one core advances and any core reads, on machines whose atomics end at 32
 * bits.
 */
#ifndef BYTE_CHAN_COUNTER_H
#define BYTE_CHAN_COUNTER_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

/*
 * One writer at a time, whom the structure around it names; readers need no lock.  @high holds the
 * carries, twice: it is odd while a carry is on its way, and a reader then looks again.  So a
 * reader must not have interrupted the writer.
 */
struct bc_counter {
	_Atomic uint32_t low;
	_Atomic uint32_t high;
};

/* Add @n.  Writer only. */
static inline void bc_counter_add(struct bc_counter *counter, size_t n)
{
	uint32_t old = atomic_load_explicit(&counter->low, memory_order_relaxed);
	uint32_t sum = old + (uint32_t)n;

	if (sum >= old) {
		atomic_store_explicit(&counter->low, sum, memory_order_relaxed);
		return;
	}
	uint32_t high = atomic_load_explicit(&counter->high, memory_order_relaxed);

	atomic_store_explicit(&counter->high, high + 1, memory_order_relaxed);
	atomic_store_explicit(&counter->low, sum, memory_order_release);
	atomic_store_explicit(&counter->high, high + 2, memory_order_release);
}

/* The present value.  Any core. */
static inline uint64_t bc_counter_read(const struct bc_counter *counter)
{
	uint32_t high, low, again;

	do {
		high = atomic_load_explicit(&counter->high, memory_order_acquire);
		low = atomic_load_explicit(&counter->low, memory_order_acquire);
		again = atomic_load_explicit(&counter->high, memory_order_relaxed);
	} while (high != again || (high & 1));

	return (uint64_t)(high >> 1) << 32 | low;
}

#endif

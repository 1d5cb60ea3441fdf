/* SPDX-License-Identifier: BSD-2-Clause */
/* Hypercalls as a guest makes them. */
#ifndef TESTS_GUESTS_LIB_HCALL_H
#define TESTS_GUESTS_LIB_HCALL_H

#include <stdbool.h>
#include <stdint.h>

#define HCALL_EPAPR(number) ((1u << 16) | (number))

enum hcall_number {
	HCALL_BYTE_CHANNEL_SEND = HCALL_EPAPR(1),
	HCALL_BYTE_CHANNEL_RECEIVE = HCALL_EPAPR(2),
	HCALL_INT_SET_CONFIG = HCALL_EPAPR(4),
	HCALL_INT_SET_MASK = HCALL_EPAPR(6),
	HCALL_INT_IACK = HCALL_EPAPR(9),
	HCALL_INT_EOI = HCALL_EPAPR(10),
};

enum { HCALL_OK = 0, HCALL_EAGAIN = 4 };

/* Make a hypercall: regs[0..7] are r3 to r10, in and out.  Returns the status (r3). */
uint32_t hcall(uint32_t token, uint32_t regs[8]);

/*
 * Wait for an interrupt, by the hypercall IDLE or by the instruction wait, unless *flag is
 * non-zero: no interrupt that sets *flag is slept over.
 */
void idle(const volatile uint32_t *flag, bool by_hcall);

#endif

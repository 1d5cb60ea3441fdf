/* SPDX-License-Identifier: BSD-2-Clause */
/* Hypercalls as a guest makes them. */
#ifndef TESTS_GUESTS_LIB_HCALL_H
#define TESTS_GUESTS_LIB_HCALL_H

#include <stdbool.h>
#include <stdint.h>

#include "protocol/hcall.h"

#define HCALL_EPAPR(number) HCALL_TOKEN(HCALL_VENDOR_EPAPR, number)
#define HCALL_FSL(number) HCALL_TOKEN(HCALL_VENDOR_FREESCALE, number)

/* Make a hypercall: regs[0..7] are r3 to r10, in and out.  Returns the status (r3). */
uint32_t hcall(uint32_t token, uint32_t regs[8]);

/*
 * Wait for an interrupt, by the hypercall IDLE or by the instruction wait, unless *flag is
 * non-zero: no interrupt that sets *flag is slept over.
 */
void idle(const volatile uint32_t *flag, bool by_hcall);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* Between trap.S and C. */
#ifndef HV_BOOKE_TRAP_H
#define HV_BOOKE_TRAP_H

#include <stdint.h>

#include "hv/booke/trap_frame.h"

/*
 * A guest trapped; its registers are in this_core->guest.  Returning goes back to the guest.
 * Defined by the vCPU backend.
 */
void trap_from_guest(enum trap_vector vector);

/* Load this_core->guest and run it.  Drops the current stack. */
void trap_enter_guest(void) __attribute__((noreturn));

/* A trap in the hypervisor itself: an interrupt while it waits, a probing access that failed, or a
 * bug. */
void trap_from_hv(struct trap_frame *frame, enum trap_vector vector);

/* A machine check or critical interrupt, from anywhere. */
void trap_critical(struct trap_frame *frame, enum trap_vector vector) __attribute__((noreturn));

/*
 * Read the word at guest effective address @ea with the context in EPLC.  Returns 0, or -1 when
 * that access faults: then trap_from_hv() finds the load among the fixups and goes on behind it.
 */
static inline int trap_fetch(uint32_t *word, uint32_t ea)
{
	int result = -1;
	uint32_t value = 0;

	__asm__ volatile("1:	lwepx	%1, 0, %2\n"
			 "	li	%0, 0\n"
			 "2:\n"
			 "	.pushsection .rodata.fixups, \"a\"\n"
			 "	.long	1b, 2b\n"
			 "	.popsection"
			 : "+r"(result), "+r"(value)
			 : "r"(ea)
			 : "memory");
	*word = value;
	return result;
}

/* Interrupts that are the hypervisor's whether a guest runs or not: returns true when @vector was
 * one. */
_Bool trap_interrupt(enum trap_vector vector);

#endif

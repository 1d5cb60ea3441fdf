/* SPDX-License-Identifier: BSD-2-Clause */
/* What the command user runs in user state: a page of its own, see user.c.  Each step but the last is refused. */
#include "protocol/hcall.h"

	.section .text.user, "ax"
	.globl user_code
user_code:
	li	%r3, 0
	lis	%r11, HCALL_VENDOR_EPAPR
	ori	%r11, %r11, EPAPR_HCALL_INT_IACK
	.long	HCALL_INSTRUCTION
	mfmsr	%r4
	wrteei	0
	mtspr	63, %r4			/* IVPR */
	tlbwe
	li	%r4, 0x100
	lwz	%r5, 0(%r4)		/* the kernel's */
	stw	%r5, 0(%r4)
	mr	%r4, %r12		/* this page: may not be written */
	stw	%r5, 0(%r4)
	lis	%r6, 0x600d
	stw	%r6, -4(%r1)		/* its own stack may */
	lwz	%r3, -4(%r1)
	sc

/*
 * void user_enter(uint32_t pc, uint32_t sp, uint32_t msr): go there; r12 = pc.  Only an exception comes back.
 */
	.text
	.globl user_enter
user_enter:
	wrteei	0			/* SRR0, SRR1 and the stack pointer are under way */
	mr	%r12, %r3
	mr	%r1, %r4
	mtspr	26, %r3			/* SRR0 */
	mtspr	27, %r5			/* SRR1 */
	rfi

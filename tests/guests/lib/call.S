/* SPDX-License-Identifier: BSD-2-Clause */
/* What C cannot say: hypercalls, waiting without losing a wake-up, going back to a saved place. */
#include "protocol/hcall.h"
#include "tests/guests/lib/frame.h"

	.text

/* uint32_t hcall(uint32_t token, uint32_t regs[8]): r3-r10 in and out; returns r3. */
	.globl	hcall
hcall:
	stwu	%r1, -16(%r1)
	mflr	%r0
	stw	%r0, 20(%r1)
	mfcr	%r0
	stw	%r0, 12(%r1)
	stw	%r4, 8(%r1)
	mr	%r11, %r3
	mr	%r12, %r4
	lwz	%r3, 0(%r12)
	lwz	%r4, 4(%r12)
	lwz	%r5, 8(%r12)
	lwz	%r6, 12(%r12)
	lwz	%r7, 16(%r12)
	lwz	%r8, 20(%r12)
	lwz	%r9, 24(%r12)
	lwz	%r10, 28(%r12)
	.long	HCALL_INSTRUCTION
	lwz	%r12, 8(%r1)
	stw	%r3, 0(%r12)
	stw	%r4, 4(%r12)
	stw	%r5, 8(%r12)
	stw	%r6, 12(%r12)
	stw	%r7, 16(%r12)
	stw	%r8, 20(%r12)
	stw	%r9, 24(%r12)
	stw	%r10, 28(%r12)
	lwz	%r0, 12(%r1)
	mtcr	%r0
	lwz	%r0, 20(%r1)
	mtlr	%r0
	addi	%r1, %r1, 16
	blr

/*
 * void idle(const volatile uint32_t *flag, bool by_hcall): wait for an interrupt, by the hypercall IDLE or by
 * the instruction wait, unless *flag is non-zero already.  An interrupt between the test and the wait would
 * be slept over, so exception_handle() moves a PC inside [idle_begin, idle_end) to idle_end.
 */
	.globl	idle, idle_begin, idle_end
idle:
	mflr	%r12
	stw	%r12, 4(%r1)
	cmpwi	%r4, 0
	li	%r11, 0
	beq	idle_begin
	lis	%r11, HCALL_VENDOR_EPAPR
	ori	%r11, %r11, EPAPR_HCALL_IDLE
idle_begin:
	lwz	%r0, 0(%r3)
	cmpwi	%r0, 0
	bne	idle_end
	cmpwi	%r11, 0
	bne	1f
	wait
	b	idle_end
1:	.long	HCALL_INSTRUCTION
idle_end:
	lwz	%r12, 4(%r1)
	mtlr	%r12
	blr

/* int context_save(struct context *): returns 0, and once more with 1 after context_restore(). */
	.globl	context_save
context_save:
	mflr	%r0
	stw	%r0, 0(%r3)
	stw	%r1, 4(%r3)
	mfcr	%r0
	stw	%r0, 8(%r3)
	stmw	%r13, 12(%r3)
	li	%r3, 0
	blr

/* void context_restore(const struct context *) */
	.globl	context_restore
context_restore:
	lwz	%r0, 0(%r3)
	mtlr	%r0
	lwz	%r1, 4(%r3)
	lwz	%r0, 8(%r3)
	mtcr	%r0
	lmw	%r13, 12(%r3)
	li	%r3, 1
	blr

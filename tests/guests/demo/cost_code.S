/* SPDX-License-Identifier: BSD-2-Clause */
/* Each function returns the ticks of the time base from before one instruction to after it. */
#include "protocol/hcall.h"
#include "tests/guests/lib/spr.h"

	.text

	/* The instruction comes back by itself; r4 is its operand. */
	.macro	trial name, insn:vararg
	.globl	cost_\name
cost_\name:
	mfspr	%r12, SPR_TBL
	\insn
	mfspr	%r10, SPR_TBL
	subf	%r3, %r12, %r10
	blr
	.endm

	/* It ends in a vector below, which reads the time into r10. */
	.macro	trial_vectored name, insn:vararg
	.globl	cost_\name
cost_\name:
	mfspr	%r12, SPR_TBL
	\insn
	subf	%r3, %r12, %r10
	blr
	.endm

	trial	nothing
	.macro	thousand
	.rept	1000
	nop
	.endr
	.endm
	trial	thousand, thousand
	trial	mfspr, mfspr %r4, SPR_SRR0
	trial	mtspr, mtspr SPR_SRR0, %r4
	trial	mfmsr, mfmsr %r4
	trial	wrteei, wrteei 0
	trial	tlbsx, tlbsx 0, %r3
	trial	tlbwe, tlbwe
	trial	load, lwz %r4, 0(%r3)
	trial_vectored	syscall, sc
	trial_vectored	miss, lwz %r4, 0(%r3)
	trial_vectored	interrupt, wrteei 1

	/* rfi to the next instruction, in the state that is. */
	.globl	cost_rfi
cost_rfi:
	mfmsr	%r4
	mtspr	SPR_SRR1, %r4
	mflr	%r3
	bcl	20, 31, 1f
1:	mflr	%r5
	mtlr	%r3
	addi	%r5, %r5, 2f - 1b
	mtspr	SPR_SRR0, %r5
	mfspr	%r12, SPR_TBL
	rfi
2:	mfspr	%r10, SPR_TBL
	subf	%r3, %r12, %r10
	blr

/* uint32_t cost_hcall(uint32_t token, const uint32_t regs[8]) */
	.globl	cost_hcall
cost_hcall:
	stwu	%r1, -16(%r1)
	stmw	%r30, 8(%r1)
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
	mfspr	%r31, SPR_TBL
	.long	HCALL_INSTRUCTION
	mfspr	%r30, SPR_TBL
	subf	%r3, %r31, %r30
	lmw	%r30, 8(%r1)
	addi	%r1, %r1, 16
	blr

/* Vectors: go on at SRR0, behind the instruction there, or at SRR0 with interrupts off. */
	.section .text.vectors, "ax"
	.globl	cost_vector_resume, cost_vector_skip, cost_vector_interrupt
	.balign	16
cost_vector_resume:
	mfspr	%r10, SPR_TBL
	rfi
	.balign	16
cost_vector_skip:
	mfspr	%r10, SPR_TBL
	mfspr	%r11, SPR_SRR0
	addi	%r11, %r11, 4
	mtspr	SPR_SRR0, %r11
	rfi
	.balign	16
cost_vector_interrupt:
	mfspr	%r10, SPR_TBL
	mfspr	%r11, SPR_SRR1
	rlwinm	%r11, %r11, 0, ~MSR_EE
	mtspr	SPR_SRR1, %r11
	rfi

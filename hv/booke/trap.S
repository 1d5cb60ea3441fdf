/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exception vectors.  A trap from a guest (SRR1[PR] = 1) saves everything in core->guest and calls
 * core->from_guest(vector) on a fresh stack; a trap in the hypervisor saves on the running stack and calls
 * trap_from_hv(frame, vector).
 *
 * SPRG0 holds this core's struct core.  SPRG1, SPRG2, SPRG9 are scratch of base-level traps, SPRG8 of machine
 * checks and critical interrupts.  SPRG3-7 belong to the guest: it can read them in problem state.
 */
#include "hv/booke/spr.h"
#include "offsets.h"

#define GPR(n) (FRAME_GPR + 4 * (n))

	.section .text.vectors, "ax"
	.global	trap_vectors
	.balign	0x40
trap_vectors:

	.macro	vector num
	.org	trap_vectors + 0x40 * \num
	mtspr	SPR_SPRG1, 2
	mtspr	SPR_SPRG2, 12
	mfcr	12
	mtspr	SPR_SPRG9, 0
	mfspr	0, SPR_SRR1
	andi.	0, 0, MSR_PR
	li	0, \num
	bne	from_guest
	b	from_hv
	.endm

	/*
	 * Machine checks and critical interrupts may strike inside a base-level handler.  They end a partition or
	 * the hypervisor: there is no way back.
	 */
	.macro	critical num, srr0, srr1
	.org	trap_vectors + 0x40 * \num
	mtspr	SPR_SPRG8, 2
	mfspr	2, SPR_SPRG0
	stw	0, CORE_CRIT+GPR(0)(2)
	stw	1, CORE_CRIT+GPR(1)(2)
	stmw	3, CORE_CRIT+GPR(3)(2)
	mfspr	5, \srr0
	mfspr	6, \srr1
	li	4, \num
	b	critical_common
	.endm

	critical 0, SPR_CSRR0, SPR_CSRR1
	critical 1, SPR_MCSRR0, SPR_MCSRR1
	vector	2
	vector	3
	vector	4
	vector	5
	vector	6
	vector	7
	vector	8
	vector	9
	vector	10
	vector	11
	critical 12, SPR_CSRR0, SPR_CSRR1
	vector	13
	vector	14
	critical 15, SPR_DSRR0, SPR_DSRR1
	vector	35
	vector	36
	critical 37, SPR_CSRR0, SPR_CSRR1
	vector	40

	.org	trap_vectors + 0x40 * 41
from_guest:
	mfspr	2, SPR_SPRG0
	stw	12, FRAME_CR(2)
	stw	1, GPR(1)(2)
	stw	3, GPR(3)(2)
	stw	4, GPR(4)(2)
	stw	5, GPR(5)(2)
	stw	6, GPR(6)(2)
	stw	7, GPR(7)(2)
	stw	8, GPR(8)(2)
	stw	9, GPR(9)(2)
	stw	10, GPR(10)(2)
	stw	11, GPR(11)(2)
	stmw	13, GPR(13)(2)
	lwz	13, CORE_TRACE(2)
	mfspr	14, SPR_TBL_USER
	stw	0, TRACE_VECTOR(13)
	stw	11, TRACE_R11(13)
	stw	14, TRACE_TIME(13)
	addi	14, 13, TRACE_SIZE
	mfspr	4, SPR_SPRG1
	mfspr	5, SPR_SPRG2
	mfspr	6, SPR_SPRG9
	mflr	7
	mfctr	8
	mfxer	9
	mfspr	10, SPR_SRR0
	mfspr	11, SPR_SRR1
	stw	4, GPR(2)(2)
	stw	5, GPR(12)(2)
	stw	6, GPR(0)(2)
	stw	7, FRAME_LR(2)
	stw	8, FRAME_CTR(2)
	stw	9, FRAME_XER(2)
	stw	10, FRAME_PC(2)
	stw	11, FRAME_MSR(2)
	stw	10, TRACE_PC(13)
	rlwimi	13, 14, 0, 24, 27		/* a ring of 16, aligned to its size */
	stw	13, CORE_TRACE(2)
	lwz	12, CORE_FROM_GUEST(2)
	lwz	1, CORE_STACK_TOP(2)
	mtctr	12
	mr	3, 0
	bctrl

	/* Load core->guest and go there. */
	.global	trap_enter_guest
trap_enter_guest:
	lwz	4, FRAME_CR(2)
	lwz	7, FRAME_LR(2)
	lwz	8, FRAME_CTR(2)
	lwz	9, FRAME_XER(2)
	lwz	10, FRAME_PC(2)
	lwz	11, FRAME_MSR(2)
	mtcr	4
	mtlr	7
	mtctr	8
	mtxer	9
	mtspr	SPR_SRR0, 10
	mtspr	SPR_SRR1, 11
	lwz	0, GPR(0)(2)
	lwz	1, GPR(1)(2)
	lmw	3, GPR(3)(2)
	lwz	2, GPR(2)(2)
	rfi

from_hv:
	mfspr	2, SPR_SPRG0
	stwu	1, -(FRAME_SIZE+16)(1)
	stw	12, 8+FRAME_CR(1)
	mfspr	12, SPR_SPRG2
	stmw	3, 8+GPR(3)(1)
	mr	4, 0
	mfspr	0, SPR_SPRG9
	stw	0, 8+GPR(0)(1)
	mfspr	0, SPR_SPRG1
	stw	0, 8+GPR(2)(1)
	addi	0, 1, FRAME_SIZE+16
	stw	0, 8+GPR(1)(1)
	mflr	5
	mfctr	6
	mfxer	7
	mfspr	8, SPR_SRR0
	mfspr	9, SPR_SRR1
	stw	5, 8+FRAME_LR(1)
	stw	6, 8+FRAME_CTR(1)
	stw	7, 8+FRAME_XER(1)
	stw	8, 8+FRAME_PC(1)
	stw	9, 8+FRAME_MSR(1)
	addi	3, 1, 8
	bl	trap_from_hv
	lwz	0, 8+FRAME_CR(1)
	lwz	5, 8+FRAME_LR(1)
	lwz	6, 8+FRAME_CTR(1)
	lwz	7, 8+FRAME_XER(1)
	lwz	8, 8+FRAME_PC(1)
	lwz	9, 8+FRAME_MSR(1)
	mtcr	0
	mtlr	5
	mtctr	6
	mtxer	7
	mtspr	SPR_SRR0, 8
	mtspr	SPR_SRR1, 9
	lwz	0, 8+GPR(0)(1)
	lmw	3, 8+GPR(3)(1)
	addi	1, 1, FRAME_SIZE+16
	rfi

/* r4 vector, r5 and r6 saved pc and msr; never returns */
critical_common:
	stw	5, CORE_CRIT+FRAME_PC(2)
	stw	6, CORE_CRIT+FRAME_MSR(2)
	mfspr	7, SPR_SPRG8
	mfcr	8
	mflr	9
	mfctr	10
	mfxer	11
	stw	7, CORE_CRIT+GPR(2)(2)
	stw	8, CORE_CRIT+FRAME_CR(2)
	stw	9, CORE_CRIT+FRAME_LR(2)
	stw	10, CORE_CRIT+FRAME_CTR(2)
	stw	11, CORE_CRIT+FRAME_XER(2)
	addi	3, 2, CORE_CRIT
	lwz	1, CORE_STACK_TOP(2)
	bl	trap_critical

/*
 * void core_wait(void): the two labels bound the window in which an interrupt may already have come; from_hv
 * then returns behind `wait` (trap_from_hv moves the frame's pc).
 */
	.text
	.global	core_wait, core_wait_begin, core_wait_end
core_wait:
	mfmsr	3
	ori	4, 3, MSR_EE
	mtmsr	4
core_wait_begin:
	isync
	wait
core_wait_end:
	mtmsr	3
	isync
	blr

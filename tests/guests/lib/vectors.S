/* SPDX-License-Identifier: BSD-2-Clause */
/* Exception entries: save everything, call exception_handle(), restore. */
#include "tests/guests/lib/frame.h"
#include "tests/guests/lib/spr.h"

/* With r1 = frame, r3 saved and CR in r3: save the rest, go to C, leave through \exit. */
	.macro	handle num, saved_r1, srr0, srr1, exit
	stw	%r3, FRAME_CR(%r1)
	mfspr	%r3, \saved_r1
	stw	%r3, 0(%r1)
	stw	%r3, FRAME_GPR(1)(%r1)
	stw	%r0, FRAME_GPR(0)(%r1)
	stw	%r2, FRAME_GPR(2)(%r1)
	stmw	%r4, FRAME_GPR(4)(%r1)
	mfspr	%r4, \srr0
	stw	%r4, FRAME_PC(%r1)
	mfspr	%r4, \srr1
	stw	%r4, FRAME_MSR(%r1)
	mflr	%r4
	stw	%r4, FRAME_LR(%r1)
	mfctr	%r4
	stw	%r4, FRAME_CTR(%r1)
	mfxer	%r4
	stw	%r4, FRAME_XER(%r1)
	li	%r4, \num
	stw	%r4, FRAME_VECTOR(%r1)
	addi	%r3, %r1, FRAME_BASE
	bl	exception_handle
	b	\exit
	.endm

/* Interrupts of the normal level: from supervisor state on the current stack. */
	.macro	vector_normal num
	.balign	16
vector_\num:
	mtspr	SPR_SPRG0, %r1
	mtspr	SPR_SPRG1, %r3
	mfcr	%r3
	mfspr	%r1, SPR_SRR1
	andi.	%r1, %r1, MSR_PR
	mfspr	%r1, SPR_SPRG0
	beq	1f
	mfspr	%r1, SPR_SPRG2
1:	addi	%r1, %r1, -FRAME_SIZE
	stw	%r4, FRAME_GPR(4)(%r1)
	mfspr	%r4, SPR_SPRG1
	stw	%r4, FRAME_GPR(3)(%r1)
	lwz	%r4, FRAME_GPR(4)(%r1)
	handle \num, SPR_SPRG0, SPR_SRR0, SPR_SRR1, exit_normal
	.endm

/* Interrupts of the other levels have a stack and two registers of their own. */
	.macro	vector_level num, scratch, stack, srr0, srr1, exit
	.balign	16
vector_\num:
	mtspr	\scratch, %r1
	mfspr	%r1, \stack
	addi	%r1, %r1, -FRAME_SIZE
	stw	%r3, FRAME_GPR(3)(%r1)
	mfcr	%r3
	handle \num, \scratch, \srr0, \srr1, \exit
	.endm

	.macro	vector_critical num
	vector_level \num, SPR_SPRG4, SPR_SPRG5, SPR_CSRR0, SPR_CSRR1, exit_critical
	.endm

	.macro	exit name, srr0, srr1, return
\name:
	lwz	%r4, FRAME_PC(%r1)
	mtspr	\srr0, %r4
	lwz	%r4, FRAME_MSR(%r1)
	mtspr	\srr1, %r4
	lwz	%r4, FRAME_LR(%r1)
	mtlr	%r4
	lwz	%r4, FRAME_CTR(%r1)
	mtctr	%r4
	lwz	%r4, FRAME_XER(%r1)
	mtxer	%r4
	lwz	%r4, FRAME_CR(%r1)
	mtcr	%r4
	lwz	%r0, FRAME_GPR(0)(%r1)
	lwz	%r2, FRAME_GPR(2)(%r1)
	lmw	%r3, FRAME_GPR(3)(%r1)
	lwz	%r1, FRAME_GPR(1)(%r1)
	\return
	.endm

	.section .text.vectors, "ax"
	vector_critical 0
	vector_level 1, SPR_SPRG6, SPR_SPRG7, SPR_MCSRR0, SPR_MCSRR1, exit_machine_check
	vector_normal 2
	vector_normal 3
	vector_normal 4
	vector_normal 5
	vector_normal 6
	vector_normal 7
	vector_normal 8
	vector_normal 9
	vector_normal 10
	vector_normal 11
	vector_critical 12
	vector_normal 13
	vector_normal 14
	vector_level 15, SPR_SPRG8, SPR_SPRG9, SPR_DSRR0, SPR_DSRR1, exit_debug
	vector_normal 35
	vector_normal 36
	vector_critical 37

	exit	exit_normal, SPR_SRR0, SPR_SRR1, rfi
	exit	exit_critical, SPR_CSRR0, SPR_CSRR1, rfci
	exit	exit_machine_check, SPR_MCSRR0, SPR_MCSRR1, rfmci
	exit	exit_debug, SPR_DSRR0, SPR_DSRR1, rfdi

/* Point IVPR and the IVORs at the entries above, which stand in the first 32 KiB.  Changes r4. */
	.macro	install ivor, num
	li	%r4, vector_\num@l
	mtspr	\ivor, %r4
	.endm

	.globl	vectors_install
vectors_install:
	li	%r4, 0
	mtspr	SPR_IVPR, %r4
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	install	SPR_IVOR0 + \n, \n
	.endr
	install	SPR_IVOR35, 35
	install	SPR_IVOR36, 36
	install	SPR_IVOR37, 37
	blr

/* SPDX-License-Identifier: BSD-2-Clause */
/* void fpu_clear(void): zero every floating-point register and FPSCR, so that nothing of a former life is left. */
#include "hv/booke/spr.h"

	.section .rodata
	.balign	8
zero:	.long	0, 0

	.text
	.machine "e500mc"
	.global	fpu_clear
fpu_clear:
	mfmsr	3
	ori	4, 3, MSR_FP
	mtmsr	4
	isync
	lis	4, zero@h
	ori	4, 4, zero@l
	.set	n, 0
	.rept	32
	lfd	n, 0(4)
	.set	n, n + 1
	.endr
	mtfsf	0xff, 0
	mtmsr	3
	isync
	blr

/* void fpu_save(uint64_t *to), void fpu_load(const uint64_t *from): the registers, then FPSCR as 8 bytes. */
	.macro	all insn
	.set	n, 0
	.rept	32
	\insn	n, 8 * n(3)
	.set	n, n + 1
	.endr
	.endm

	.macro	with_fpu name
	.section .text.\name, "ax"
	.global	\name
\name:
	mfmsr	5
	ori	4, 5, MSR_FP
	mtmsr	4
	isync
	.endm

	with_fpu fpu_save
	all	stfd
	mffs	0
	stfd	0, 256(3)
	lfd	0, 0(3)
	mtmsr	5
	isync
	blr

	with_fpu fpu_load
	lfd	0, 256(3)
	mtfsf	0xff, 0
	all	lfd
	mtmsr	5
	isync
	blr

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

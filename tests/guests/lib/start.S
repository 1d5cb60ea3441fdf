/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entry of a guest (ePAPR 1.1 §5.4): r3 = tree, r6 = magic, r7 = size of the initial map, MSR = 0.
 * Linked at guest physical 0, mapped one to one.
 */
#include "tests/guests/lib/frame.h"
#include "tests/guests/lib/spr.h"

#define TEXT_PERMISSIONS (MAS3_SX | MAS3_SW | MAS3_SR)

	.section .text.start, "ax"
	.globl _start
_start:
	mr	%r24, %r3
	mr	%r25, %r6
	mr	%r26, %r7
	bl	map_self

	lis	%r4, __bss_start@ha
	addi	%r4, %r4, __bss_start@l
	lis	%r5, __bss_end@ha
	addi	%r5, %r5, __bss_end@l
	li	%r0, 0
1:	cmplw	%r4, %r5
	bge	2f
	stw	%r0, 0(%r4)
	addi	%r4, %r4, 4
	b	1b

2:	li	%r3, 0
	bl	set_stacks
	bl	vectors_install
	mr	%r3, %r24
	mr	%r4, %r25
	mr	%r5, %r26
	bl	guest_main
3:	b	3b

/* A secondary vCPU, released through the spin table with r3 = its number. */
	.globl secondary_start
secondary_start:
	mr	%r24, %r3
	bl	map_self
	mr	%r3, %r24
	bl	set_stacks
	bl	vectors_install
	mr	%r3, %r24
	bl	secondary_main
4:	b	4b

/*
 * Replace whatever maps this code by one 64 MiB entry in slot 0 of TLB1 and nothing else.  Entries must
 * not overlap, so meanwhile it runs in address space 1, from the last slot.  Changes r4-r10.
 */
map_self:
	mfspr	%r10, SPR_TLB1CFG
	andi.	%r10, %r10, 0xfff
	addi	%r10, %r10, -1
	slwi	%r10, %r10, MAS0_ESEL_SHIFT
	oris	%r10, %r10, MAS0_TLB1@h		/* r10: MAS0 of the last slot */
	lis	%r9, (MAS1_VALID | MAS1_IPROT)@h
	ori	%r9, %r9, TLB_SIZE_64M << MAS1_TSIZE_SHIFT
	ori	%r8, %r9, MAS1_TS
	li	%r7, MAS2_M
	li	%r6, TEXT_PERMISSIONS
	li	%r5, 0
	mtspr	SPR_PID, %r5
	mtspr	SPR_MAS0, %r10
	mtspr	SPR_MAS1, %r8
	mtspr	SPR_MAS2, %r7
	mtspr	SPR_MAS3, %r6
	mtspr	SPR_MAS7, %r5
	isync
	tlbwe
	isync
	lis	%r4, 2f@ha
	addi	%r4, %r4, 2f@l
	li	%r8, MSR_IS | MSR_DS
	mtspr	SPR_SRR0, %r4
	mtspr	SPR_SRR1, %r8
	rfi

2:	mtspr	SPR_MAS1, %r5			/* clear every slot but the last */
	mr	%r8, %r10
3:	addis	%r8, %r8, -(1 << (MAS0_ESEL_SHIFT - 16))
	mtspr	SPR_MAS0, %r8
	isync
	tlbwe
	andis.	%r0, %r8, 0x0fff
	bne	3b
	mtspr	SPR_MAS1, %r9			/* slot 0 is next in MAS0 */
	isync
	tlbwe
	isync
	msync
	lis	%r4, 4f@ha
	addi	%r4, %r4, 4f@l
	mtspr	SPR_SRR0, %r4
	mtspr	SPR_SRR1, %r5
	rfi

4:	mtspr	SPR_MAS0, %r10			/* back in address space 0: drop the helper */
	mtspr	SPR_MAS1, %r5
	isync
	tlbwe
	isync
	blr

/* Give vCPU r3 its stacks, one for each level of interrupt.  Changes r4, r5. */
set_stacks:
	mulli	%r4, %r3, STACK_SIZE
	lis	%r5, stacks + STACK_SIZE - 16@ha
	addi	%r5, %r5, stacks + STACK_SIZE - 16@l
	add	%r1, %r5, %r4
	li	%r0, 0
	stw	%r0, 0(%r1)
	mulli	%r4, %r3, 4 * LEVEL_STACK_SIZE
	lis	%r5, level_stacks + LEVEL_STACK_SIZE - 16@ha
	addi	%r5, %r5, level_stacks + LEVEL_STACK_SIZE - 16@l
	add	%r5, %r5, %r4
	mtspr	SPR_SPRG2, %r5
	addi	%r5, %r5, LEVEL_STACK_SIZE
	mtspr	SPR_SPRG5, %r5
	addi	%r5, %r5, LEVEL_STACK_SIZE
	mtspr	SPR_SPRG7, %r5
	addi	%r5, %r5, LEVEL_STACK_SIZE
	mtspr	SPR_SPRG9, %r5
	blr

	.bss
	.balign	16
stacks:
	.space	MAX_VCPUS * STACK_SIZE
level_stacks:
	.space	MAX_VCPUS * 4 * LEVEL_STACK_SIZE

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where U-Boot, QEMU or another copy of the hypervisor enters (ePAPR 1.1 section 5: r3 = hardware tree), and
 * where the spin table sends the other cores.  The code runs at any address, finds out where it is, builds the
 * hypervisor's address space and goes there:
 *
 *   1. from the loader's mapping in AS 0 to a temporary entry in AS 1 (a restart enters in AS 1 already);
 *   2. drop everything but that entry, map text and data in AS 0, and go there;
 *   3. drop the temporary entry.
 */
#include "hv/booke/spr.h"
#include "hv/booke/tlb.h"
#include "offsets.h"

#define BOOT_MAS1 (MAS1_VALID | MAS1_IPROT | TSIZE_256K << MAS1_TSIZE_SHIFT)

	.macro	load_word reg, value
	lis	\reg, (\value)@h
	ori	\reg, \reg, (\value)@l
	.endm

	.section .text.entry, "ax"
	.global	_start
_start:
	li	28, 0
	b	common

	.global	secondary_start
secondary_start:
	li	28, 1
common:
	mr	29, 3
	mfmsr	4
	andi.	4, 4, MSR_IS|MSR_DS	/* every interrupt off */
	mtmsr	4
	isync
	bl	1f
1:	mflr	30

	/* r31, r27: true physical address of _start, low and high word; r26: the TLB1 entry that maps us */
	mfspr	5, SPR_PID
	slwi	5, 5, MAS6_SPID_SHIFT
	rlwimi	5, 4, 27, 31, 31	/* MSR[IS] to MAS6[SAS] */
	mtspr	SPR_MAS6, 5
	isync
	tlbsx	0, 30
	mfspr	6, SPR_MAS1
	mfspr	7, SPR_MAS3
	mfspr	27, SPR_MAS7
	mfspr	26, SPR_MAS0
	rlwinm	26, 26, 16, 20, 31
	rlwinm	6, 6, 24, 28, 31	/* TSIZE */
	slwi	6, 6, 1
	addi	6, 6, 10
	li	8, 1
	slw	8, 8, 6
	addi	8, 8, -1		/* page size - 1; a 4 GiB page gives all ones */
	andc	7, 7, 8
	and	9, 30, 8
	or	31, 7, 9
	load_word 10, 1b - _start
	subf	31, 10, 31
	andi.	4, 4, MSR_IS
	bne	2f

	/* 1. */
	cmpwi	26, TLB1_BOOT
	li	26, TLB1_BOOT
	bne	7f
	li	26, TLB1_BOOT - 1
7:	slwi	5, 26, MAS0_ESEL_SHIFT
	oris	5, 5, MAS0_TLBSEL1@h
	mtspr	SPR_MAS0, 5
	load_word 5, BOOT_MAS1 | MAS1_TS
	mtspr	SPR_MAS1, 5
	rlwinm	5, 30, 0, 0, 13		/* 256 KiB page of this code */
	ori	5, 5, MAS2_M
	mtspr	SPR_MAS2, 5
	ori	5, 31, MAS3_SX | MAS3_SR | MAS3_SW
	mtspr	SPR_MAS3, 5
	mtspr	SPR_MAS7, 27
	isync
	tlbwe
	isync
	addi	6, 30, 2f - 1b
	mtspr	SPR_SRR0, 6
	li	6, MSR_IS | MSR_DS
	mtspr	SPR_SRR1, 6
	rfi

	/* 2. */
2:	li	5, 0
	mtspr	SPR_PID, 5
	mfspr	6, SPR_TLB1CFG
	andi.	6, 6, 0xfff
	mtctr	6
	li	7, 0
3:	cmpw	7, 26
	beq	4f
	slwi	8, 7, MAS0_ESEL_SHIFT
	oris	8, 8, MAS0_TLBSEL1@h
	mtspr	SPR_MAS0, 8
	mtspr	SPR_MAS1, 5
	mtspr	SPR_MAS2, 5
	mtspr	SPR_MAS3, 5
	mtspr	SPR_MAS7, 5
	isync
	tlbwe
4:	addi	7, 7, 1
	bdnz	3b
	li	8, MMUCSR0_TLB0_FI
	mtspr	SPR_MMUCSR0, 8
	isync
	msync

	load_word 5, MAS0_TLBSEL1 | TLB1_TEXT << MAS0_ESEL_SHIFT
	mtspr	SPR_MAS0, 5
	load_word 5, BOOT_MAS1
	mtspr	SPR_MAS1, 5
	load_word 6, HV_TEXT_VA | MAS2_M
	mtspr	SPR_MAS2, 6
	ori	7, 31, MAS3_SX | MAS3_SR
	mtspr	SPR_MAS3, 7
	mtspr	SPR_MAS7, 27
	isync
	tlbwe
	load_word 6, MAS0_TLBSEL1 | TLB1_DATA << MAS0_ESEL_SHIFT
	mtspr	SPR_MAS0, 6
	load_word 6, HV_DATA_VA | MAS2_M
	mtspr	SPR_MAS2, 6
	addis	7, 31, HV_SEGMENT_SIZE@h
	ori	7, 7, MAS3_SR | MAS3_SW
	mtspr	SPR_MAS3, 7
	isync
	tlbwe
	isync
	load_word 6, 5f
	mtspr	SPR_SRR0, 6
	li	6, 0
	mtspr	SPR_SRR1, 6
	rfi

	/* 3. */
5:	slwi	8, 26, MAS0_ESEL_SHIFT
	oris	8, 8, MAS0_TLBSEL1@h
	mtspr	SPR_MAS0, 8
	li	8, 0
	mtspr	SPR_MAS1, 8
	isync
	tlbwe
	isync
	cmpwi	28, 0
	bne	6f

	load_word 3, bss_start
	load_word 5, bss_end
	subf	5, 3, 5
	li	4, 0
	load_word 1, boot_stack + 8192 - 16
	stw	4, 0(1)
	bl	memset
	load_word 2, boot_core
	mtspr	SPR_SPRG0, 2
	load_word 1, boot_stack + 8192 - 16
	stw	1, CORE_STACK_TOP(2)
	mr	3, 29
	mr	5, 27
	mr	6, 31
	bl	boot_main

	/* The other cores: first the mappings that the boot core has made; their structs and stacks are there. */
6:	load_word 4, tlb_global
	load_word 5, tlb_num_global
	lwz	5, 0(5)
	mtctr	5
	lis	6, (MAS0_TLBSEL1 | TLB1_FIRST_GLOBAL << MAS0_ESEL_SHIFT)@h
8:	lwz	7, 0(4)
	lwz	8, 4(4)
	lwz	9, 8(4)
	lwz	10, 12(4)
	mtspr	SPR_MAS0, 6
	mtspr	SPR_MAS1, 7
	mtspr	SPR_MAS2, 8
	mtspr	SPR_MAS3, 9
	mtspr	SPR_MAS7, 10
	isync
	tlbwe
	addi	4, 4, 16
	addis	6, 6, (1 << MAS0_ESEL_SHIFT)@h
	bdnz	8b
	isync

	mfspr	3, SPR_PIR
	slwi	3, 3, 2
	load_word 4, cores
	lwzx	2, 4, 3
	mtspr	SPR_SPRG0, 2
	lwz	1, CORE_STACK_TOP(2)
	bl	boot_secondary

/*
 * void entry_restart(uint32_t fdt, uint32_t _, uint32_t tpa_high, uint32_t tpa_low): enter the copy of the
 * hypervisor at a true physical address, as a loader would, through a temporary entry in AS 1.
 */
	.global	entry_restart
entry_restart:
	load_word 7, MAS0_TLBSEL1 | TLB1_BOOT << MAS0_ESEL_SHIFT
	mtspr	SPR_MAS0, 7
	load_word 7, BOOT_MAS1 | MAS1_TS
	mtspr	SPR_MAS1, 7
	load_word 7, HV_TEXT_VA | MAS2_M
	mtspr	SPR_MAS2, 7
	ori	6, 6, MAS3_SX | MAS3_SR | MAS3_SW
	mtspr	SPR_MAS3, 6
	mtspr	SPR_MAS7, 5
	isync
	tlbwe
	isync
	load_word 7, HV_TEXT_VA
	mtspr	SPR_SRR0, 7
	li	7, MSR_IS | MSR_DS
	mtspr	SPR_SRR1, 7
	rfi

/* SPDX-License-Identifier: BSD-2-Clause */
/* Book-E special purpose registers and bits that guests use; for C and for assembler. */
#ifndef TESTS_GUESTS_LIB_SPR_H
#define TESTS_GUESTS_LIB_SPR_H

#define SPR_DEC 22
#define SPR_SRR0 26
#define SPR_SRR1 27
#define SPR_PID 48
#define SPR_DECAR 54
#define SPR_CSRR0 58
#define SPR_CSRR1 59
#define SPR_DEAR 61
#define SPR_ESR 62
#define SPR_IVPR 63
#define SPR_TBL 268
#define SPR_TBU 269
#define SPR_SPRG0 272 /* normal level: r1 of the interrupted code */
#define SPR_SPRG1 273 /* normal level: r3 */
#define SPR_SPRG2 274 /* normal level: stack for interrupts from user state */
#define SPR_SPRG4 276 /* critical level: r1 */
#define SPR_SPRG5 277 /* critical level: stack */
#define SPR_SPRG6 278 /* machine check level: r1 */
#define SPR_SPRG7 279 /* machine check level: stack */
#define SPR_PIR 286
#define SPR_PVR 287
#define SPR_TSR 336
#define SPR_LPIDR 338
#define SPR_TCR 340
#define SPR_IVOR0 400 /* to IVOR15 = 415 */
#define SPR_IVOR35 531
#define SPR_IVOR36 532
#define SPR_IVOR37 533
#define SPR_MCARU 569
#define SPR_MCSRR0 570
#define SPR_MCSRR1 571
#define SPR_MCSR 572
#define SPR_MCAR 573
#define SPR_DSRR0 574
#define SPR_DSRR1 575
#define SPR_SPRG8 604 /* debug level: r1 */
#define SPR_SPRG9 605 /* debug level: stack */
#define SPR_MAS0 624
#define SPR_MAS1 625
#define SPR_MAS2 626
#define SPR_MAS3 627
#define SPR_MAS4 628
#define SPR_MAS6 630
#define SPR_TLB0CFG 688
#define SPR_TLB1CFG 689
#define SPR_EPR 702
#define SPR_MAS7 944

#define MSR_CE 0x00020000
#define MSR_EE 0x00008000
#define MSR_PR 0x00004000
#define MSR_ME 0x00001000
#define MSR_IS 0x00000020
#define MSR_DS 0x00000010

#define MAS0_TLB1 0x10000000
#define MAS0_ESEL_SHIFT 16
#define MAS1_VALID 0x80000000
#define MAS1_IPROT 0x40000000
#define MAS1_TID_SHIFT 16
#define MAS1_TS 0x00001000
#define MAS1_TSIZE_SHIFT 8 /* 4^n KiB */
#define MAS2_I 0x8
#define MAS2_M 0x4
#define MAS2_G 0x2
#define MAS3_UX 0x20
#define MAS3_SX 0x10
#define MAS3_UW 0x08
#define MAS3_SW 0x04
#define MAS3_UR 0x02
#define MAS3_SR 0x01

#define TLB_SIZE_4K 1
#define TLB_SIZE_16M 7
#define TLB_SIZE_64M 8

#define TCR_WIE 0x08000000
#define TCR_FIE 0x00800000
#define TCR_WRC_CHIP 0x20000000
#define TCR_DIE 0x04000000
/* Periods, by the bit of the time base, counted from the lowest, that rises. */
#define TCR_WATCHDOG(bit) ((63 - (uint32_t)(bit)) << 30 | ((63 - (uint32_t)(bit)) & 0x3c) << 15)
#define TCR_FIT(bit) (((63 - (uint32_t)(bit)) & 3) << 24 | ((63 - (uint32_t)(bit)) & 0x3c) << 11)
#define TCR_ARE 0x00400000
#define TSR_ENW 0x80000000
#define TSR_WIS 0x40000000
#define TSR_DIS 0x08000000
#define TSR_FIS 0x04000000

#define MESSAGE_CRITICAL 0x08000000 /* of msgsnd */

#define ESR_PPR 0x04000000
#define ESR_PIL 0x08000000
#define ESR_ST 0x00800000

#ifndef __ASSEMBLER__
#include <stdint.h>

#define spr_read(spr)                                                                              \
	({                                                                                         \
		uint32_t spr_value_;                                                               \
		__asm__ volatile("mfspr %0, %1" : "=r"(spr_value_) : "i"(spr) : "memory");         \
		spr_value_;                                                                        \
	})
#define spr_write(spr, value)                                                                      \
	__asm__ volatile("mtspr %0, %1" : : "i"(spr), "r"((uint32_t)(value)) : "memory")

static inline uint32_t msr_read(void)
{
	uint32_t msr;

	__asm__ volatile("mfmsr %0" : "=r"(msr) : : "memory");
	return msr;
}

static inline void msr_write(uint32_t msr)
{
	__asm__ volatile("mtmsr %0; isync" : : "r"(msr) : "memory");
}
#endif

#endif

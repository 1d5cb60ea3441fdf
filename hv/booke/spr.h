/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Special purpose registers and the bits of MSR, MAS, TCR, ESR and MCSR.
 * Source: Power ISA 2.06 Book III-E, e500mc core reference manual.
 */
#ifndef HV_BOOKE_SPR_H
#define HV_BOOKE_SPR_H

#define SPR_XER 1
#define SPR_LR 8
#define SPR_CTR 9
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
#define SPR_USPRG0 256
#define SPR_SPRG3_USER 259
#define SPR_SPRG4_USER 260
#define SPR_SPRG7_USER 263
#define SPR_TBL_USER 268
#define SPR_TBU_USER 269
#define SPR_SPRG0 272
#define SPR_SPRG1 273
#define SPR_SPRG2 274
#define SPR_SPRG3 275
#define SPR_SPRG4 276
#define SPR_SPRG5 277
#define SPR_SPRG6 278
#define SPR_SPRG7 279
#define SPR_TBL 284
#define SPR_TBU 285
#define SPR_PIR 286
#define SPR_PVR 287
#define SPR_DBSR 304
#define SPR_DBCR0 308
#define SPR_DBCR1 309
#define SPR_DBCR2 310
#define SPR_IAC1 312
#define SPR_IAC2 313
#define SPR_DAC1 316
#define SPR_DAC2 317
#define SPR_TSR 336
#define SPR_TCR 340
#define SPR_IVOR0 400
#define SPR_IVOR15 415
#define SPR_ATBL 526
#define SPR_ATBU 527
#define SPR_IVOR32 528
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
#define SPR_SPRG8 604
#define SPR_SPRG9 605
#define SPR_MAS0 624
#define SPR_MAS1 625
#define SPR_MAS2 626
#define SPR_MAS3 627
#define SPR_MAS4 628
#define SPR_MAS6 630
#define SPR_PID1 633
#define SPR_PID2 634
#define SPR_TLB0CFG 688
#define SPR_TLB1CFG 689
#define SPR_EPR 702
#define SPR_L2CFG0 519
#define SPR_L1CFG0 515
#define SPR_L1CFG1 516
#define SPR_MAS7 944
#define SPR_EPLC 947
#define SPR_EPSC 948
#define SPR_L1CSR2 606
#define SPR_L1CSR3 607
#define SPR_HID0 1008
#define SPR_HID1 1009
#define SPR_L1CSR0 1010
#define SPR_L1CSR1 1011
#define SPR_MMUCSR0 1012
#define SPR_BUCSR 1013
#define SPR_MMUCFG 1015
#define SPR_L2CSR0 1017
#define SPR_L2CSR1 1018
#define SPR_SVR 1023

#define MSR_GS 0x10000000
#define MSR_UCLE 0x04000000
#define MSR_CE 0x00020000
#define MSR_EE 0x00008000
#define MSR_PR 0x00004000
#define MSR_FP 0x00002000
#define MSR_ME 0x00001000
#define MSR_FE0 0x00000800
#define MSR_DE 0x00000200
#define MSR_FE1 0x00000100
#define MSR_IS 0x00000020
#define MSR_DS 0x00000010
#define MSR_PMM 0x00000004

#define MAS0_TLBSEL1 0x10000000
#define MAS0_TLBSEL_MASK 0x30000000
#define MAS0_TLBSEL_SHIFT 28
#define MAS0_ESEL_MASK 0x0fff0000
#define MAS0_ESEL_SHIFT 16
#define MAS0_NV_MASK 0x00000fff

#define MAS1_VALID 0x80000000
#define MAS1_IPROT 0x40000000
#define MAS1_TID_MASK 0x00ff0000
#define MAS1_TID_SHIFT 16
#define MAS1_TS 0x00001000
#define MAS1_TSIZE_MASK 0x00000f00
#define MAS1_TSIZE_SHIFT 8 /* a page is 4^TSIZE KiB */

#define TSIZE_4K 1
#define TSIZE_256K 4
#define TSIZE_1M 5
#define TSIZE_4M 6
#define TSIZE_16M 7
#define TSIZE_1G 10
#define TSIZE_4G 11

#define MAS2_EPN_MASK 0xfffff000
#define MAS2_W 0x10
#define MAS2_I 0x08
#define MAS2_M 0x04
#define MAS2_G 0x02
#define MAS2_E 0x01
#define MAS2_WIMGE 0x1f

#define MAS3_RPN_MASK 0xfffff000
#define MAS3_UX 0x20
#define MAS3_SX 0x10
#define MAS3_UW 0x08
#define MAS3_SW 0x04
#define MAS3_UR 0x02
#define MAS3_SR 0x01

#define MAS6_SPID_SHIFT 16
#define MAS6_SAS 0x1

#define MMUCSR0_TLB0_FI 0x4
#define MMUCSR0_TLB1_FI 0x2

#define EPC_EPR 0x80000000 /* access as problem state */
#define EPC_EAS 0x40000000
#define EPC_PID_MASK 0x3fff

#define TCR_WIE 0x08000000
#define TCR_DIE 0x04000000
#define TCR_FIE 0x00800000
#define TCR_ARE 0x00400000
#define TCR_WRC_MASK 0x30000000
#define TCR_WRC_RESET 0x20000000

#define TSR_ENW 0x80000000
#define TSR_WIS 0x40000000
#define TSR_WRS_MASK 0x30000000
#define TSR_DIS 0x08000000
#define TSR_FIS 0x04000000

#define ESR_PIL 0x08000000
#define ESR_PPR 0x04000000
#define ESR_PTR 0x02000000
#define ESR_FP 0x01000000
#define ESR_ST 0x00800000
#define ESR_DLK 0x00200000
#define ESR_BO 0x00020000

#define DBCR0_IDM 0x40000000
#define DBCR0_ICMP 0x08000000

#define MCSR_MCP 0x80000000
#define MCSR_NMI 0x00100000
#define MCSR_MAV 0x00080000
#define MCSR_MEA 0x00040000
#define MCSR_IF 0x00010000
#define MCSR_LD 0x00008000
#define MCSR_ST 0x00004000

#ifndef __ASSEMBLER__
#include <stdint.h>

/* @n must be a constant: the number is part of the instruction. */
#define mfspr(n)                                                                                   \
	({                                                                                         \
		uint32_t v_;                                                                       \
		__asm__ volatile("mfspr %0, %1" : "=r"(v_) : "i"(n) : "memory");                   \
		v_;                                                                                \
	})
#define mtspr(n, v) __asm__ volatile("mtspr %0, %1" : : "i"(n), "r"((uint32_t)(v)) : "memory")

static inline uint32_t mfmsr(void)
{
	uint32_t v;
	__asm__ volatile("mfmsr %0" : "=r"(v) : : "memory");
	return v;
}

static inline void mtmsr(uint32_t v)
{
	__asm__ volatile("mtmsr %0\n\tisync" : : "r"(v) : "memory");
}
#endif

#endif

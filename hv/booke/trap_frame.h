/* SPDX-License-Identifier: BSD-2-Clause */
/* What a trap saves. */
#ifndef HV_BOOKE_TRAP_FRAME_H
#define HV_BOOKE_TRAP_FRAME_H

#include <stdint.h>

struct trap_frame {
	uint32_t gpr[32];
	uint32_t cr, xer, lr, ctr;
	uint32_t pc;  /* SRR0, CSRR0 or MCSRR0 */
	uint32_t msr; /* SRR1, CSRR1 or MCSRR1: the real MSR, not the guest's idea of it */
};

/* Vector numbers: those of the IVORs. */
enum trap_vector {
	TRAP_CRITICAL = 0,
	TRAP_MACHINE_CHECK = 1,
	TRAP_DATA_STORAGE = 2,
	TRAP_INST_STORAGE = 3,
	TRAP_EXTERNAL = 4,
	TRAP_ALIGNMENT = 5,
	TRAP_PROGRAM = 6,
	TRAP_FP_UNAVAILABLE = 7,
	TRAP_SYSTEM_CALL = 8,
	TRAP_APU_UNAVAILABLE = 9,
	TRAP_DECREMENTER = 10,
	TRAP_FIT = 11,
	TRAP_WATCHDOG = 12,
	TRAP_DATA_TLB = 13,
	TRAP_INST_TLB = 14,
	TRAP_DEBUG = 15,
	TRAP_PERFMON = 35,
	TRAP_DOORBELL = 36,
	TRAP_DOORBELL_CRITICAL = 37,
	TRAP_HV_SYSTEM_CALL = 40,
	TRAP_VECTORS = 41,
};

#endif

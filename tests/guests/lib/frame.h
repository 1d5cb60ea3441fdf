/* SPDX-License-Identifier: BSD-2-Clause */
/* What an exception saves: offsets from the stack pointer for vectors.S, the same as a struct for
 * C. */
#ifndef TESTS_GUESTS_LIB_FRAME_H
#define TESTS_GUESTS_LIB_FRAME_H

#define FRAME_BASE                                                                                 \
	16 /* back chain and the callee's LR come first; the stack stays 16-byte aligned */
#define FRAME_GPR(n) (FRAME_BASE + 4 * (n))
#define FRAME_PC (FRAME_BASE + 128)
#define FRAME_MSR (FRAME_BASE + 132)
#define FRAME_LR (FRAME_BASE + 136)
#define FRAME_CTR (FRAME_BASE + 140)
#define FRAME_XER (FRAME_BASE + 144)
#define FRAME_CR (FRAME_BASE + 148)
#define FRAME_VECTOR (FRAME_BASE + 152)
#define FRAME_SIZE 176

#define MAX_VCPUS 8
#define STACK_SIZE 16384
#define LEVEL_STACK_SIZE 4096 /* critical, machine check, debug */

/* IVOR numbers */
#define VECTOR_CRITICAL 0
#define VECTOR_MACHINE_CHECK 1
#define VECTOR_DATA_STORAGE 2
#define VECTOR_INSTRUCTION_STORAGE 3
#define VECTOR_EXTERNAL 4
#define VECTOR_ALIGNMENT 5
#define VECTOR_PROGRAM 6
#define VECTOR_FP_UNAVAILABLE 7
#define VECTOR_SYSTEM_CALL 8
#define VECTOR_APU_UNAVAILABLE 9
#define VECTOR_DECREMENTER 10
#define VECTOR_FIT 11
#define VECTOR_WATCHDOG 12
#define VECTOR_DATA_TLB 13
#define VECTOR_INSTRUCTION_TLB 14
#define VECTOR_DEBUG 15
#define VECTOR_PERFORMANCE 35
#define VECTOR_DOORBELL 36
#define VECTOR_DOORBELL_CRITICAL 37
#define MAX_VECTORS 38

#ifndef __ASSEMBLER__
#include <stdint.h>

struct frame {
	uint32_t gpr[32];
	uint32_t pc, msr, lr, ctr, xer, cr;
	uint32_t vector;
};
#endif

#endif

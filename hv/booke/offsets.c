/* SPDX-License-Identifier: BSD-2-Clause */
/* Compiled to assembler and filtered into offsets.h: the layout that trap.S and entry.S rely on. */
#include <stddef.h>

#include "hv/booke/core.h"

#define OFFSET(name, type, member)                                                                 \
	__asm__ volatile("\n@define " #name " %0" : : "i"(offsetof(type, member)))

void offsets(void);
void offsets(void)
{
	OFFSET(FRAME_GPR, struct trap_frame, gpr);
	OFFSET(FRAME_CR, struct trap_frame, cr);
	OFFSET(FRAME_XER, struct trap_frame, xer);
	OFFSET(FRAME_LR, struct trap_frame, lr);
	OFFSET(FRAME_CTR, struct trap_frame, ctr);
	OFFSET(FRAME_PC, struct trap_frame, pc);
	OFFSET(FRAME_MSR, struct trap_frame, msr);
	__asm__ volatile("\n@define FRAME_SIZE %0" : : "i"(sizeof(struct trap_frame)));
	OFFSET(CORE_STACK_TOP, struct core, stack_top);
	OFFSET(CORE_TRACE, struct core, trace);
	OFFSET(CORE_FROM_GUEST, struct core, from_guest);
	OFFSET(TRACE_TIME, struct core_trace, time);
	OFFSET(TRACE_PC, struct core_trace, pc);
	OFFSET(TRACE_VECTOR, struct core_trace, vector);
	OFFSET(TRACE_R11, struct core_trace, r11);
	__asm__ volatile("\n@define TRACE_SIZE %0" : : "i"(sizeof(struct core_trace)));
	OFFSET(CORE_CRIT, struct core, crit);
}

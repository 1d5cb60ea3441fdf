/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupts that are the hypervisor's own, and traps in the hypervisor. */
#include "hv/booke/core.h"
#include "hv/booke/spr.h"
#include "hv/booke/trap.h"
#include "hv/console/panic.h"
#include "hv/irq/mpic.h"
#include "hv/vcpu/vcpu.h"

extern const uint32_t trap_fixups[], trap_fixups_end[]; /* pairs: faulting pc, where to go on */
extern const char core_wait_begin[], core_wait_end[];

_Bool trap_interrupt(enum trap_vector vector)
{
	switch (vector) {
	case TRAP_EXTERNAL:
		mpic_handle();
		return 1;
	case TRAP_DOORBELL:
		/* Only says: look at core->work. */
		if (panic_pending())
			panic_stop();
		return 1;
	case TRAP_DECREMENTER:
		vcpu_decrementer(this_core->vcpu);
		return 1;
	default:
		return 0;
	}
}

static const char *vector_name(enum trap_vector vector)
{
	static const char *const names[] = {
		[TRAP_CRITICAL] = "critical interrupt",
		[TRAP_MACHINE_CHECK] = "machine check",
		[TRAP_DATA_STORAGE] = "data storage fault",
		[TRAP_INST_STORAGE] = "instruction storage fault",
		[TRAP_ALIGNMENT] = "alignment fault",
		[TRAP_PROGRAM] = "program interrupt",
		[TRAP_DATA_TLB] = "data access to nowhere",
		[TRAP_INST_TLB] = "instruction fetch from nowhere",
	};

	return vector < sizeof(names) / sizeof(names[0]) && names[vector] ? names[vector]
									  : "unexpected trap";
}

void trap_from_hv(struct trap_frame *frame, enum trap_vector vector)
{
	if (trap_interrupt(vector)) {
		if (frame->pc >= (uint32_t)core_wait_begin && frame->pc < (uint32_t)core_wait_end)
			frame->pc = (uint32_t)core_wait_end;
		return;
	}
	for (const uint32_t *fixup = trap_fixups; fixup < trap_fixups_end; fixup += 2) {
		if (frame->pc == fixup[0]) {
			frame->pc = fixup[1];
			return;
		}
	}
	panic_trap(frame, vector_name(vector));
}

void trap_critical(struct trap_frame *frame, enum trap_vector vector)
{
	if (vector == TRAP_DEBUG && frame->msr & MSR_PR)
		vcpu_stepped(frame);
	panic_trap(frame, vector_name(vector));
}

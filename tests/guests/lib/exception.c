/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/guests/lib/exception.h"

#include <stddef.h>

#include "tests/guests/lib/print.h"
#include "tests/guests/lib/spr.h"

#define MCSR_IF 0x00010000 /* instruction fetch */

static const char *const names[MAX_VECTORS] = {
	[VECTOR_CRITICAL] = "critical input",
	[VECTOR_MACHINE_CHECK] = "machine check",
	[VECTOR_DATA_STORAGE] = "data storage",
	[VECTOR_INSTRUCTION_STORAGE] = "instruction storage",
	[VECTOR_EXTERNAL] = "external input",
	[VECTOR_ALIGNMENT] = "alignment",
	[VECTOR_PROGRAM] = "program",
	[VECTOR_FP_UNAVAILABLE] = "floating point unavailable",
	[VECTOR_SYSTEM_CALL] = "system call",
	[VECTOR_APU_UNAVAILABLE] = "APU unavailable",
	[VECTOR_DECREMENTER] = "decrementer",
	[VECTOR_FIT] = "fixed interval timer",
	[VECTOR_WATCHDOG] = "watchdog",
	[VECTOR_DATA_TLB] = "data TLB error",
	[VECTOR_INSTRUCTION_TLB] = "instruction TLB error",
	[VECTOR_DEBUG] = "debug",
	[VECTOR_PERFORMANCE] = "performance monitor",
	[VECTOR_DOORBELL] = "processor doorbell",
	[VECTOR_DOORBELL_CRITICAL] = "critical processor doorbell",
};

static exception_handler *handlers[MAX_VECTORS];

/* Each vCPU uses its own entry only. */
static struct {
	bool armed;
	unsigned int hits;
	struct exception first;
} probes[MAX_VCPUS];

static const struct context *recovery;

/* Where idle() may be interrupted between looking at its flag and waiting. */
extern const char idle_begin[], idle_end[];

/* Called by vectors.S. */
void exception_handle(struct frame *frame);

exception_handler *exception_set_handler(unsigned int vector, exception_handler *handler)
{
	exception_handler *former = handlers[vector];

	handlers[vector] = handler;
	return former;
}

const char *exception_name(unsigned int vector)
{
	return vector < MAX_VECTORS && names[vector] ? names[vector] : "unknown";
}

static unsigned int this_vcpu(void)
{
	return spr_read(SPR_PIR) % MAX_VCPUS;
}

void probe_begin(void)
{
	unsigned int vcpu = this_vcpu();

	probes[vcpu].hits = 0;
	probes[vcpu].armed = true;
	__asm__ volatile("" : : : "memory");
}

unsigned int probe_end(struct exception *exception)
{
	unsigned int vcpu = this_vcpu();

	__asm__ volatile("" : : : "memory");
	probes[vcpu].armed = false;
	*exception = probes[vcpu].first;
	return probes[vcpu].hits;
}

void exception_recover_to(const struct context *context)
{
	recovery = context;
}

void exception_redirect(struct frame *frame, const struct context *context)
{
	frame->pc = (uint32_t)(uintptr_t)context_restore;
	/* With interrupts on, it must have its own stack from the first instruction, not the one of
	 * a user. */
	frame->gpr[1] = context->sp;
	frame->gpr[3] = (uint32_t)(uintptr_t)context;
	frame->msr = (frame->msr & MSR_ME) | MSR_CE | MSR_EE;
}

static struct exception describe(const struct frame *frame)
{
	struct exception exception = {
		.vector = frame->vector,
		.pc = frame->pc,
		.msr = frame->msr,
	};

	if (frame->vector == VECTOR_MACHINE_CHECK) {
		exception.mcsr = spr_read(SPR_MCSR);
		exception.mcar = (uint64_t)spr_read(SPR_MCARU) << 32 | spr_read(SPR_MCAR);
		spr_write(SPR_MCSR, exception.mcsr);
	} else {
		exception.esr = spr_read(SPR_ESR);
		exception.dear = spr_read(SPR_DEAR);
	}
	return exception;
}

void exception_print(const struct exception *exception)
{
	print("%s: ", exception_name(exception->vector));
	switch (exception->vector) {
	case VECTOR_MACHINE_CHECK:
		print("MCSR=%08x MCAR=%09llx", exception->mcsr,
		      (unsigned long long)exception->mcar);
		break;
	case VECTOR_DATA_STORAGE:
	case VECTOR_ALIGNMENT:
	case VECTOR_DATA_TLB:
		print("ESR=%08x DEAR=%08x", exception->esr, exception->dear);
		break;
	default:
		print("ESR=%08x", exception->esr);
		break;
	}
	print(" at PC=%08x\n", exception->pc);
}

/* The next instruction; after a failed fetch, that is the caller's. */
static void skip(struct frame *frame, const struct exception *exception)
{
	bool fetch = exception->vector == VECTOR_INSTRUCTION_TLB ||
		     exception->vector == VECTOR_INSTRUCTION_STORAGE ||
		     (exception->vector == VECTOR_MACHINE_CHECK && (exception->mcsr & MCSR_IF));

	if (fetch)
		frame->pc = frame->lr;
	else if (exception->vector != VECTOR_SYSTEM_CALL)
		frame->pc += 4;
}

void exception_handle(struct frame *frame)
{
	unsigned int vcpu = this_vcpu();
	struct exception exception;

	if (frame->pc >= (uint32_t)(uintptr_t)idle_begin &&
	    frame->pc < (uint32_t)(uintptr_t)idle_end)
		frame->pc = (uint32_t)(uintptr_t)idle_end;
	if (handlers[frame->vector] && handlers[frame->vector](frame))
		return;
	exception = describe(frame);
	if (probes[vcpu].armed) {
		if (!probes[vcpu].hits++)
			probes[vcpu].first = exception;
		skip(frame, &exception);
		return;
	}
	print("\nvCPU %u: ", vcpu);
	exception_print(&exception);
	if (vcpu || !recovery) {
		print("vCPU %u: halted\n", vcpu);
		while (true)
			__asm__ volatile("wait");
	}
	exception_redirect(frame, recovery);
}

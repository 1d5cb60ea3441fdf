/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/console/panic.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>

#include "hv/booke/core.h"
#include "hv/booke/spr.h"
#include "hv/booke/tlb.h"
#include "hv/console/log.h"
#include "hv/drivers/ns16550.h"
#include "protocol/mux.h"

extern const char image_start[], text_end[], bss_start[], bss_end[];

static atomic_uint owner; /* PIR + 1 of the core that panics */

_Bool panic_pending(void)
{
	return atomic_load_explicit(&owner, memory_order_relaxed) != 0;
}

void panic_stop(void)
{
	mtmsr(0);
	for (;;)
		__asm__ volatile("wait");
}

static void print(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
static void print(const char *fmt, ...)
{
	char line[160];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	ns16550_write_polled(line);
}

static void claim(void)
{
	unsigned int nobody = 0;
	/* Whatever half of a control sequence is out, the second of these selects channel 0. */
	static const char select[] = { MUX_ESCAPE, MUX_COMMAND_CHANNEL, MUX_ESCAPE,
				       MUX_COMMAND_CHANNEL, 0 };
	char text[128];
	size_t len;

	mtmsr(mfmsr() & ~(uint32_t)(MSR_EE | MSR_CE | MSR_ME));
	if (!atomic_compare_exchange_strong(&owner, &nobody, this_core->hwid + 1) &&
	    nobody != this_core->hwid + 1)
		panic_stop();
	for (unsigned int i = 0; i < CORE_MAX; i++)
		if (cores[i] && cores[i] != this_core)
			core_kick(i);
	ns16550_write_polled(select);
	ns16550_write_polled("\n");
	while ((len = log_take(text, sizeof(text) - 1))) {
		text[len] = 0;
		ns16550_write_polled(text);
	}
}

/* Frames of the SVR4 ABI: back chain at 0, the caller's LR at 4 of the frame above. */
static void backtrace(uint32_t sp)
{
	print("  backtrace:");
	for (unsigned int depth = 0; depth < 16; depth++) {
		uint32_t next;

		if (sp & 3 || ((sp < (uint32_t)bss_start || sp >= (uint32_t)bss_end) &&
			       (sp < HV_MEM_VA || sp >= HV_IO_VA)))
			break;
		next = *(const uint32_t *)sp;
		if (next <= sp || next - sp > CORE_STACK_SIZE)
			break;
		print(" %08x", *(const uint32_t *)(next + 4));
		sp = next;
	}
	print("\n");
}

static void finish(uint32_t sp)
{
	backtrace(sp);
	print("  The hypervisor has stopped; reset the machine.\n");
	panic_stop();
}

void panic(const char *fmt, ...)
{
	char text[200];
	va_list ap;

	claim();
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	print("[%u] panic: %s\n", this_core->hwid, text);
	finish((uint32_t)__builtin_frame_address(0));
	__builtin_unreachable();
}

void panic_trap(const struct trap_frame *frame, const char *what)
{
	claim();
	print("[%u] panic: %s in the hypervisor at %08x, address %08x, ESR %08x\n", this_core->hwid,
	      what, frame->pc, mfspr(SPR_DEAR), mfspr(SPR_ESR));
	print("  MSR %08x  LR %08x  CTR %08x  CR %08x  XER %08x  MCSR %08x\n", frame->msr,
	      frame->lr, frame->ctr, frame->cr, frame->xer, mfspr(SPR_MCSR));
	for (unsigned int i = 0; i < 32; i += 4)
		print("  r%-2u %08x %08x %08x %08x\n", i, frame->gpr[i], frame->gpr[i + 1],
		      frame->gpr[i + 2], frame->gpr[i + 3]);
	finish(frame->gpr[1]);
	__builtin_unreachable();
}

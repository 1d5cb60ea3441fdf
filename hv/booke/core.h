/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A physical core: what it is running and where its traps are saved.  `this_core` (r2) points at
 * the running core's own struct for as long as the hypervisor runs on it.
 */
#ifndef HV_BOOKE_CORE_H
#define HV_BOOKE_CORE_H

#include <stdatomic.h>
#include <stdint.h>

#include "hv/booke/trap_frame.h"

struct vcpu;

enum {
	CORE_MAX = 32, /* highest PIR + 1 */
	CORE_STACK_SIZE = 8192,
};

/* Why a core shall look up from its guest; bits of core.work, set by any core. */
enum {
	CORE_WORK_VCPU = 1 << 0,  /* the vCPU was started, stopped or got an interrupt */
	CORE_WORK_SHELL = 1 << 1, /* the shell has input or room for output */
	CORE_WORK_DEBUG = 1 << 2, /* a debugger has */
};

/* A trap from the guest, as trap.S writes it down. */
struct core_trace {
	uint32_t time; /* time base, low word */
	uint32_t pc;
	uint32_t vector;
	uint32_t r11; /* of a hypercall: the token */
};

enum { CORE_TRACES = 16 }; /* they and their alignment: trap.S */

struct core {
	struct trap_frame
		guest; /* registers of the guest while the hypervisor runs; first: trap.S */
	struct core_trace *trace;		     /* the next to be written */
	void (*from_guest)(enum trap_vector vector); /* trap_from_guest(), or a stand-in */
	struct core_trace traces[CORE_TRACES] __attribute__((aligned(256)));
	uint32_t stack_top;
	uint32_t hwid;	   /* PIR */
	uint32_t index;	   /* in plan.cpus */
	struct vcpu *vcpu; /* NULL: this core belongs to the hypervisor alone */
	atomic_uint work;
	struct trap_frame crit; /* machine checks and critical interrupts; trap.S */
};

register struct core *this_core __asm__("r2");

/* All cores by PIR; NULL where there is none.  Written before the cores are released. */
extern struct core *cores[CORE_MAX];

/* Set up this core's vectors and timers and clear its debug registers.  SPRG0 and r2 are already
 * set. */
void core_init(void);

/* Zero the floating-point registers, which the hypervisor itself never uses. */
void fpu_clear(void);

/* Save them, and behind them FPSCR in 8 bytes, to @to, and load them. */
void fpu_save(uint64_t to[33]);
void fpu_load(const uint64_t from[33]);

/*
 * Sleep until an interrupt comes, and let it be handled.  Returns at once when one arrived since
 * interrupts were last enabled.
 */
void core_wait(void);

/* Send the core with PIR @hwid a doorbell interrupt. */
static inline void core_kick(uint32_t hwid)
{
	__asm__ volatile("sync\n\tmsgsnd %0" : : "r"(hwid) : "memory");
}

/* Give @core something to do, from any core. */
static inline void core_post(struct core *core, unsigned int work)
{
	atomic_fetch_or_explicit(&core->work, work, memory_order_acq_rel);
	if (core != this_core)
		core_kick(core->hwid);
}

#endif

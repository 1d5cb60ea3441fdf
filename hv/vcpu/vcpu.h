/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A virtual CPU, whichever way it is run.  This is the seam between the backends (a folder each)
 * and the rest of the hypervisor: it speaks of guest registers, interrupts for the guest, guest
 * mappings and exits.
 *
 * A vCPU belongs to one core for ever.  Unless said otherwise a function is called on that core.
 */
#ifndef HV_VCPU_VCPU_H
#define HV_VCPU_VCPU_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "hv/lib/arena.h"
#include "protocol/hcall.h"

struct core;
struct debug;
struct partition;
struct trap_frame;

/* Why the hypervisor was entered; each is counted. */
enum vcpu_exit {
	VCPU_EXIT_HCALL,
	VCPU_EXIT_EMULATE,    /* a privileged instruction */
	VCPU_EXIT_TLB_SHADOW, /* a TLB miss or storage fault that the guest's own TLB answers */
	VCPU_EXIT_TLB_GUEST,  /* a TLB miss or storage fault for the guest */
	VCPU_EXIT_REFLECT, /* another exception for the guest: system call, program, alignment... */
	VCPU_EXIT_EXTERNAL, /* a hardware interrupt */
	VCPU_EXIT_DOORBELL, /* another core wants something */
	VCPU_EXIT_DECREMENTER,
	VCPU_EXITS,
};

extern const char *const vcpu_exit_names[VCPU_EXITS];

/* What the exits of one kind cost, in ticks of the time base. */
struct vcpu_cost {
	uint64_t sum;
	uint32_t count, least, most;
};

/* Places in the table of hypercalls. */
enum {
	HCALL_FIRST_FSL = EPAPR_HCALL_IDLE + 1,
	HCALL_NUMBERS = HCALL_FIRST_FSL + FSL_HCALL_DMA_ATTR_GET + 1,
};

/* What a vCPU does; written by partition life-cycle and spin table. */
enum vcpu_state {
	VCPU_STOPPED,
	VCPU_SPINNING, /* in the spin table, waiting for its partition's release */
	VCPU_RUNNING,
};

/* A PARTITION_MEMCPY on its way; see hv/hcall/memcpy.c. */
struct vcpu_copy {
	struct partition *from, *to;
	uint64_t list;	  /* guest physical, of the caller's */
	uint32_t entries; /* still to be copied; 0: no copy on its way */
	uint64_t done;	  /* bytes of the first of them */
};

struct vcpu {
	struct core *core;
	struct partition *partition;
	unsigned int num;    /* what the guest calls it: PIR, reg of its cpu node */
	atomic_uint state;   /* enum vcpu_state */
	bool paused;	     /* at rest with its partition; its own core's */
	bool frozen;	     /* at rest for a debugger */
	struct debug *debug; /* the debugger of its partition, or NULL; constant */
	char name[8];	     /* "vcpu-0"; constant */
	uint32_t exits[VCPU_EXITS];
	uint32_t hcalls[HCALL_NUMBERS];	    /* by place; calls that do not exist under 0 */
	struct vcpu_cost costs[VCPU_EXITS]; /* while vcpu_set_timing() says so */
	struct vcpu_copy copy;
	void *backend; /* struct pr_vcpu */
};

/* Measure what exits cost, from now on or no longer.  Any core. */
void vcpu_set_timing(bool on);
bool vcpu_timing(void);

/* The name of a vector in a trace. */
const char *vcpu_vector_name(unsigned int vector);

/* Make the backend's part of @vcpu.  Boot core, at boot.  Returns 0, or -1 when @arena is used up.
 */
int vcpu_create(struct vcpu *vcpu, struct arena *arena);

/* The registers with which a guest starts. */
struct vcpu_start {
	uint32_t entry;	   /* effective address */
	uint32_t r3;	   /* effective address of the tree, or what the spin table says */
	uint32_t map_va;   /* the initial mapped area: effective, */
	uint64_t map_gpa;  /* guest physical, */
	uint64_t map_size; /* and size: a power of two of 4 KiB or more, both addresses aligned to
			      it */
};

/* Put @vcpu into the state of ePAPR 1.1 section 5.4.1 (r6 magic, r7 size of the map). */
void vcpu_reset(struct vcpu *vcpu, const struct vcpu_start *start);

/* Freeze the guest, which does not run just now, or let it go on.  Its decrementer does not stand
 * still, but its watchdog does not see the time go by. */
void vcpu_set_paused(struct vcpu *vcpu, bool paused);

/* Registers as a debugger numbers them (gdb's org.gnu.gdb.power.core and fpu). */
enum {
	VCPU_GPR = 0,
	VCPU_FPR = 32, /* these of 8 bytes, the others of 4 */
	VCPU_PC = 64,
	VCPU_MSR,
	VCPU_CR,
	VCPU_LR,
	VCPU_CTR,
	VCPU_XER,
	VCPU_FPSCR,
	VCPU_REGISTERS,
};

/*
 * Freeze a vCPU that runs a guest, so that any core can read and change its registers in memory;
 * time passes for it as if it was paused.  And take over the changes.
 */
void vcpu_freeze(struct vcpu *vcpu);
void vcpu_thaw(struct vcpu *vcpu);

/* Where register @n (below VCPU_REGISTERS) of a frozen vCPU is kept; *@size: its bytes. */
void *vcpu_register(struct vcpu *vcpu, unsigned int n, size_t *size);
uint32_t vcpu_pc(const struct vcpu *vcpu);

/* Where in memory (true physical) the guest has @ea, or UINT64_MAX; of a frozen vCPU any core. */
enum vcpu_space { VCPU_DATA, VCPU_INSTRUCTIONS };
uint64_t vcpu_translate(struct vcpu *vcpu, uint32_t ea, enum vcpu_space space);

/*
 * Let a frozen vCPU do one instruction, without interrupts for it.  The way back is
 * debug_may_run(), which calls vcpu_end_step(): true when it has been done, or has ended in the
 * guest's handler; then the vCPU is frozen again.  False: it has to be tried once more.
 */
void vcpu_step(struct vcpu *vcpu) __attribute__((noreturn));
bool vcpu_end_step(struct vcpu *vcpu);

/* A debug interrupt has saved the guest's registers in @frame.  Does not return. */
void vcpu_stepped(const struct trap_frame *frame) __attribute__((noreturn));

/* Machine checks for the guest, taken when its MSR[ME] is 1: MCSR[NMI], which the hypercall
 * SEND_NMI asks for; MCSR[MCP], there is something in its error queue.  Any core. */
void vcpu_send_nmi(struct vcpu *vcpu);
void vcpu_report_error(struct vcpu *vcpu);

/* The guest's life is over: no more timers, and nothing of it left in the TLB. */
void vcpu_halt(struct vcpu *vcpu);

/* True when there is something to run: its own state, or its spin-table entry, says so. */
bool vcpu_ready(struct vcpu *vcpu);

/* Run the guest.  Drops the current stack; the way back is a trap. */
void vcpu_enter(struct vcpu *vcpu) __attribute__((noreturn));

/* Have the vCPU's core look at its partition's state; any core. */
void vcpu_wake(struct vcpu *vcpu);

/* Have the vCPU look at its interrupts; any core. */
void vcpu_kick(struct vcpu *vcpu);

/* The guest's present pc, MSR, ESR and DEAR, for reports. */
struct vcpu_report {
	uint32_t pc, msr, esr, dear;
};
void vcpu_describe(const struct vcpu *vcpu, struct vcpu_report *report);

/* The guest has nothing to do until its next interrupt. */
void vcpu_idle(struct vcpu *vcpu);

/* The core's decrementer has fired, while the guest ran or while it was idle. */
void vcpu_decrementer(struct vcpu *vcpu);

#endif

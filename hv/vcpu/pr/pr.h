/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Running a guest in problem state: every privileged instruction traps and is emulated, and the
 * hardware's TLB holds shadows of the guest's own TLB entries.  Works on every Book-E core.
 *
 * All of struct pr_vcpu belongs to the vCPU's core, except what is atomic.
 */
#ifndef HV_VCPU_PR_PR_H
#define HV_VCPU_PR_PR_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "hv/booke/core.h"
#include "hv/booke/spr.h"
#include "hv/booke/trap.h"
#include "hv/booke/trap_frame.h"
#include "hv/vcpu/vcpu.h"

enum {
	PR_TLB0_ENTRIES = 512, /* what TLB0CFG tells the guest */
	PR_TLB0_WAYS = 4,
	PR_TLB0_SETS = PR_TLB0_ENTRIES / PR_TLB0_WAYS,
	PR_TLB1_ENTRIES = 16, /* Topaz: guests see 16 */
	PR_TLB_ENTRIES = PR_TLB0_ENTRIES + PR_TLB1_ENTRIES,
	PR_CONTEXTS = 8 * 256, /* (IS, DS, PR, PID) */
	PR_SHADOW_IDS = 256,   /* hardware PIDs; 0 is the hypervisor's */
};

/* An entry of the guest's TLB, as the guest wrote it. */
struct pr_tlb_entry {
	uint32_t mas1, mas2, mas3, mas7;
	bool shadowed; /* the hardware's TLB may hold pieces of it */
};

/* Reasons to look up from the guest that need no core.work bit. */
enum {
	PR_PENDING_DECREMENTER = 1 << 0, /* TSR[DIS] and TCR[DIE] */
	PR_PENDING_DOORBELL = 1 << 1,	 /* msgsnd from a vCPU of this partition */
	PR_PENDING_DOORBELL_CRITICAL = 1 << 2,
	PR_PENDING_INVALIDATE = 1 << 3, /* tlbivax by another vCPU */
	PR_PENDING_FIT = 1 << 4,	/* TSR[FIS] and TCR[FIE] */
	PR_PENDING_WATCHDOG = 1 << 5,	/* TSR[WIS] and TCR[WIE] */
	PR_PENDING_NMI = 1 << 6,	/* machine checks: by hypercall, */
	PR_PENDING_ERROR = 1 << 7,	/* and for the guest's error queue */
	PR_PENDING_TIMERS = PR_PENDING_DECREMENTER | PR_PENDING_FIT | PR_PENDING_WATCHDOG,
};

/* See timer.c. */
struct pr_timers {
	uint32_t tcr, tsr; /* as the guest has them when it looks */
	uint32_t decar;
	bool shared;   /* the hardware's decrementer serves all three timers */
	bool running;  /* shared: the guest's decrementer is not 0 */
	uint64_t zero; /* when it will be, unless the hardware reloads it */
	uint64_t seen; /* tsr has what happened up to here */
	bool expired; /* the watchdog has, and was acted upon; the guest has not cleared it since */
	uint32_t next_wrs; /* TSR[WRS] of the next life */
};

struct pr_vcpu {
	struct vcpu *vcpu;

	uint32_t msr; /* as the guest sees it */
	uint32_t srr[2], csrr[2], mcsrr[2], dsrr[2];
	uint32_t dear, esr, mcsr, mcar, mcaru;
	uint32_t ivpr, ivor[64];
	uint32_t sprg[10], usprg0;
	uint32_t pid;
	uint32_t mas0, mas1, mas2, mas3, mas4, mas6, mas7;
	struct pr_timers timers;
	uint32_t epr;
	uint32_t hid0, l1csr0, l1csr1, l2csr0, l2csr1, bucsr;
	uint32_t dbcr0, dbcr1, dbcr2, dbsr, iac[2], dac[2];
	uint32_t tlb0_next; /* next victim way */

	/* While frozen: */
	uint64_t fpr[33]; /* the last is FPSCR */
	uint32_t frozen_msr;
	uint32_t step_pc; /* where its single step began; 1: it is over */

	/*
	 * pr_deliver() has something to look at: a kick, or a change that may let in what waits.
	 * Any core sets it; only this one clears it.
	 */
	atomic_uint attention;
	bool idle; /* in the IDLE hypercall or wait, until an interrupt is delivered */

	/* Other vCPUs of the partition set bits; this one clears them. */
	atomic_uint pending;

	/* Guest TLB: TLB0 set by set, then TLB1. */
	struct pr_tlb_entry tlb[PR_TLB_ENTRIES];

	/* Shadow contexts: 0 = none.  Identifiers are handed out upwards; when they run out all are
	 * dropped. */
	uint8_t shadow_id[PR_CONTEXTS];
	uint16_t shadow_context[PR_SHADOW_IDS]; /* the way back */
	unsigned int shadow_ids;		/* highest in use */
	unsigned int context;			/* of the present (IS, DS, PR, PID) */
	uint32_t hw_pid;			/* what the hardware PID register holds */
	unsigned int victim0, victim1;		/* next shadow entries to replace */
};

static inline struct pr_vcpu *pr_of(const struct vcpu *vcpu)
{
	return vcpu->backend;
}

static inline struct trap_frame *pr_frame(const struct pr_vcpu *pr)
{
	return &pr->vcpu->core->guest;
}

/* Set a PR_PENDING_* bit on this core; from another, vcpu_kick() has to follow. */
static inline void pr_post(struct pr_vcpu *pr, unsigned int bits)
{
	atomic_fetch_or(&pr->pending, bits);
	atomic_store(&pr->attention, 1);
}

/* inject.c: give the guest an interrupt.  The frame's pc must be where it shall return to. */
void pr_inject(struct pr_vcpu *pr, unsigned int ivor);
/* With ESR, and for storage and alignment interrupts DEAR. */
void pr_inject_esr(struct pr_vcpu *pr, unsigned int ivor, uint32_t esr);
void pr_inject_storage(struct pr_vcpu *pr, unsigned int ivor, uint32_t esr, uint32_t dear);
/* The guest touched guest physical @gpa, where it has nothing, at effective address @ea.  Stops the
 * partition when MSR[ME] = 0. */
void pr_machine_check(struct pr_vcpu *pr, uint32_t mcsr, uint32_t ea, uint64_t gpa);
/* Deliver what is pending and enabled, highest class first, and clear attention. */
void pr_deliver(struct pr_vcpu *pr);

/* The guest's MSR has become @msr (of which a guest has a part). */
void pr_set_msr(struct pr_vcpu *pr, uint32_t msr);

/* emulate.c: a privileged instruction trapped at the frame's pc. */
void pr_emulate(struct pr_vcpu *pr, uint32_t instruction);

/* spr.c: false when there is no such register for a guest, or not in this direction. */
bool pr_mfspr(struct pr_vcpu *pr, unsigned int spr, uint32_t *value);
bool pr_mtspr(struct pr_vcpu *pr, unsigned int spr, uint32_t value);

/* timer.c: begin and end of a life, the hardware's decrementer at 0, a rest, and the registers. */
void pr_timer_reset(struct pr_vcpu *pr);
void pr_timer_halt(struct pr_vcpu *pr);
void pr_timer_fired(struct pr_vcpu *pr);
void pr_timer_rest(struct pr_vcpu *pr, bool *why, bool rests); /* sets *@why to @rests */
uint32_t pr_timer_read_dec(struct pr_vcpu *pr);
uint32_t pr_timer_read_tsr(struct pr_vcpu *pr);
void pr_timer_write_dec(struct pr_vcpu *pr, uint32_t value);
void pr_timer_write_decar(struct pr_vcpu *pr, uint32_t value);
void pr_timer_write_tsr(struct pr_vcpu *pr, uint32_t value);
void pr_timer_write_tcr(struct pr_vcpu *pr, uint32_t value);

/* tlb.c: the guest's TLB and the instructions on it. */
void pr_tlb_reset(struct pr_vcpu *pr);
/* The valid entry that translates @ea in address space @as under the present PID, or NULL. */
struct pr_tlb_entry *pr_tlb_lookup(struct pr_vcpu *pr, uint32_t ea, unsigned int as);
/* Bytes of the entry's page less one (a 4 GiB page has no representable size). */
uint32_t pr_tlb_page_mask(const struct pr_tlb_entry *entry);
/* Set MAS0-2, 6, 7 for a miss at @ea in address space @as. */
void pr_tlb_prepare_miss(struct pr_vcpu *pr, uint32_t ea, unsigned int as);
void pr_tlbwe(struct pr_vcpu *pr);
void pr_tlbre(struct pr_vcpu *pr);
void pr_tlbsx(struct pr_vcpu *pr, uint32_t ea);
/* @type 0 all, 1 by PID, 3 by address; false for a type that does not exist. */
bool pr_tlbilx(struct pr_vcpu *pr, unsigned int type, uint32_t ea);
void pr_tlbivax(struct pr_vcpu *pr, uint32_t ea);
/* Write MMUCSR0: invalidate whole arrays. */
void pr_tlb_flash(struct pr_vcpu *pr, uint32_t mmucsr0);
/* Every entry that is not protected goes. */
void pr_tlb_invalidate_all(struct pr_vcpu *pr);

/* shadow.c: what the hardware's TLB holds for the guest. */
/* MSR or PID has changed: select the shadow context. */
void pr_shadow_switch(struct pr_vcpu *pr);
/* Drop everything. */
void pr_shadow_flush(struct pr_vcpu *pr);
/* The guest replaces or invalidates @entry: drop what shadows it. */
void pr_shadow_drop(struct pr_vcpu *pr, struct pr_tlb_entry *entry);

enum pr_access {
	PR_LOAD,
	PR_STORE,
	PR_FETCH,
};

enum pr_translation {
	PR_TRANSLATED,	  /* the access will now succeed */
	PR_MISS,	  /* no entry of the guest's TLB */
	PR_NOT_ALLOWED,	  /* an entry without the permission */
	PR_NOTHING_THERE, /* an entry for guest physical memory that the guest does not have */
	PR_DEVICE,	  /* registers of a device that cannot be mapped */
};

/*
 * Make @ea usable for @access if the guest's TLB allows.  @replace: the hardware has an entry for
 * it, without the permission; two that match would be an error.  *@gpa is set for the last two.
 */
enum pr_translation pr_shadow_map(struct pr_vcpu *pr, uint32_t ea, enum pr_access access,
				  bool replace, uint64_t *gpa);

/* MCSR for an access to where nothing is. */
static inline uint32_t pr_mcsr(enum pr_access access)
{
	return access == PR_FETCH ? MCSR_IF : access == PR_STORE ? MCSR_ST : MCSR_LD;
}

/* device.c: after PR_DEVICE: do the access, or give the guest the exception that it deserves. */
void pr_device_access(struct pr_vcpu *pr, uint32_t ea, enum pr_access access, uint64_t gpa);

/* Instructions and data come from different address spaces (MSR[IS] and MSR[DS] differ). */
static inline bool pr_context_split(const struct pr_vcpu *pr)
{
	unsigned int as = pr->context >> 9;

	return as == 1 || as == 2;
}

/* As pr_fetch(), by looking the translation up. */
bool pr_fetch_slowly(struct pr_vcpu *pr, uint32_t ea, uint32_t *instruction);

/*
 * Read the instruction word at effective address @ea as the guest fetched it.  False when that
 * cannot be done. Mostly it can be read as data; not when it is execute-only, or its translation
 * has just been replaced.
 */
static inline bool pr_fetch(struct pr_vcpu *pr, uint32_t ea, uint32_t *instruction)
{
	return (!pr_context_split(pr) && !trap_fetch(instruction, ea)) ||
	       pr_fetch_slowly(pr, ea, instruction);
}

#endif

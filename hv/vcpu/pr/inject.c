/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupts for the guest (Power ISA III-E 7.6): in which order, which of the save registers,
 * which MSR bits go. */
#include "hv/booke/spr.h"
#include "hv/partition/error_queue.h"
#include "hv/partition/partition.h"
#include "hv/vcpu/pr/pr.h"

/* What the hardware's MSR has while a guest runs, whatever it believes; and what is passed on. */
#define MSR_REAL (MSR_CE | MSR_EE | MSR_PR | MSR_ME | MSR_IS | MSR_DS)
#define MSR_PASSED (MSR_FP | MSR_FE0 | MSR_FE1)
/* What exists for a guest. */
#define MSR_GUEST                                                                                  \
	(MSR_UCLE | MSR_CE | MSR_EE | MSR_PR | MSR_FP | MSR_ME | MSR_FE0 | MSR_DE | MSR_FE1 |      \
	 MSR_IS | MSR_DS | MSR_PMM)

void pr_set_msr(struct pr_vcpu *pr, uint32_t msr)
{
	uint32_t changed = pr->msr ^ msr;

	pr->msr = msr & MSR_GUEST;
	pr_frame(pr)->msr = MSR_REAL | (msr & MSR_PASSED);
	if (changed & (MSR_IS | MSR_DS | MSR_PR))
		pr_shadow_switch(pr);
	if (changed & msr & (MSR_EE | MSR_CE | MSR_ME))
		atomic_store_explicit(&pr->attention, 1, memory_order_relaxed);
}

static void enter(struct pr_vcpu *pr, unsigned int ivor, uint32_t save[2], uint32_t kept)
{
	struct trap_frame *frame = pr_frame(pr);

	save[0] = frame->pc;
	save[1] = pr->msr;
	frame->pc = (pr->ivpr & 0xffff0000) | (pr->ivor[ivor] & 0xfff0);
	pr->idle = false;
	pr_set_msr(pr, pr->msr & kept);
}

void pr_inject(struct pr_vcpu *pr, unsigned int ivor)
{
	enter(pr, ivor, pr->srr, MSR_CE | MSR_ME | MSR_DE);
}

void pr_inject_esr(struct pr_vcpu *pr, unsigned int ivor, uint32_t esr)
{
	pr->esr = esr;
	pr_inject(pr, ivor);
}

void pr_inject_storage(struct pr_vcpu *pr, unsigned int ivor, uint32_t esr, uint32_t dear)
{
	pr->dear = dear;
	pr_inject_esr(pr, ivor, esr);
}

static void enter_critical(struct pr_vcpu *pr, unsigned int ivor)
{
	enter(pr, ivor, pr->csrr, MSR_ME | MSR_DE);
}

static void enter_machine_check(struct pr_vcpu *pr, uint32_t mcsr)
{
	pr->mcsr |= mcsr;
	enter(pr, TRAP_MACHINE_CHECK, pr->mcsrr, 0);
}

void pr_machine_check(struct pr_vcpu *pr, uint32_t mcsr, uint32_t ea, uint64_t gpa)
{
	const char *what = mcsr & MCSR_IF   ? "fetch from"
			   : mcsr & MCSR_ST ? "store to"
					    : "load from";
	struct partition *partition = pr->vcpu->partition;

	if (!(pr->msr & MSR_ME)) {
		pr->dear = ea;
		partition_fault(
			pr->vcpu,
			"%s guest physical 0x%llx, which it does not have, with MSR[ME] = 0", what,
			gpa);
		return;
	}
	log_limited(&partition->log_limit, LOG_VCPU, LOG_WARNING,
		    "%s vcpu %u: machine check: %s guest physical 0x%llx, which it does not have; "
		    "PC %08x MSR %08x EA %08x",
		    partition->plan->label, pr->vcpu->num, what, gpa, pr_frame(pr)->pc, pr->msr,
		    ea);
	error_report(pr->vcpu, ERROR_ACCESS, gpa, ea, mcsr);
	/* MEA: the address is the effective one. */
	pr->mcar = ea;
	pr->mcaru = 0;
	enter_machine_check(pr, mcsr | MCSR_MAV | MCSR_MEA);
}

/* Of @bits, those that were pending and no longer are. */
static unsigned int take(struct pr_vcpu *pr, unsigned int bits)
{
	return atomic_fetch_and(&pr->pending, ~bits) & bits;
}

static void deliver_machine_check(struct pr_vcpu *pr)
{
	unsigned int which = take(pr, PR_PENDING_NMI | PR_PENDING_ERROR);

	enter_machine_check(pr, (which & PR_PENDING_NMI ? MCSR_NMI : 0) |
					(which & PR_PENDING_ERROR ? MCSR_MCP : 0));
}

static bool deliver_external(struct pr_vcpu *pr)
{
	struct vpic *vpic = &pr->vcpu->partition->vpic;

	/* With the external proxy, delivery acknowledges: EPR says which. */
	if (!plan.legacy_interrupts) {
		unsigned int n = vpic_take(vpic, pr->vcpu->num);

		if (n == VPIC_NONE)
			return false;
		pr->epr = vpic->number[n];
	} else if (!vpic_deliverable(vpic, pr->vcpu->num)) {
		return false;
	}
	pr_inject(pr, TRAP_EXTERNAL);
	return true;
}

void pr_deliver(struct pr_vcpu *pr)
{
	unsigned int pending;

	/* First: what is set from now on is seen below, or next time. */
	atomic_exchange(&pr->attention, 0);
	pending = atomic_load(&pr->pending);
	if (pending & PR_PENDING_INVALIDATE) {
		take(pr, PR_PENDING_INVALIDATE);
		pr_tlb_invalidate_all(pr);
	}
	if (pr->msr & MSR_ME && pending & (PR_PENDING_NMI | PR_PENDING_ERROR)) {
		deliver_machine_check(pr);
	} else if (pr->msr & MSR_CE && pending & PR_PENDING_WATCHDOG) {
		enter_critical(pr, TRAP_WATCHDOG);
	} else if (pr->msr & MSR_CE && pending & PR_PENDING_DOORBELL_CRITICAL) {
		take(pr, PR_PENDING_DOORBELL_CRITICAL);
		enter_critical(pr, TRAP_DOORBELL_CRITICAL);
	} else if (!(pr->msr & MSR_EE) || deliver_external(pr)) {
		return;
	} else if (pending & PR_PENDING_FIT) {
		pr_inject(pr, TRAP_FIT);
	} else if (pending & PR_PENDING_DECREMENTER) {
		pr_inject(pr, TRAP_DECREMENTER);
	} else if (pending & PR_PENDING_DOORBELL) {
		take(pr, PR_PENDING_DOORBELL);
		pr_inject(pr, TRAP_DOORBELL);
	}
}

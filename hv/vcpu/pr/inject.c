/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupts for the guest (Power ISA III-E 7.6): which of the save registers, which MSR bits go.
 */
#include "hv/booke/spr.h"
#include "hv/partition/partition.h"
#include "hv/vcpu/pr/pr.h"

enum {
	IVOR_CRITICAL = 0,
	IVOR_MACHINE_CHECK = 1,
	IVOR_EXTERNAL = 4,
	IVOR_DECREMENTER = 10,
	IVOR_DOORBELL = 36,
	IVOR_DOORBELL_CRITICAL = 37,
};

static void enter(struct pr_vcpu *pr, unsigned int ivor, uint32_t save[2], uint32_t kept)
{
	struct trap_frame *frame = pr_frame(pr);

	save[0] = frame->pc;
	save[1] = pr->msr;
	pr->msr &= kept;
	frame->pc = (pr->ivpr & 0xffff0000) | (pr->ivor[ivor] & 0xfff0);
	pr->idle = false;
	pr_shadow_switch(pr);
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
	log_limited(&partition->log_limit,
		    "%s vcpu %u: machine check: %s guest physical 0x%llx, which it does not have; "
		    "PC %08x MSR %08x EA %08x",
		    partition->plan->label, pr->vcpu->num, what, gpa, pr_frame(pr)->pc, pr->msr,
		    ea);
	pr->mcsr |= mcsr;
	pr->mcar = (uint32_t)gpa;
	pr->mcaru = (uint32_t)(gpa >> 32);
	enter(pr, IVOR_MACHINE_CHECK, pr->mcsrr, 0);
}

void pr_timer_update(struct pr_vcpu *pr)
{
	if (pr->tsr & TSR_DIS && pr->tcr & TCR_DIE)
		atomic_fetch_or(&pr->pending, PR_PENDING_DECREMENTER);
	else
		atomic_fetch_and(&pr->pending, ~(unsigned int)PR_PENDING_DECREMENTER);
}

void pr_deliver(struct pr_vcpu *pr)
{
	unsigned int pending = atomic_load_explicit(&pr->pending, memory_order_acquire);
	struct partition *partition = pr->vcpu->partition;

	if (pending & PR_PENDING_INVALIDATE) {
		atomic_fetch_and(&pr->pending, ~(unsigned int)PR_PENDING_INVALIDATE);
		pr_tlb_invalidate_all(pr);
	}
	if (pr->msr & MSR_CE && pending & PR_PENDING_DOORBELL_CRITICAL) {
		atomic_fetch_and(&pr->pending, ~(unsigned int)PR_PENDING_DOORBELL_CRITICAL);
		enter(pr, IVOR_DOORBELL_CRITICAL, pr->csrr, MSR_ME | MSR_DE);
	}
	if (!(pr->msr & MSR_EE))
		return;
	if (vpic_deliverable(&partition->vpic, pr->vcpu->num)) {
		/* With the external proxy, delivery acknowledges: EPR says which. */
		if (!plan.legacy_interrupts) {
			unsigned int n = vpic_take(&partition->vpic, pr->vcpu->num);

			if (n == VPIC_NONE)
				return;
			pr->epr = partition->vpic.number[n];
		}
		pr_inject(pr, IVOR_EXTERNAL);
	} else if (pending & PR_PENDING_DECREMENTER) {
		pr_inject(pr, IVOR_DECREMENTER);
	} else if (pending & PR_PENDING_DOORBELL) {
		atomic_fetch_and(&pr->pending, ~(unsigned int)PR_PENDING_DOORBELL);
		pr_inject(pr, IVOR_DOORBELL);
	}
}

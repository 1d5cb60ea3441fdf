/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The vCPU under a debugger.  A single step is the hardware's: the debug event "instruction
 * complete".  An instruction that traps is not completed in the guest, but by its emulation; all
 * the guest's traps lead past vcpu_end_step(), because core.work is not empty.
 */
#include "hv/booke/trap.h"
#include "hv/boot/boot.h"
#include "hv/debug/debug.h"
#include "hv/partition/partition.h"
#include "hv/vcpu/pr/pr.h"

enum { STEP_OVER = 1 }; /* no address of an instruction */

void vcpu_freeze(struct vcpu *vcpu)
{
	struct pr_vcpu *pr = pr_of(vcpu);

	if (atomic_load(&vcpu->state) != VCPU_RUNNING)
		return;
	fpu_save(pr->fpr);
	pr->frozen_msr = pr->msr;
	pr_timer_rest(pr, &vcpu->frozen, true);
}

static void load(struct pr_vcpu *pr)
{
	fpu_load(pr->fpr);
	if (pr->frozen_msr != pr->msr)
		pr_set_msr(pr, pr->frozen_msr);
}

void vcpu_thaw(struct vcpu *vcpu)
{
	if (!vcpu->frozen)
		return;
	load(pr_of(vcpu));
	pr_timer_rest(pr_of(vcpu), &vcpu->frozen, false);
}

uint32_t vcpu_pc(const struct vcpu *vcpu)
{
	return vcpu->core->guest.pc;
}

void *vcpu_register(struct vcpu *vcpu, unsigned int n, size_t *size)
{
	struct trap_frame *frame = &vcpu->core->guest;
	struct pr_vcpu *pr = pr_of(vcpu);

	*size = 4;
	if (n < VCPU_FPR)
		return &frame->gpr[n];
	if (n < VCPU_PC) {
		*size = 8;
		return &pr->fpr[n - VCPU_FPR];
	}
	uint32_t *const others[] = {
		&frame->pc,
		&pr->frozen_msr,
		&frame->cr,
		&frame->lr,
		&frame->ctr,
		&frame->xer,
		(uint32_t *)&pr->fpr[32] + 1,
	};
	return others[n - VCPU_PC];
}

uint64_t vcpu_translate(struct vcpu *vcpu, uint32_t ea, enum vcpu_space space)
{
	struct pr_vcpu *pr = pr_of(vcpu);
	uint32_t msr = vcpu->frozen ? pr->frozen_msr : pr->msr;
	unsigned int as = !!(msr & (space == VCPU_DATA ? MSR_DS : MSR_IS));
	const struct pr_tlb_entry *entry = pr_tlb_lookup(pr, ea, as);
	uint64_t contiguous;
	uint32_t mask;

	if (!entry)
		return UINT64_MAX;
	mask = pr_tlb_page_mask(entry);
	return plan_gpa_to_tpa(
		&plan, vcpu->partition->index,
		((uint64_t)entry->mas7 << 32 | (entry->mas3 & MAS3_RPN_MASK & ~mask)) + (ea & mask),
		&contiguous);
}

void vcpu_step(struct vcpu *vcpu)
{
	struct pr_vcpu *pr = pr_of(vcpu);

	load(pr);
	pr->idle = false;
	pr->step_pc = pr_frame(pr)->pc;
	pr_frame(pr)->msr |= MSR_DE;
	mtspr(SPR_DBSR, UINT32_MAX);
	mtspr(SPR_DBCR0, DBCR0_IDM | DBCR0_ICMP);
	core_post(this_core, CORE_WORK_VCPU);
	trap_enter_guest();
}

void vcpu_stepped(const struct trap_frame *frame)
{
	mtspr(SPR_DBCR0, 0);
	mtmsr(MSR_CE | MSR_ME);
	this_core->guest = *frame;
	pr_of(this_core->vcpu)->step_pc = STEP_OVER;
	boot_core_loop();
}

bool vcpu_end_step(struct vcpu *vcpu)
{
	struct pr_vcpu *pr = pr_of(vcpu);

	mtspr(SPR_DBCR0, 0);
	pr_frame(pr)->msr &= ~(uint32_t)MSR_DE;
	fpu_save(pr->fpr);
	pr->frozen_msr = pr->msr;
	return pr_frame(pr)->pc != pr->step_pc;
}

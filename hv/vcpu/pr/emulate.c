/* SPDX-License-Identifier: BSD-2-Clause */
/* Privileged instructions of a guest that believes to be in supervisor state (Power ISA 2.06 Book
 * III-E). */
#include "hv/booke/spr.h"
#include "hv/partition/partition.h"
#include "hv/vcpu/pr/pr.h"

enum { /* primary opcodes */
       OP_BRANCH = 19,
       OP_EXTENDED = 31,
};

enum { /* extended opcodes of OP_BRANCH */
       XO_RFMCI = 38,
       XO_RFDI = 39,
       XO_RFI = 50,
       XO_RFCI = 51,
};

enum { /* extended opcodes of OP_EXTENDED */
       XO_TLBILX = 18,
       XO_MFMSR = 83,
       XO_WRTEE = 131,
       XO_MTMSR = 146,
       XO_WRTEEI = 163,
       XO_MSGSND = 206,
       XO_MSGCLR = 238,
       XO_MFSPR = 339,
       XO_MTSPR = 467,
       XO_DCBI = 470,
       XO_TLBSYNC = 566,
       XO_TLBIVAX = 786,
       XO_TLBSX = 914,
       XO_TLBRE = 946,
       XO_TLBWE = 978,
};

#define MESSAGE_BROADCAST 0x04000000

static unsigned int rt(uint32_t insn)
{
	return insn >> 21 & 31;
}

static uint32_t gpr(const struct pr_vcpu *pr, unsigned int n)
{
	return pr_frame(pr)->gpr[n];
}

/* Effective address of the indexed form: (rA|0) + rB. */
static uint32_t indexed(const struct pr_vcpu *pr, uint32_t insn)
{
	unsigned int ra = insn >> 16 & 31;

	return (ra ? gpr(pr, ra) : 0) + gpr(pr, insn >> 11 & 31);
}

static unsigned int spr_number(uint32_t insn)
{
	return (insn >> 16 & 0x1f) | (insn >> 6 & 0x3e0);
}

/* @value has MSR[EE] where MSR and the immediate form of wrtee have it. */
static void set_ee(struct pr_vcpu *pr, uint32_t value)
{
	if (~pr->msr & value & MSR_EE)
		atomic_store_explicit(&pr->attention, 1, memory_order_relaxed);
	pr->msr = (pr->msr & ~(uint32_t)MSR_EE) | (value & MSR_EE);
}

static void return_from(struct pr_vcpu *pr, const uint32_t save[2])
{
	pr_frame(pr)->pc = save[0] & ~3u;
	pr_set_msr(pr, save[1]);
}

/* Doorbells between the vCPUs of a partition; types above critical are for hypervisors. */
static void message(struct pr_vcpu *pr, uint32_t msg, bool send)
{
	unsigned int type = msg >> 27;
	unsigned int bit = type ? PR_PENDING_DOORBELL_CRITICAL : PR_PENDING_DOORBELL;
	const struct partition *partition = pr->vcpu->partition;

	if (type > 1)
		return;
	if (!send) {
		atomic_fetch_and(&pr->pending, ~bit);
		return;
	}
	for (unsigned int v = 0; v < partition->plan->num_cpus; v++) {
		struct vcpu *vcpu = &partition->vcpus[v];

		if (!(msg & MESSAGE_BROADCAST) && v != (msg & 0x3fff))
			continue;
		atomic_fetch_or(&pr_of(vcpu)->pending, bit);
		vcpu_kick(vcpu);
	}
}

/* False when this is no instruction of a guest's supervisor. */
static bool extended(struct pr_vcpu *pr, uint32_t insn)
{
	struct trap_frame *frame = pr_frame(pr);

	switch (insn >> 1 & 0x3ff) {
	case XO_MFMSR:
		frame->gpr[rt(insn)] = pr->msr;
		return true;
	case XO_MTMSR:
		pr_set_msr(pr, gpr(pr, rt(insn)));
		return true;
	case XO_WRTEE:
		set_ee(pr, gpr(pr, rt(insn)));
		return true;
	case XO_WRTEEI:
		set_ee(pr, insn);
		return true;
	case XO_MFSPR:
		return pr_mfspr(pr, spr_number(insn), &frame->gpr[rt(insn)]);
	case XO_MTSPR:
		return pr_mtspr(pr, spr_number(insn), gpr(pr, rt(insn)));
	case XO_TLBRE:
		pr_tlbre(pr);
		return true;
	case XO_TLBWE:
		pr_tlbwe(pr);
		return true;
	case XO_TLBSX:
		pr_tlbsx(pr, indexed(pr, insn));
		return true;
	case XO_TLBILX:
		return pr_tlbilx(pr, rt(insn) & 3, indexed(pr, insn));
	case XO_TLBIVAX:
		pr_tlbivax(pr, indexed(pr, insn));
		return true;
	case XO_TLBSYNC: /* shadows are dropped before the guest goes on; other cores are told */
	case XO_DCBI: /* never discards: an invalidated block may always have been written back */
		return true;
	case XO_MSGSND:
		message(pr, gpr(pr, insn >> 11 & 31), true);
		return true;
	case XO_MSGCLR:
		message(pr, gpr(pr, insn >> 11 & 31), false);
		return true;
	default:
		return false;
	}
}

static void refuse(struct pr_vcpu *pr, uint32_t insn)
{
	struct partition *partition = pr->vcpu->partition;
	unsigned int xo = insn >> 1 & 0x3ff;

	if (insn >> 26 == OP_EXTENDED && (xo == XO_MFSPR || xo == XO_MTSPR))
		log_limited(&partition->log_limit, LOG_VCPU, LOG_WARNING,
			    "%s vcpu %u: PC %08x: %s of SPR %u, which guests do not have",
			    partition->plan->label, pr->vcpu->num, pr_frame(pr)->pc,
			    xo == XO_MFSPR ? "read" : "write", spr_number(insn));
	else
		log_limited(&partition->log_limit, LOG_VCPU, LOG_WARNING,
			    "%s vcpu %u: PC %08x: instruction %08x is not for guests",
			    partition->plan->label, pr->vcpu->num, pr_frame(pr)->pc, insn);
	pr_inject_esr(pr, TRAP_PROGRAM, ESR_PIL);
}

void pr_emulate(struct pr_vcpu *pr, uint32_t insn)
{
	if (insn >> 26 == OP_BRANCH) {
		switch (insn >> 1 & 0x3ff) {
		case XO_RFI:
			return_from(pr, pr->srr);
			return;
		case XO_RFCI:
			return_from(pr, pr->csrr);
			return;
		case XO_RFMCI:
			return_from(pr, pr->mcsrr);
			return;
		case XO_RFDI:
			return_from(pr, pr->dsrr);
			return;
		default:
			break;
		}
	} else if (insn >> 26 == OP_EXTENDED && extended(pr, insn)) {
		pr_frame(pr)->pc += 4;
		return;
	}
	refuse(pr, insn);
}

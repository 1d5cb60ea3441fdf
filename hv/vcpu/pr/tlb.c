/* SPDX-License-Identifier: BSD-2-Clause */
/* The TLB that the guest believes in: e500mc's arrays and the instructions on them (Power ISA
 * III-E 6.11). */
#include "hv/booke/spr.h"
#include "hv/partition/partition.h"
#include "hv/vcpu/pr/pr.h"

static unsigned int set_of(uint32_t ea)
{
	return (ea >> 12) & (PR_TLB0_SETS - 1);
}

static struct pr_tlb_entry *tlb1(struct pr_vcpu *pr, unsigned int n)
{
	return &pr->tlb[PR_TLB0_ENTRIES + n];
}

uint32_t pr_tlb_page_mask(const struct pr_tlb_entry *entry)
{
	unsigned int tsize = (entry->mas1 & MAS1_TSIZE_MASK) >> MAS1_TSIZE_SHIFT;

	return tsize >= TSIZE_4G ? 0xffffffff : (1024u << (2 * tsize)) - 1;
}

static bool matches(const struct pr_tlb_entry *entry, uint32_t ea, unsigned int as, uint32_t pid)
{
	uint32_t tid;

	if (!(entry->mas1 & MAS1_VALID) || !(entry->mas1 & MAS1_TS) != !as)
		return false;
	tid = (entry->mas1 & MAS1_TID_MASK) >> MAS1_TID_SHIFT;
	return (!tid || tid == pid) &&
	       !((entry->mas2 ^ ea) & MAS2_EPN_MASK & ~pr_tlb_page_mask(entry));
}

/* Index of the entry, or PR_TLB_ENTRIES. */
static unsigned int find(struct pr_vcpu *pr, uint32_t ea, unsigned int as, uint32_t pid)
{
	unsigned int first = set_of(ea) * PR_TLB0_WAYS;

	for (unsigned int i = first; i < first + PR_TLB0_WAYS; i++)
		if (matches(&pr->tlb[i], ea, as, pid))
			return i;
	for (unsigned int i = PR_TLB0_ENTRIES; i < PR_TLB_ENTRIES; i++)
		if (matches(&pr->tlb[i], ea, as, pid))
			return i;
	return PR_TLB_ENTRIES;
}

struct pr_tlb_entry *pr_tlb_lookup(struct pr_vcpu *pr, uint32_t ea, unsigned int as)
{
	unsigned int i = find(pr, ea, as, pr->pid);

	return i < PR_TLB_ENTRIES ? &pr->tlb[i] : NULL;
}

static void invalidate(struct pr_vcpu *pr, struct pr_tlb_entry *entry)
{
	pr_shadow_drop(pr, entry);
	entry->mas1 &= ~MAS1_VALID;
}

void pr_tlb_reset(struct pr_vcpu *pr)
{
	for (unsigned int i = 0; i < PR_TLB_ENTRIES; i++)
		pr->tlb[i] = (struct pr_tlb_entry){ 0 };
	pr->tlb0_next = 0;
	pr_shadow_flush(pr);
}

static uint32_t next_victim(const struct pr_vcpu *pr)
{
	return pr->tlb0_next & (PR_TLB0_WAYS - 1);
}

void pr_tlb_prepare_miss(struct pr_vcpu *pr, uint32_t ea, unsigned int as)
{
	uint32_t select = pr->mas4 & MAS0_TLBSEL_MASK;

	pr->mas0 = select;
	if (!select)
		pr->mas0 |= next_victim(pr) << MAS0_ESEL_SHIFT | ((next_victim(pr) + 1) & 3);
	pr->mas1 = MAS1_VALID | pr->pid << MAS1_TID_SHIFT | (as ? MAS1_TS : 0) |
		   (pr->mas4 & MAS1_TSIZE_MASK);
	pr->mas2 = (ea & MAS2_EPN_MASK) | (pr->mas4 & MAS2_WIMGE);
	pr->mas3 &= 0x3c0; /* U0-U3 stay */
	pr->mas6 = pr->pid << MAS6_SPID_SHIFT | as;
	pr->mas7 = 0;
}

/* The entry that MAS0 and MAS2 select. */
static struct pr_tlb_entry *selected(struct pr_vcpu *pr)
{
	unsigned int esel = (pr->mas0 & MAS0_ESEL_MASK) >> MAS0_ESEL_SHIFT;

	if (pr->mas0 & MAS0_TLBSEL_MASK)
		return tlb1(pr, esel & (PR_TLB1_ENTRIES - 1));
	return &pr->tlb[set_of(pr->mas2) * PR_TLB0_WAYS + (esel & (PR_TLB0_WAYS - 1))];
}

void pr_tlbwe(struct pr_vcpu *pr)
{
	struct pr_tlb_entry *entry = selected(pr);

	pr_shadow_drop(pr, entry);
	entry->mas1 = pr->mas1;
	entry->mas2 = pr->mas2;
	entry->mas3 = pr->mas3;
	entry->mas7 = pr->mas7 & 0xf; /* 36 bits of physical address */
	if (!(pr->mas0 & MAS0_TLBSEL_MASK)) {
		entry->mas1 &= ~(uint32_t)(MAS1_IPROT | MAS1_TSIZE_MASK);
		entry->mas1 |= TSIZE_4K << MAS1_TSIZE_SHIFT;
		pr->tlb0_next =
			(pr->mas0 & MAS0_NV_MASK) ? pr->mas0 & MAS0_NV_MASK : pr->tlb0_next + 1;
	}
	entry->mas2 &= ~(pr_tlb_page_mask(entry) & MAS2_EPN_MASK);
	entry->mas3 &= ~(pr_tlb_page_mask(entry) & MAS3_RPN_MASK);
}

static void read_entry(struct pr_vcpu *pr, const struct pr_tlb_entry *entry)
{
	pr->mas1 = entry->mas1;
	pr->mas2 = entry->mas2;
	pr->mas3 = entry->mas3;
	pr->mas7 = entry->mas7;
}

void pr_tlbre(struct pr_vcpu *pr)
{
	if (!(pr->mas0 & MAS0_TLBSEL_MASK))
		pr->mas0 = (pr->mas0 & ~(uint32_t)MAS0_NV_MASK) | next_victim(pr);
	read_entry(pr, selected(pr));
}

void pr_tlbsx(struct pr_vcpu *pr, uint32_t ea)
{
	uint32_t pid = (pr->mas6 & MAS1_TID_MASK) >> MAS6_SPID_SHIFT;
	unsigned int as = pr->mas6 & MAS6_SAS;
	unsigned int i = find(pr, ea, as, pid);

	if (i == PR_TLB_ENTRIES) {
		pr_tlb_prepare_miss(pr, ea, as);
		pr->mas1 = (pr->mas1 & ~(MAS1_VALID | MAS1_TID_MASK)) | pid << MAS1_TID_SHIFT;
		pr->mas2 = pr->mas4 & MAS2_WIMGE;
		pr->mas6 = pid << MAS6_SPID_SHIFT | as;
		return;
	}
	read_entry(pr, &pr->tlb[i]);
	if (i < PR_TLB0_ENTRIES)
		pr->mas0 = (i % PR_TLB0_WAYS) << MAS0_ESEL_SHIFT | next_victim(pr);
	else
		pr->mas0 = MAS0_TLBSEL1 | (i - PR_TLB0_ENTRIES) << MAS0_ESEL_SHIFT;
}

bool pr_tlbilx(struct pr_vcpu *pr, unsigned int type, uint32_t ea)
{
	uint32_t pid = (pr->mas6 & MAS1_TID_MASK) >> MAS6_SPID_SHIFT;
	unsigned int as = pr->mas6 & MAS6_SAS;

	if (type > 1 && type != 3)
		return false;
	if (type == 3) {
		/* Only what the address can select: its set of TLB0, and TLB1. */
		unsigned int i;

		while ((i = find(pr, ea, as, pid)) < PR_TLB_ENTRIES &&
		       !(pr->tlb[i].mas1 & MAS1_IPROT))
			invalidate(pr, &pr->tlb[i]);
		return true;
	}
	for (unsigned int i = 0; i < PR_TLB_ENTRIES; i++) {
		struct pr_tlb_entry *entry = &pr->tlb[i];
		uint32_t tid = (entry->mas1 & MAS1_TID_MASK) >> MAS1_TID_SHIFT;

		if (!(entry->mas1 & MAS1_VALID) || entry->mas1 & MAS1_IPROT)
			continue;
		if (type == 0 || tid == pid)
			entry->mas1 &= ~MAS1_VALID;
	}
	pr_shadow_flush(pr);
	return true;
}

void pr_tlb_invalidate_all(struct pr_vcpu *pr)
{
	for (unsigned int i = 0; i < PR_TLB_ENTRIES; i++)
		if (!(pr->tlb[i].mas1 & MAS1_IPROT))
			pr->tlb[i].mas1 &= ~MAS1_VALID;
	pr_shadow_flush(pr);
}

void pr_tlbivax(struct pr_vcpu *pr, uint32_t ea)
{
	enum { SELECT_TLB1 = 0x8, ALL = 0x4 };
	const struct partition *partition = pr->vcpu->partition;
	unsigned int first = ea & SELECT_TLB1 ? PR_TLB0_ENTRIES : set_of(ea) * PR_TLB0_WAYS;
	unsigned int end = ea & SELECT_TLB1 ? PR_TLB_ENTRIES : first + PR_TLB0_WAYS;

	if (ea & ALL) {
		first = ea & SELECT_TLB1 ? PR_TLB0_ENTRIES : 0;
		end = ea & SELECT_TLB1 ? PR_TLB_ENTRIES : PR_TLB0_ENTRIES;
	}
	for (unsigned int i = first; i < end; i++) {
		struct pr_tlb_entry *entry = &pr->tlb[i];

		if (entry->mas1 & MAS1_IPROT || !(entry->mas1 & MAS1_VALID))
			continue;
		if (ea & ALL || !((entry->mas2 ^ ea) & MAS2_EPN_MASK & ~pr_tlb_page_mask(entry)))
			invalidate(pr, entry);
	}
	/* The architecture lets an invalidation take more than was asked for: the other vCPUs drop
	 * all. */
	for (unsigned int v = 0; v < partition->plan->num_cpus; v++) {
		struct vcpu *other = &partition->vcpus[v];

		if (other == pr->vcpu || atomic_load(&other->state) != VCPU_RUNNING)
			continue;
		atomic_fetch_or(&pr_of(other)->pending, PR_PENDING_INVALIDATE);
		vcpu_kick(other);
	}
}

void pr_tlb_flash(struct pr_vcpu *pr, uint32_t mmucsr0)
{
	if (mmucsr0 & MMUCSR0_TLB0_FI)
		for (unsigned int i = 0; i < PR_TLB0_ENTRIES; i++)
			pr->tlb[i].mas1 &= ~MAS1_VALID;
	if (mmucsr0 & MMUCSR0_TLB1_FI)
		for (unsigned int i = 0; i < PR_TLB1_ENTRIES; i++)
			if (!(tlb1(pr, i)->mas1 & MAS1_IPROT))
				tlb1(pr, i)->mas1 &= ~MAS1_VALID;
	pr_shadow_flush(pr);
}

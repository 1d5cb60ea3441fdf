/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hardware's TLB on behalf of the guest.  Guest accesses run in address space 1 under a
 * hardware PID that stands for the guest's (IS, DS, PR, PID); all permissions are user permissions,
 * because the guest runs in problem state whatever it believes.
 */
#include <string.h>

#include "hv/booke/spr.h"
#include "hv/booke/tlb.h"
#include "hv/booke/trap.h"
#include "hv/partition/partition.h"
#include "hv/vcpu/pr/pr.h"

static unsigned int context_of(uint32_t msr, uint32_t pid)
{
	unsigned int is = !!(msr & MSR_IS), ds = !!(msr & MSR_DS), user = !!(msr & MSR_PR);

	return (is << 2 | ds << 1 | user) << 8 | pid;
}

static void set_hw_pid(struct pr_vcpu *pr, uint32_t id)
{
	if (pr->hw_pid == id)
		return;
	pr->hw_pid = id;
	mtspr(SPR_PID, id);
	mtspr(SPR_EPLC, EPC_EPR | EPC_EAS | id);
	__asm__ volatile("isync" : : : "memory");
}

static void forget_all(struct pr_vcpu *pr)
{
	for (unsigned int id = 1; id <= pr->shadow_ids; id++)
		pr->shadow_id[pr->shadow_context[id]] = 0;
	pr->shadow_ids = 0;
	for (unsigned int i = 0; i < PR_TLB_ENTRIES; i++)
		pr->tlb[i].shadowed = false;
	/* Everything that is not protected, and only the hypervisor's own entries are. */
	mtspr(SPR_MAS6, 0);
	__asm__ volatile("isync\n\ttlbilx 0, 0, 0\n\tisync" : : : "memory");
}

static uint32_t id_of(struct pr_vcpu *pr, unsigned int context)
{
	if (pr->shadow_id[context])
		return pr->shadow_id[context];
	if (pr->shadow_ids == PR_SHADOW_IDS - 1)
		forget_all(pr);
	pr->shadow_ids++;
	pr->shadow_id[context] = (uint8_t)pr->shadow_ids;
	pr->shadow_context[pr->shadow_ids] = (uint16_t)context;
	return pr->shadow_ids;
}

void pr_shadow_switch(struct pr_vcpu *pr)
{
	pr->context = context_of(pr->msr, pr->pid);
	set_hw_pid(pr, id_of(pr, pr->context));
}

void pr_shadow_flush(struct pr_vcpu *pr)
{
	forget_all(pr);
	pr_shadow_switch(pr);
}

static void drop_address(uint32_t id, uint32_t ea)
{
	mtspr(SPR_MAS6, id << MAS6_SPID_SHIFT | MAS6_SAS);
	__asm__ volatile("isync\n\ttlbilx 3, 0, %0\n\tisync" : : "r"(ea) : "memory");
}

void pr_shadow_drop(struct pr_vcpu *pr, struct pr_tlb_entry *entry)
{
	uint32_t ea = entry->mas2 & MAS2_EPN_MASK;
	uint32_t tid = (entry->mas1 & MAS1_TID_MASK) >> MAS1_TID_SHIFT;

	if (!entry->shadowed)
		return;
	entry->shadowed = false;
	if (pr_tlb_page_mask(entry) != 0xfff) {
		/* In how many pieces is not recorded, and large pages change rarely. */
		pr_shadow_flush(pr);
		return;
	}
	if (tid) {
		for (unsigned int as = 0; as < 8; as++)
			if (pr->shadow_id[as << 8 | tid])
				drop_address(pr->shadow_id[as << 8 | tid], ea);
	} else {
		for (unsigned int id = 1; id <= pr->shadow_ids; id++)
			drop_address(id, ea);
	}
}

/* What the guest's permissions are worth in problem state, or 0 when @access is not among them. */
static uint32_t permissions(const struct pr_vcpu *pr, const struct pr_tlb_entry *entry,
			    enum pr_access access)
{
	uint32_t user = pr->msr & MSR_PR ? entry->mas3 : entry->mas3 << 1;
	uint32_t mas3 = user & (MAS3_UX | MAS3_UW | MAS3_UR);
	uint32_t needed = access == PR_FETCH ? MAS3_UX : access == PR_STORE ? MAS3_UW : MAS3_UR;

	if (!(mas3 & needed))
		return 0;
	/* Instructions and data come from different spaces: an entry serves one of them. */
	if (pr_context_split(pr))
		mas3 &= access == PR_FETCH ? MAS3_UX : MAS3_UW | MAS3_UR;
	return mas3;
}

static void write_entry(struct pr_vcpu *pr, const struct tlb_entry *entry)
{
	if ((entry->mas1 & MAS1_TSIZE_MASK) >> MAS1_TSIZE_SHIFT == TSIZE_4K) {
		mtspr(SPR_MAS0, (pr->victim0++ & 3) << MAS0_ESEL_SHIFT);
		mtspr(SPR_MAS1, entry->mas1);
		mtspr(SPR_MAS2, entry->mas2);
		mtspr(SPR_MAS3, entry->mas3);
		mtspr(SPR_MAS7, entry->mas7);
		__asm__ volatile("isync\n\ttlbwe\n\tisync" : : : "memory");
		return;
	}
	if (pr->victim1 < TLB1_FIRST_GUEST || pr->victim1 >= tlb1_size())
		pr->victim1 = TLB1_FIRST_GUEST;
	tlb1_write(pr->victim1++, entry);
}

enum pr_translation pr_shadow_map(struct pr_vcpu *pr, uint32_t ea, enum pr_access access,
				  bool replace, uint64_t *gpa)
{
	unsigned int as = !!(pr->msr & (access == PR_FETCH ? MSR_IS : MSR_DS));
	struct pr_tlb_entry *guest = pr_tlb_lookup(pr, ea, as);
	struct tlb_entry entry;
	unsigned int tsize = TSIZE_4K;
	uint32_t mask, page, mas3, wimge = MAS2_M;
	uint64_t block, tpa;

	if (!guest)
		return PR_MISS;
	mas3 = permissions(pr, guest, access);
	if (!mas3)
		return PR_NOT_ALLOWED;
	mask = pr_tlb_page_mask(guest);
	*gpa = ((uint64_t)guest->mas7 << 32 | (guest->mas3 & MAS3_RPN_MASK & ~mask)) + (ea & mask);
	tpa = partition_gpa_to_tpa(pr->vcpu->partition, *gpa, &block);
	if (tpa == UINT64_MAX) {
		tpa = partition_device_to_tpa(pr->vcpu->partition, *gpa, &block);
		if (tpa == UINT64_MAX)
			return PR_NOTHING_THERE;
		if (!block)
			return PR_DEVICE;
		wimge = MAS2_I | MAS2_G;
	}

	/* The largest page that lies within the guest's page and in memory that is contiguous. */
	for (page = 0xfff; tsize < TSIZE_1G && page * 4 + 3 <= mask && page * 4 + 3 < block;
	     page = page * 4 + 3)
		tsize++;
	entry.mas1 =
		MAS1_VALID | MAS1_TS | pr->hw_pid << MAS1_TID_SHIFT | tsize << MAS1_TSIZE_SHIFT;
	entry.mas2 = (ea & ~page) | (guest->mas2 & MAS2_WIMGE) | wimge;
	entry.mas3 = ((uint32_t)tpa & ~page) | mas3;
	entry.mas7 = (uint32_t)(tpa >> 32);
	if (replace)
		drop_address(pr->hw_pid, ea);
	write_entry(pr, &entry);
	guest->shadowed = true;
	return PR_TRANSLATED;
}

bool pr_fetch_slowly(struct pr_vcpu *pr, uint32_t ea, uint32_t *instruction)
{
	uint64_t tpa = vcpu_translate(pr->vcpu, ea, VCPU_INSTRUCTIONS);
	size_t len;

	if (tpa == UINT64_MAX)
		return false;
	memcpy(instruction, tlb_window(0, tpa & ~(uint64_t)3, &len), sizeof(*instruction));
	return true;
}

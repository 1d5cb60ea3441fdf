/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/booke/tlb.h"

#include "hv/booke/spr.h"

/* Written by the boot core before the others run, and loaded by each of them in entry.S. */
struct tlb_entry tlb_global[TLB1_NUM_GLOBAL];
unsigned int tlb_num_global;

static uint32_t next_io_va = HV_IO_VA;

void tlb1_write(unsigned int slot, const struct tlb_entry *entry)
{
	mtspr(SPR_MAS0, MAS0_TLBSEL1 | slot << MAS0_ESEL_SHIFT);
	mtspr(SPR_MAS1, entry->mas1);
	mtspr(SPR_MAS2, entry->mas2);
	mtspr(SPR_MAS3, entry->mas3);
	mtspr(SPR_MAS7, entry->mas7);
	__asm__ volatile("isync\n\ttlbwe\n\tisync" : : : "memory");
}

unsigned int tlb1_size(void)
{
	return mfspr(SPR_TLB1CFG) & 0xfff;
}

static struct tlb_entry hv_entry(uint32_t va, uint64_t tpa, unsigned int tsize, uint32_t mas2,
				 uint32_t mas3)
{
	return (struct tlb_entry){
		.mas1 = MAS1_VALID | MAS1_IPROT | tsize << MAS1_TSIZE_SHIFT,
		.mas2 = va | mas2,
		.mas3 = (uint32_t)tpa | mas3,
		.mas7 = (uint32_t)(tpa >> 32),
	};
}

int tlb_map_global(uint32_t va, uint64_t tpa, uint64_t size, uint32_t mas2, uint32_t mas3)
{
	while (size) {
		unsigned int tsize = TSIZE_4K;
		uint64_t page = 0x1000;

		while (tsize < TSIZE_1G && page * 4 <= size && !((va | tpa) & (page * 4 - 1))) {
			page *= 4;
			tsize++;
		}
		if (tlb_num_global == TLB1_NUM_GLOBAL)
			return -1;
		tlb_global[tlb_num_global] = hv_entry(va, tpa, tsize, mas2, mas3);
		tlb1_write(TLB1_FIRST_GLOBAL + tlb_num_global, &tlb_global[tlb_num_global]);
		tlb_num_global++;
		va += (uint32_t)page;
		tpa += page;
		size -= page;
	}
	return 0;
}

volatile void *tlb_map_io(uint64_t tpa, uint64_t size)
{
	uint64_t base = tpa & ~(uint64_t)0xfff;
	uint64_t span = ((tpa + size + 0xfff) & ~(uint64_t)0xfff) - base;
	uint32_t align = 0x1000;

	/* A naturally aligned block takes one entry; keep virtual and physical equally aligned. */
	while (align < span && align < 0x10000000)
		align *= 4;
	next_io_va = (next_io_va + align - 1) & ~(align - 1);
	if (tlb_map_global(next_io_va, base, span, MAS2_I | MAS2_G, MAS3_SR | MAS3_SW))
		return NULL;
	next_io_va += (uint32_t)span;
	return (volatile void *)(next_io_va - (uint32_t)span + (uint32_t)(tpa - base));
}

static uint32_t window_set(unsigned int which, uint64_t tpa, uint32_t mas2)
{
	uint32_t va = HV_WINDOW_VA + which * HV_WINDOW_SIZE;
	uint64_t base = tpa & ~(uint64_t)(HV_WINDOW_SIZE - 1);
	struct tlb_entry entry = hv_entry(va, base, TSIZE_16M, mas2, MAS3_SR | MAS3_SW);

	tlb1_write(TLB1_WINDOW + which, &entry);
	return va + (uint32_t)(tpa - base);
}

void *tlb_window(unsigned int which, uint64_t tpa, size_t *len)
{
	*len = HV_WINDOW_SIZE - (uint32_t)(tpa & (HV_WINDOW_SIZE - 1));
	return (void *)window_set(which, tpa, MAS2_M);
}

volatile void *tlb_window_io(uint64_t tpa)
{
	uint32_t offset = (uint32_t)tpa & 0xfff;
	struct tlb_entry entry = hv_entry(HV_WINDOW_IO_VA, tpa - offset, TSIZE_4K, MAS2_I | MAS2_G,
					  MAS3_SR | MAS3_SW);

	tlb1_write(TLB1_WINDOW_IO, &entry);
	return (volatile void *)(HV_WINDOW_IO_VA + offset);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/guests/lib/tlb.h"

#include "tests/guests/lib/exception.h"
#include "tests/guests/lib/spr.h"

enum {
	SLOT_TREE = 1,
	SLOT_PAGE = 3,
	SLOT_DEVICE = 5,
	TREE_ADDRESS = 0x40000000,
	PAGE_ADDRESS = 0x60000000,
	DEVICE_ADDRESS = 0x68000000,
	SELF_SIZE = 64 << 20,
	TREE_STEP = 16 << 20,
	MAX_TREE = 4 << 20,
	MAX_WINDOWS = 8,
};

static struct tlb_window *windows[MAX_WINDOWS];
static unsigned int num_windows;

void tlb_write(const struct tlb_entry *entry)
{
	spr_write(SPR_MAS0, entry->mas0);
	spr_write(SPR_MAS1, entry->mas1);
	spr_write(SPR_MAS2, entry->mas2);
	spr_write(SPR_MAS3, entry->mas3);
	spr_write(SPR_MAS7, entry->mas7);
	__asm__ volatile("isync; tlbwe; isync; msync" : : : "memory");
}

static void map_fixed(unsigned int slot, uint32_t address, uint64_t gpa, unsigned int size,
		      uint32_t attributes)
{
	struct tlb_entry entry = {
		.mas0 = MAS0_TLB1 | slot << MAS0_ESEL_SHIFT,
		.mas1 = MAS1_VALID | MAS1_IPROT | size << MAS1_TSIZE_SHIFT,
		.mas2 = address | attributes,
		.mas3 = (uint32_t)gpa | MAS3_SX | MAS3_SW | MAS3_SR,
		.mas7 = (uint32_t)(gpa >> 32),
	};

	tlb_write(&entry);
}

const void *tlb_map_tree(uint32_t gpa)
{
	uint32_t base = gpa & ~(uint32_t)(TREE_STEP - 1);

	if (gpa < SELF_SIZE - MAX_TREE)
		return (const void *)(uintptr_t)gpa;
	map_fixed(SLOT_TREE, TREE_ADDRESS, base, TLB_SIZE_16M, MAS2_M);
	map_fixed(SLOT_TREE + 1, TREE_ADDRESS + TREE_STEP, (uint64_t)base + TREE_STEP, TLB_SIZE_16M,
		  MAS2_M);
	return (const void *)(uintptr_t)(TREE_ADDRESS + (gpa - base));
}

volatile void *tlb_map_page(uint64_t gpa, bool memory)
{
	uint64_t base = gpa & ~(uint64_t)(PAGE_SIZE - 1);

	map_fixed(SLOT_PAGE, PAGE_ADDRESS, base, TLB_SIZE_4K, memory ? MAS2_M : MAS2_I | MAS2_G);
	return (volatile void *)(uintptr_t)(PAGE_ADDRESS + (uint32_t)(gpa - base));
}

volatile void *tlb_map_device(uint64_t gpa)
{
	uint64_t base = gpa & ~(uint64_t)(PAGE_SIZE - 1);

	map_fixed(SLOT_DEVICE, DEVICE_ADDRESS, base, TLB_SIZE_4K, MAS2_I | MAS2_G);
	return (volatile void *)(uintptr_t)(DEVICE_ADDRESS + (uint32_t)(gpa - base));
}

void tlb_add_window(struct tlb_window *window)
{
	if (num_windows < MAX_WINDOWS)
		windows[num_windows++] = window;
}

/* What hardware put into the MAS registers at the miss is used as it is: the defaults are in MAS4.
 */
static bool serve_miss(uint32_t address)
{
	unsigned int i;

	for (i = 0; i < num_windows; i++) {
		struct tlb_window *window = windows[i];
		uint32_t page = (address - window->address) / PAGE_SIZE;

		if (page >= window->pages)
			continue;
		window->misses++;
		spr_write(SPR_MAS3, (window->gpa + page % window->gpa_pages * PAGE_SIZE) |
					    window->permissions);
		spr_write(SPR_MAS7, 0);
		__asm__ volatile("isync; tlbwe; isync; msync" : : : "memory");
		return true;
	}
	return false;
}

static bool on_data_miss(struct frame *frame)
{
	(void)frame;
	return serve_miss(spr_read(SPR_DEAR));
}

static bool on_instruction_miss(struct frame *frame)
{
	return serve_miss(frame->pc);
}

void tlb_init(void)
{
	spr_write(SPR_MAS4, TLB_SIZE_4K << MAS1_TSIZE_SHIFT | MAS2_M);
	spr_write(SPR_MAS6, 0);
	exception_set_handler(VECTOR_DATA_TLB, on_data_miss);
	exception_set_handler(VECTOR_INSTRUCTION_TLB, on_instruction_miss);
}

void tlb_invalidate(uint32_t address)
{
	__asm__ volatile("tlbivax 0, %0; tlbsync; msync; isync"
			 :
			 : "r"(address & ~(uint32_t)(PAGE_SIZE - 1))
			 : "memory");
}

bool tlb_search(uint32_t address, struct tlb_entry *entry)
{
	__asm__ volatile("tlbsx 0, %0" : : "r"(address) : "memory");
	entry->mas0 = spr_read(SPR_MAS0);
	entry->mas1 = spr_read(SPR_MAS1);
	entry->mas2 = spr_read(SPR_MAS2);
	entry->mas3 = spr_read(SPR_MAS3);
	entry->mas7 = spr_read(SPR_MAS7);
	return entry->mas1 & MAS1_VALID;
}

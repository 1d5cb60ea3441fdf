/* SPDX-License-Identifier: BSD-2-Clause */
/* The command tlb: a self-test of what a guest may expect of its MMU. */
#include "tests/guests/demo/demo.h"

#include "tests/guests/lib/exception.h"
#include "tests/guests/lib/print.h"
#include "tests/guests/lib/spr.h"
#include "tests/guests/lib/tlb.h"

enum {
	BUFFER_PAGES = 32,
	WIDE_ADDRESS = 0x70000000,
	WIDE_PAGES = 4096, /* more than any TLB0 holds */
	READ_ADDRESS = 0x72000000,
	TEXT_ADDRESS = 0x73000000,
	PID_ADDRESS = 0x74000000,
	PID_SLOT = 4,
	ANSWER = 4242,
};

static volatile uint32_t buffer[BUFFER_PAGES][PAGE_SIZE / 4] __attribute__((aligned(PAGE_SIZE)));

static struct tlb_window wide = {
	.address = WIDE_ADDRESS,
	.pages = WIDE_PAGES,
	.gpa_pages = BUFFER_PAGES,
	.permissions = MAS3_SW | MAS3_SR,
};
static struct tlb_window read_only = {
	.address = READ_ADDRESS,
	.pages = 1,
	.gpa_pages = 1,
	.permissions = MAS3_SR,
};
static struct tlb_window text = {
	.address = TEXT_ADDRESS,
	.pages = 1,
	.gpa_pages = 1,
	.permissions = MAS3_SX | MAS3_SR,
};
static struct tlb_window by_pid = {
	.address = PID_ADDRESS,
	.pages = 1,
	.gpa_pages = 1,
	.permissions = MAS3_SR,
};

static unsigned int checks, failures;

static void check(bool right, const char *what)
{
	checks++;
	if (right)
		return;
	failures++;
	print("tlb: %s: WRONG\n", what);
}

static volatile uint32_t *word(uint32_t address)
{
	return (volatile uint32_t *)(uintptr_t)address;
}

/* The word of a wide page that no other wide page shares. */
static volatile uint32_t *own_word(unsigned int page)
{
	return word(WIDE_ADDRESS + page * PAGE_SIZE) + page / BUFFER_PAGES;
}

static void check_wide(void)
{
	unsigned int page, wrong = 0, before = wide.misses;

	for (page = 0; page < WIDE_PAGES; page++)
		tlb_invalidate(WIDE_ADDRESS + page * PAGE_SIZE);
	for (page = 0; page < WIDE_PAGES; page++)
		*own_word(page) = page * 0x9e3779b9;
	check(wide.misses - before >= WIDE_PAGES, "a miss for each page");
	for (page = 0; page < WIDE_PAGES; page++)
		wrong += buffer[page % BUFFER_PAGES][page / BUFFER_PAGES] != page * 0x9e3779b9;
	check(!wrong, "stores arrive where the pages are");
	before = wide.misses;
	for (page = WIDE_PAGES; page-- > 0;)
		wrong += *own_word(page) != page * 0x9e3779b9;
	check(!wrong, "loads come from where the pages are");
	check(wide.misses > before, "TLB0 has an end");
}

static void check_search(void)
{
	struct tlb_entry entry;
	unsigned int before;

	(void)*word(WIDE_ADDRESS);
	check(tlb_search(WIDE_ADDRESS, &entry), "tlbsx finds a page");
	check((entry.mas3 & ~(uint32_t)(PAGE_SIZE - 1)) == (uint32_t)(uintptr_t)buffer,
	      "tlbsx says where it is");
	check((entry.mas3 & 0x3f) == (MAS3_SW | MAS3_SR), "tlbsx says what is allowed");
	check(!(entry.mas0 & MAS0_TLB1), "tlbsx says that it is in TLB0");
	check(tlb_search(0x100, &entry) && (entry.mas0 & MAS0_TLB1), "tlbsx finds TLB1");
	tlb_invalidate(WIDE_ADDRESS);
	check(!tlb_search(WIDE_ADDRESS, &entry), "tlbivax removes it");
	before = wide.misses;
	check(*word(WIDE_ADDRESS) == 0 && wide.misses == before + 1, "a miss brings it back");
}

static void check_permissions(void)
{
	struct exception exception;
	unsigned int hits;

	buffer[0][0] = 1;
	check(*word(READ_ADDRESS) == 1, "a read-only page can be read");
	probe_begin();
	*word(READ_ADDRESS) = 2;
	hits = probe_end(&exception);
	check(hits == 1 && exception.vector == VECTOR_DATA_STORAGE, "but not written");
	check(exception.dear == READ_ADDRESS && (exception.esr & ESR_ST), "DEAR and ESR say so");
	check(buffer[0][0] == 1, "and is not changed");
}

static void check_execution(void)
{
	uint32_t (*volatile function)(void) = (uint32_t(*)(void))TEXT_ADDRESS;
	struct exception exception;
	unsigned int hits;

	buffer[1][0] = 0x38600000 | ANSWER; /* li r3, ANSWER */
	buffer[1][1] = 0x4e800020;	    /* blr */
	__asm__ volatile("dcbst 0, %0; msync; icbi 0, %0; msync; isync"
			 :
			 : "r"(&buffer[1][0])
			 : "memory");
	check(function() == ANSWER && text.misses, "a page can be executed");
	function = (uint32_t(*)(void))(WIDE_ADDRESS + PAGE_SIZE);
	probe_begin();
	function();
	hits = probe_end(&exception);
	check(hits == 1 && exception.vector == VECTOR_INSTRUCTION_STORAGE,
	      "unless it may not be executed");
	check(exception.pc == WIDE_ADDRESS + PAGE_SIZE, "SRR0 says where");
}

/* The same address under two PIDs: PID 5 has an entry in TLB1, PID 6 gets one from the window. */
static void check_pids(void)
{
	struct tlb_entry entry = {
		.mas0 = MAS0_TLB1 | PID_SLOT << MAS0_ESEL_SHIFT,
		.mas1 = MAS1_VALID | 5 << MAS1_TID_SHIFT | TLB_SIZE_4K << MAS1_TSIZE_SHIFT,
		.mas2 = PID_ADDRESS | MAS2_M,
		.mas3 = (uint32_t)(uintptr_t)buffer[2] | MAS3_SR,
	};
	uint32_t first, second, again;

	buffer[2][0] = 5;
	buffer[3][0] = 6;
	tlb_invalidate(PID_ADDRESS);
	tlb_write(&entry);
	spr_write(SPR_PID, 5);
	__asm__ volatile("isync");
	first = *word(PID_ADDRESS);
	spr_write(SPR_PID, 6);
	__asm__ volatile("isync");
	second = *word(PID_ADDRESS);
	spr_write(SPR_PID, 5);
	__asm__ volatile("isync");
	again = *word(PID_ADDRESS);
	spr_write(SPR_PID, 0);
	__asm__ volatile("isync");
	check(first == 5 && again == 5, "PID 5 sees its page");
	check(second == 6, "PID 6 sees another");
	entry.mas1 = 0;
	tlb_write(&entry);
}

void command_tlb(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	if (!wide.gpa) {
		wide.gpa = read_only.gpa = (uint32_t)(uintptr_t)buffer[0];
		text.gpa = (uint32_t)(uintptr_t)buffer[1];
		by_pid.gpa = (uint32_t)(uintptr_t)buffer[3];
		tlb_add_window(&wide);
		tlb_add_window(&read_only);
		tlb_add_window(&text);
		tlb_add_window(&by_pid);
	}
	checks = failures = 0;
	check_wide();
	check_search();
	check_permissions();
	check_execution();
	check_pids();
	print("tlb: %u checks, %u failed; %u misses\n", checks, failures,
	      wide.misses + read_only.misses + text.misses + by_pid.misses);
}

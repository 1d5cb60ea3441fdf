/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command cost: what leaving the guest costs, in instructions, from the one that traps to the
 * first that runs again.  It counts by the time base, so it is right on a machine whose clock
 * counts instructions (QEMU's -icount) and nowhere else.
 */
#include "tests/guests/demo/demo.h"

#include "tests/guests/lib/frame.h"
#include "tests/guests/lib/hcall.h"
#include "tests/guests/lib/irq.h"
#include "tests/guests/lib/print.h"
#include "tests/guests/lib/spr.h"
#include "tests/guests/lib/timer.h"
#include "tests/guests/lib/tlb.h"
#include "tests/guests/lib/tree.h"

enum { TIMES = 64, PAGES = TIMES, WINDOW_ADDRESS = 0x78000000, UNKNOWN_CALL = 99 };

/* cost_code.S */
uint32_t cost_nothing(void);
uint32_t cost_thousand(void);
uint32_t cost_mfspr(void);
uint32_t cost_mtspr(void);
uint32_t cost_mfmsr(void);
uint32_t cost_wrteei(void);
uint32_t cost_rfi(void);
uint32_t cost_tlbsx(volatile const void *address);
uint32_t cost_tlbwe(void);
uint32_t cost_load(volatile const void *address);
uint32_t cost_syscall(void);
uint32_t cost_miss(volatile const void *address);
uint32_t cost_interrupt(void);
uint32_t cost_hcall(uint32_t token, const uint32_t regs[8]);
extern const uint8_t cost_vector_resume[], cost_vector_skip[], cost_vector_interrupt[];

static uint32_t nothing;  /* ticks of a trial without an instruction */
static uint32_t thousand; /* ticks of 1000 instructions */
static uint8_t page[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));

/* Where trial @n finds a page that no other trial touches. */
static volatile const void *own_page(unsigned int n)
{
	return (volatile const void *)(uintptr_t)(WINDOW_ADDRESS + n * PAGE_SIZE);
}

static uint32_t console_call(uint32_t number, uint32_t len)
{
	const char *handles = tree_find("/hypervisor/handles");
	const char *node = handles ? tree_child(handles) : NULL;
	uint32_t regs[8] = { 0, len, 0x2e2e2e2e, 0x2e2e2e2e, 0x2e2e2e2e, 0x2e2e0d0a };

	while (node && !tree_cell(node, "hv-handle", 0, &regs[0]))
		node = tree_sibling(node);
	return cost_hcall(HCALL_EPAPR(number), regs);
}

static uint32_t try_send(unsigned int n)
{
	(void)n;
	return console_call(EPAPR_HCALL_BYTE_CHANNEL_SEND, 16);
}

static uint32_t try_receive(unsigned int n)
{
	(void)n;
	return console_call(EPAPR_HCALL_BYTE_CHANNEL_RECEIVE, 16);
}

static uint32_t try_poll(unsigned int n)
{
	(void)n;
	return console_call(EPAPR_HCALL_BYTE_CHANNEL_POLL, 0);
}

static uint32_t try_unknown(unsigned int n)
{
	static const uint32_t regs[8];

	(void)n;
	return cost_hcall(HCALL_EPAPR(UNKNOWN_CALL), regs);
}

static uint32_t try_mfspr(unsigned int n)
{
	(void)n;
	return cost_mfspr();
}

static uint32_t try_mtspr(unsigned int n)
{
	(void)n;
	return cost_mtspr();
}

static uint32_t try_mfmsr(unsigned int n)
{
	(void)n;
	return cost_mfmsr();
}

static uint32_t try_wrteei(unsigned int n)
{
	(void)n;
	return cost_wrteei();
}

static uint32_t try_rfi(unsigned int n)
{
	(void)n;
	return cost_rfi();
}

static uint32_t try_tlbsx(unsigned int n)
{
	(void)n;
	return cost_tlbsx(page);
}

static uint32_t try_syscall(unsigned int n)
{
	(void)n;
	return cost_syscall();
}

static uint32_t try_miss(unsigned int n)
{
	return cost_miss(own_page(n));
}

/* Leaves the page mapped, so that the load that follows finds it in the guest's TLB only. */
static uint32_t try_tlbwe(unsigned int n)
{
	spr_write(SPR_MAS0, 0);
	spr_write(SPR_MAS1, MAS1_VALID | TLB_SIZE_4K << MAS1_TSIZE_SHIFT);
	spr_write(SPR_MAS2, (uintptr_t)own_page(n) | MAS2_M);
	spr_write(SPR_MAS3, (uintptr_t)page | MAS3_SR);
	spr_write(SPR_MAS7, 0);
	return cost_tlbwe();
}

static uint32_t try_load(unsigned int n)
{
	return cost_load(own_page(n));
}

static uint32_t handle_of_bell;

static uint32_t try_doorbell(unsigned int n)
{
	const uint32_t regs[8] = { handle_of_bell };

	(void)n;
	return cost_hcall(HCALL_EPAPR(EPAPR_HCALL_DOORBELL_SEND), regs);
}

/* The doorbell's own interrupt, which rang before. */
static uint32_t try_interrupt(unsigned int n)
{
	uint32_t ticks, regs[8] = { handle_of_bell };

	(void)n;
	hcall(HCALL_EPAPR(EPAPR_HCALL_DOORBELL_SEND), regs);
	ticks = cost_interrupt();
	irq_end(irq_acknowledge());
	return ticks;
}

static const struct trial {
	const char *name;
	uint32_t (*try)(unsigned int n);
	unsigned int ivor; /* vector that it ends in; */
	const uint8_t *vector;
	bool rings;
} trials[] = {
	{ .name = "mfspr", .try = try_mfspr },
	{ .name = "mtspr", .try = try_mtspr },
	{ .name = "mfmsr", .try = try_mfmsr },
	{ .name = "wrteei", .try = try_wrteei },
	{ .name = "rfi", .try = try_rfi },
	{ .name = "tlbsx", .try = try_tlbsx },
	{ .name = "tlb-miss",
	  .try = try_miss,
	  .ivor = VECTOR_DATA_TLB,
	  .vector = cost_vector_skip },
	{ .name = "tlbwe", .try = try_tlbwe },
	{ .name = "shadow-fill", .try = try_load },
	{ .name = "system-call",
	  .try = try_syscall,
	  .ivor = VECTOR_SYSTEM_CALL,
	  .vector = cost_vector_resume },
	{ .name = "hcall-unknown", .try = try_unknown },
	{ .name = "hcall-poll", .try = try_poll },
	{ .name = "hcall-receive", .try = try_receive },
	{ .name = "hcall-send", .try = try_send },
	{ .name = "hcall-doorbell", .try = try_doorbell, .rings = true },
	{ .name = "interrupt",
	  .try = try_interrupt,
	  .ivor = VECTOR_EXTERNAL,
	  .vector = cost_vector_interrupt,
	  .rings = true },
};

enum { NUM_TRIALS = sizeof(trials) / sizeof(trials[0]) };

struct cost {
	uint32_t sum, least, worst; /* ticks */
};

static uint32_t swap_vector(unsigned int ivor, uint32_t offset)
{
	uint32_t before = 0;

	switch (ivor) {
	case VECTOR_DATA_TLB:
		before = spr_read(SPR_IVOR0 + VECTOR_DATA_TLB);
		spr_write(SPR_IVOR0 + VECTOR_DATA_TLB, offset);
		break;
	case VECTOR_SYSTEM_CALL:
		before = spr_read(SPR_IVOR0 + VECTOR_SYSTEM_CALL);
		spr_write(SPR_IVOR0 + VECTOR_SYSTEM_CALL, offset);
		break;
	case VECTOR_EXTERNAL:
		before = spr_read(SPR_IVOR0 + VECTOR_EXTERNAL);
		spr_write(SPR_IVOR0 + VECTOR_EXTERNAL, offset);
		break;
	}
	return before;
}

static void run(const struct trial *trial, struct cost *cost)
{
	uint32_t before = swap_vector(trial->ivor, (uint32_t)(uintptr_t)trial->vector);
	unsigned int n;

	*cost = (struct cost){ .least = UINT32_MAX };
	for (n = 0; n < TIMES; n++) {
		uint32_t ticks = trial->try(n) - nothing;

		cost->sum += ticks;
		if (ticks < cost->least)
			cost->least = ticks;
		if (ticks > cost->worst)
			cost->worst = ticks;
	}
	swap_vector(trial->ivor, before);
}

static uint32_t instructions(uint32_t ticks)
{
	return (ticks * 1000 + thousand / 2) / thousand;
}

/* Only with a doorbell that comes back can interrupts be measured. */
static bool find_bell(void)
{
	const char *handles = tree_find("/hypervisor/handles");
	const char *node = handles ? tree_child(handles) : NULL;

	for (; node; node = tree_sibling(node)) {
		const char *compatible = tree_string(node, "compatible");

		if (compatible && !strcmp(compatible, "epapr,hv-send-doorbell"))
			return tree_cell(node, "hv-handle", 0, &handle_of_bell);
	}
	return false;
}

void command_cost(int argc, char **argv)
{
	static struct cost costs[NUM_TRIALS];
	bool has_bell = find_bell();
	uint32_t msr = msr_read();
	unsigned int i;

	(void)argc;
	(void)argv;
	timer_stop();
	msr_write(msr & ~(uint32_t)MSR_EE);
	nothing = cost_nothing();
	thousand = cost_thousand() - nothing;
	for (i = 0; i < NUM_TRIALS; i++)
		if (has_bell || !trials[i].rings)
			run(&trials[i], &costs[i]);
	msr_write(msr);
	timer_start();
	for (i = 0; i < NUM_TRIALS; i++)
		if (has_bell || !trials[i].rings)
			print("cost: %-14s mean %4u least %4u worst %4u\n", trials[i].name,
			      instructions(costs[i].sum / TIMES), instructions(costs[i].least),
			      instructions(costs[i].worst));
}

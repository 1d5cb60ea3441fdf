/* SPDX-License-Identifier: BSD-2-Clause */
/* The command user: a program in user state, whose every step beyond its rights must be refused. */
#include "tests/guests/demo/demo.h"

#include "tests/guests/lib/exception.h"
#include "tests/guests/lib/print.h"
#include "tests/guests/lib/spr.h"
#include "tests/guests/lib/tlb.h"

enum {
	TEXT_ADDRESS = 0x50000000,
	STACK_ADDRESS = 0x50002000,
	MAX_STEPS = 16,
	WORKED = 0x600d0000, /* what user_code reads back from its stack */
};

/* In user_code.S. */
extern const char user_code[];
void user_enter(uint32_t pc, uint32_t sp, uint32_t msr) __attribute__((noreturn));

static const char *const steps[] = {
	"hypercall",	   "mfmsr",
	"wrteei",	   "mtspr IVPR",
	"tlbwe",	   "load from kernel",
	"store to kernel", "store to own text",
};

enum { NUM_STEPS = sizeof(steps) / sizeof(steps[0]) };

static uint8_t stack[PAGE_SIZE] __attribute__((aligned(PAGE_SIZE)));
static struct context back;
static uint32_t result;
static unsigned int num_seen;
static struct {
	uint32_t vector, esr;
} seen[MAX_STEPS];

static bool on_refusal(struct frame *frame)
{
	if (!(frame->msr & MSR_PR))
		return false;
	if (num_seen < MAX_STEPS) {
		seen[num_seen].vector = frame->vector;
		seen[num_seen].esr = spr_read(SPR_ESR);
		num_seen++;
	}
	frame->pc += 4;
	return true;
}

static bool on_system_call(struct frame *frame)
{
	if (!(frame->msr & MSR_PR))
		return false;
	result = frame->gpr[3];
	exception_redirect(frame, &back);
	return true;
}

static void prepare(void)
{
	static struct tlb_window text = {
		.address = TEXT_ADDRESS,
		.pages = 1,
		.gpa_pages = 1,
		.permissions = MAS3_UX | MAS3_UR,
	};
	static struct tlb_window data = {
		.address = STACK_ADDRESS,
		.pages = 1,
		.gpa_pages = 1,
		.permissions = MAS3_UW | MAS3_UR,
	};

	if (!text.gpa) {
		text.gpa = (uint32_t)(uintptr_t)user_code;
		data.gpa = (uint32_t)(uintptr_t)stack;
		tlb_add_window(&text);
		tlb_add_window(&data);
	}
	exception_set_handler(VECTOR_PROGRAM, on_refusal);
	exception_set_handler(VECTOR_DATA_STORAGE, on_refusal);
	exception_set_handler(VECTOR_SYSTEM_CALL, on_system_call);
	num_seen = 0;
	result = 0;
}

void command_user(int argc, char **argv)
{
	unsigned int i;

	(void)argc;
	(void)argv;
	prepare();
	if (!context_save(&back))
		user_enter(TEXT_ADDRESS, STACK_ADDRESS + PAGE_SIZE, msr_read() | MSR_PR);
	for (i = 0; i < num_seen; i++)
		print("%-20s%s, ESR=%08x\n", i < NUM_STEPS ? steps[i] : "?",
		      exception_name(seen[i].vector), seen[i].esr);
	print("user: %u of %u refused, own stack %s\n", num_seen, NUM_STEPS,
	      result == WORKED ? "works" : "FAILS");
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/guests/demo/demo.h"

#include "tests/guests/lib/console.h"
#include "tests/guests/lib/exception.h"
#include "tests/guests/lib/irq.h"
#include "tests/guests/lib/print.h"
#include "tests/guests/lib/spr.h"
#include "tests/guests/lib/timer.h"
#include "tests/guests/lib/tlb.h"
#include "tests/guests/lib/tree.h"

enum {
	EPAPR_MAGIC = 0x45504150,
	LINE_SIZE = 256,
};

/* Called by start.S. */
void guest_main(uint32_t tree_gpa, uint32_t magic, uint32_t initial_map);

static void banner(void)
{
	print("\nberyl demo guest: partition %s, %u vCPU%s, %llu MiB, hypervisor %s\n", facts.label,
	      facts.num_vcpus, facts.num_vcpus == 1 ? "" : "s",
	      (unsigned long long)(facts.memory >> 20), facts.version);
	print("tree %u bytes at %08x, initial map %u MiB, type help\n", (unsigned int)tree_size(),
	      facts.tree_gpa, facts.initial_map >> 20);
}

void guest_main(uint32_t tree_gpa, uint32_t magic, uint32_t initial_map)
{
	static struct context prompt;
	static char line[LINE_SIZE];

	if (!tree_init(tlb_map_tree(tree_gpa)) || !console_init())
		return;
	tlb_init();
	facts_read(tree_gpa, initial_map);
	banner();
	if (magic != EPAPR_MAGIC)
		print("entered with r6 = %08x, not the ePAPR magic\n", magic);
	timer_init();
	if (!irq_init())
		print("no virtual PIC: the console polls\n");
	msr_write(MSR_CE | MSR_EE | MSR_ME);
	timer_start();
	console_use_interrupts();
	bells_init();
	errors_init();

	context_save(&prompt);
	exception_recover_to(&prompt);
	while (true) {
		print("%s> ", facts.label);
		if (line_read(line, sizeof(line)))
			command_run(line);
	}
}

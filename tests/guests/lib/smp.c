/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/guests/lib/smp.h"

#include "tests/guests/lib/frame.h"
#include "tests/guests/lib/irq.h"
#include "tests/guests/lib/spr.h"
#include "tests/guests/lib/timer.h"
#include "tests/guests/lib/tlb.h"
#include "tests/guests/lib/tree.h"

/* ePAPR 1.1 §5.5.2 */
struct spin_entry {
	uint32_t addr_high, addr_low, r3_high, r3_low, reserved, pir;
};

static struct {
	bool online;
	void (*work)(unsigned int vcpu);
} volatile vcpus[MAX_VCPUS];

/* Where a vCPU with a tick looks for work: the tick ends every wait. */
static const volatile uint32_t never;

/* In start.S; and what it calls. */
extern const char secondary_start[];
void secondary_main(unsigned int vcpu);

void secondary_main(unsigned int vcpu)
{
	tlb_init();
	msr_write(MSR_CE | MSR_EE | MSR_ME);
	timer_start();
	vcpus[vcpu].online = true;
	while (true) {
		void (*work)(unsigned int) = vcpus[vcpu].work;

		if (work) {
			work(vcpu);
			__asm__ volatile("msync" : : : "memory");
			vcpus[vcpu].work = NULL;
		} else {
			irq_idle(&never);
		}
	}
}

static const char *find_node(unsigned int vcpu)
{
	const char *cpus = tree_find("/cpus");
	const char *node = cpus ? tree_child(cpus) : NULL;
	uint32_t reg;

	while (node && !(tree_cell(node, "reg", 0, &reg) && reg == vcpu))
		node = tree_sibling(node);
	return node;
}

bool smp_release(unsigned int vcpu)
{
	const char *node = find_node(vcpu);
	volatile struct spin_entry *entry;
	const uint32_t *release;
	uint64_t begin;
	size_t len;

	if (vcpu >= MAX_VCPUS || !node)
		return false;
	release = tree_prop(node, "cpu-release-addr", &len);
	if (!release || len != 8)
		return false;
	if (!vcpus[vcpu].online) {
		entry = tlb_map_page(tree_number(release, 2), true);
		entry->r3_high = 0;
		entry->r3_low = vcpu;
		entry->addr_high = 0;
		__asm__ volatile("msync" : : : "memory");
		entry->addr_low = (uint32_t)(uintptr_t)secondary_start;
		__asm__ volatile("msync" : : : "memory");
	}
	begin = timer_now();
	while (!vcpus[vcpu].online && timer_now() - begin < timer_frequency())
		;
	return vcpus[vcpu].online;
}

void smp_run(unsigned int vcpu, void (*work)(unsigned int vcpu))
{
	vcpus[vcpu].work = work;
	__asm__ volatile("msync" : : : "memory");
}

bool smp_is_busy(unsigned int vcpu)
{
	return vcpus[vcpu].work != NULL;
}

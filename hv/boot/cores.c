/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/booke/core.h"
#include "hv/booke/io.h"
#include "hv/booke/spr.h"
#include "hv/booke/time.h"
#include "hv/booke/tlb.h"
#include "hv/boot/boot.h"
#include "hv/console/log.h"
#include "hv/console/panic.h"
#include "hv/console/console.h"
#include "hv/debug/debug.h"
#include "hv/irq/mpic.h"
#include "hv/vcpu/vcpu.h"

extern const char image_start[], secondary_start[];

void boot_secondary(void) __attribute__((noreturn));

static atomic_uint arrived; /* bit = PIR */

/* A core's spin-table entry (ePAPR 1.1 section 5.5.2). */
struct spin_table_entry {
	uint32_t addr_high, addr_low;
	uint32_t r3_high, r3_low;
	uint32_t reserved;
	uint32_t pir;
};

void boot_cores_create(const struct plan *plan, struct arena *arena)
{
	for (unsigned int i = 0; i < plan->num_cpus; i++) {
		uint32_t hwid = plan->cpus[i].hwid;
		struct core *core;
		char *stack;

		if (hwid == this_core->hwid) {
			this_core->index = i;
			continue;
		}
		core = arena_alloc(arena, sizeof(*core), _Alignof(struct core));
		stack = arena_alloc(arena, CORE_STACK_SIZE, 64);
		if (!core || !stack)
			panic("hv-memory has no room for %u cores: make it larger", plan->num_cpus);
		core->hwid = hwid;
		core->index = i;
		core->stack_top = (uint32_t)stack + CORE_STACK_SIZE - 16;
		cores[hwid] = core;
	}
}

static void release(const struct plan_cpu *cpu, uint64_t entry_tpa)
{
	size_t len;
	volatile struct spin_table_entry *entry = tlb_window(0, cpu->release_tpa, &len);

	entry->pir = cpu->hwid;
	entry->r3_high = 0;
	entry->r3_low = 0;
	entry->addr_high = (uint32_t)(entry_tpa >> 32);
	__asm__ volatile("sync" : : : "memory");
	entry->addr_low = (uint32_t)entry_tpa;
	__asm__ volatile("sync\n\tdcbf 0, %0\n\tsync" : : "r"(entry) : "memory");
}

void boot_cores_release(const struct plan *plan, uint64_t image_tpa)
{
	uint64_t entry = image_tpa + (uint64_t)(secondary_start - image_start);
	uint64_t deadline = time_now() + plan->timebase_hz;
	unsigned int expected = 0;
	unsigned int missing;

	for (unsigned int i = 0; i < plan->num_cpus; i++) {
		if (!plan->cpus[i].release_tpa)
			continue;
		release(&plan->cpus[i], entry);
		expected |= 1u << plan->cpus[i].hwid;
	}
	do {
		missing = expected & ~atomic_load_explicit(&arrived, memory_order_acquire);
	} while (missing && time_now() < deadline);
	for (unsigned int hwid = 0; missing; hwid++, missing >>= 1)
		if (missing & 1)
			log_printf(LOG_BOOT, LOG_ERROR,
				   "core %u did not leave its spin table within a second", hwid);
}

void boot_secondary(void)
{
	core_init();
	mpic_init_core();
	atomic_fetch_or_explicit(&arrived, 1u << this_core->hwid, memory_order_acq_rel);
	boot_core_loop();
}

void boot_core_loop(void)
{
	for (;;) {
		unsigned int work =
			atomic_exchange_explicit(&this_core->work, 0, memory_order_acq_rel);

		if (work & CORE_WORK_SHELL)
			console_run();
		if (work & CORE_WORK_DEBUG)
			debug_run();
		if (this_core->vcpu && vcpu_ready(this_core->vcpu))
			vcpu_enter(this_core->vcpu);
		if (!atomic_load_explicit(&this_core->work, memory_order_acquire))
			core_wait();
	}
}

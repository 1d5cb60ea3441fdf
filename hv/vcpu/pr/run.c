/* SPDX-License-Identifier: BSD-2-Clause */
/* Into the guest and back out: the journey of a trap. */
#include <string.h>

#include "hv/booke/spr.h"
#include "hv/booke/time.h"
#include "hv/booke/trap.h"
#include "hv/boot/boot.h"
#include "hv/console/panic.h"
#include "hv/debug/debug.h"
#include "hv/hcall/hcall.h"
#include "hv/partition/partition.h"
#include "hv/vcpu/pr/pr.h"

#define EPAPR_MAGIC 0x45504150

enum { SECONDARY_MAP_LEAST = 1 << 20 }; /* bytes */

const char *const vcpu_exit_names[VCPU_EXITS] = {
	[VCPU_EXIT_HCALL] = "hypercall",       [VCPU_EXIT_EMULATE] = "emulate",
	[VCPU_EXIT_TLB_SHADOW] = "tlb-shadow", [VCPU_EXIT_TLB_GUEST] = "tlb-guest",
	[VCPU_EXIT_REFLECT] = "reflect",       [VCPU_EXIT_EXTERNAL] = "external",
	[VCPU_EXIT_DOORBELL] = "doorbell",     [VCPU_EXIT_DECREMENTER] = "decrementer",
};

const char *vcpu_vector_name(unsigned int vector)
{
	static const char *const names[TRAP_VECTORS] = {
		[TRAP_DATA_STORAGE] = "data-storage",
		[TRAP_INST_STORAGE] = "instruction-storage",
		[TRAP_EXTERNAL] = "external",
		[TRAP_ALIGNMENT] = "alignment",
		[TRAP_PROGRAM] = "program",
		[TRAP_FP_UNAVAILABLE] = "fp-unavailable",
		[TRAP_SYSTEM_CALL] = "system-call",
		[TRAP_HV_SYSTEM_CALL] = "system-call",
		[TRAP_APU_UNAVAILABLE] = "apu-unavailable",
		[TRAP_DECREMENTER] = "decrementer",
		[TRAP_DATA_TLB] = "data-tlb",
		[TRAP_INST_TLB] = "instruction-tlb",
		[TRAP_DOORBELL] = "doorbell",
	};

	return vector < TRAP_VECTORS && names[vector] ? names[vector] : "?";
}

int vcpu_create(struct vcpu *vcpu, struct arena *arena)
{
	struct pr_vcpu *pr = arena_alloc(arena, sizeof(*pr), 64);

	if (!pr)
		return -1;
	pr->vcpu = vcpu;
	vcpu->backend = pr;
	return 0;
}

static void map_initial_area(struct pr_vcpu *pr, const struct vcpu_start *start)
{
	/* Sizes between the powers of four take two entries. */
	uint64_t size = start->map_size;
	unsigned int tsize = TSIZE_4K;
	unsigned int pieces = 1;

	while (tsize < TSIZE_4G && (1024ull << (2 * (tsize + 1))) <= size)
		tsize++;
	if ((1024ull << (2 * tsize)) < size)
		pieces = 2;
	for (unsigned int i = 0; i < pieces; i++) {
		uint64_t offset = i * (1024ull << (2 * tsize));
		uint64_t gpa = start->map_gpa + offset;

		pr->tlb[PR_TLB0_ENTRIES + i] = (struct pr_tlb_entry){
			.mas1 = MAS1_VALID | MAS1_IPROT | tsize << MAS1_TSIZE_SHIFT,
			.mas2 = (start->map_va + (uint32_t)offset) | MAS2_M,
			.mas3 = (uint32_t)gpa | MAS3_SX | MAS3_SW | MAS3_SR,
			.mas7 = (uint32_t)(gpa >> 32),
		};
	}
}

void vcpu_reset(struct vcpu *vcpu, const struct vcpu_start *start)
{
	struct pr_vcpu *pr = pr_of(vcpu);
	struct trap_frame *frame = pr_frame(pr);

	pr_tlb_reset(pr);
	*frame = (struct trap_frame){ .pc = start->entry };
	frame->gpr[1] = 0xdeadbeef;
	frame->gpr[3] = start->r3;
	frame->gpr[6] = EPAPR_MAGIC;
	frame->gpr[7] = (uint32_t)start->map_size;
	map_initial_area(pr, start);
	pr->pid = 0;
	pr->esr = pr->dear = pr->mcsr = pr->mcar = pr->mcaru = 0;
	pr->mas4 = 0;
	pr->epr = 0;
	pr->hid0 = pr->l2csr0 = pr->l2csr1 = 0;
	pr->l1csr0 = pr->l1csr1 = 1; /* caches on */
	pr->dbcr0 = pr->dbcr1 = pr->dbcr2 = pr->dbsr = 0;
	pr->idle = vcpu->frozen = false;
	atomic_store(&pr->pending, 0);
	pr_timer_reset(pr);
	mtspr(SPR_SPRG3, 0);
	mtspr(SPR_SPRG4, 0);
	mtspr(SPR_SPRG5, 0);
	mtspr(SPR_SPRG6, 0);
	mtspr(SPR_SPRG7, 0);
	mtspr(SPR_USPRG0, 0);
	fpu_clear();
	pr->msr = 0;
	pr_set_msr(pr, 0);
	pr_shadow_switch(pr);
	if (vcpu->debug)
		debug_vcpu_begins(vcpu);
}

void vcpu_halt(struct vcpu *vcpu)
{
	pr_timer_halt(pr_of(vcpu));
	pr_shadow_flush(pr_of(vcpu));
}

/* The guest released this vCPU from its spin table: start it where the entry says. */
static bool leave_spin_table(struct vcpu *vcpu)
{
	volatile struct spin_entry *entry = &vcpu->partition->spin_table[vcpu->num];
	/*
	 * ePAPR 1.1 section 5.5.3 asks for 1 MiB around the entry, but a kernel that is larger
	 * reads its own variables before it has a mapping of its own (Linux 6.1 does): what the
	 * first vCPU had, at least.
	 */
	uint64_t size = vcpu->partition->plan->init_map_size;
	uint32_t addr = entry->addr_low;
	struct vcpu_start start;

	if (addr & 1)
		return false;
	__asm__ volatile("lwsync" : : : "memory");
	if (size < SECONDARY_MAP_LEAST)
		size = SECONDARY_MAP_LEAST;
	start = (struct vcpu_start){
		.entry = addr,
		.r3 = entry->r3_low,
		.map_va = addr & ~(uint32_t)(size - 1),
		.map_gpa = ((uint64_t)entry->addr_high << 32 | addr) & ~(size - 1),
		.map_size = size,
	};
	vcpu_reset(vcpu, &start);
	atomic_store(&vcpu->state, VCPU_RUNNING);
	return true;
}

static bool wake_from_idle(struct pr_vcpu *pr)
{
	if (!atomic_load(&pr->pending) &&
	    !vpic_deliverable(&pr->vcpu->partition->vpic, pr->vcpu->num))
		return false;
	pr->idle = false;
	return true;
}

bool vcpu_ready(struct vcpu *vcpu)
{
	enum { SPIN_POLL_HZ = 1000 };

	if (atomic_load(&vcpu->partition->state) != PARTITION_RUNNING)
		partition_advance(vcpu);
	if (vcpu->debug && !debug_may_run(vcpu))
		return false;
	if (vcpu->paused)
		return false;
	switch (atomic_load(&vcpu->state)) {
	case VCPU_SPINNING:
		if (leave_spin_table(vcpu))
			return !vcpu->debug || debug_may_run(vcpu);
		/* QEMU can lose an expiry that meets a write of TCR: so the timer is set last. */
		if (!(mfspr(SPR_TCR) & TCR_DIE))
			mtspr(SPR_TCR, TCR_DIE);
		mtspr(SPR_DEC, plan.timebase_hz / SPIN_POLL_HZ);
		return false;
	case VCPU_RUNNING:
		if (vcpu->copy.entries) {
			hcall_memcpy_continue(vcpu);
			return false;
		}
		return !pr_of(vcpu)->idle || wake_from_idle(pr_of(vcpu));
	default:
		return false;
	}
}

void vcpu_idle(struct vcpu *vcpu)
{
	pr_of(vcpu)->idle = true;
}

void vcpu_wake(struct vcpu *vcpu)
{
	core_post(vcpu->core, CORE_WORK_VCPU);
}

void vcpu_kick(struct vcpu *vcpu)
{
	atomic_store(&pr_of(vcpu)->attention, 1);
	/* On its own core it looks before the guest goes on. */
	if (vcpu->core != this_core)
		core_post(vcpu->core, CORE_WORK_VCPU);
}

void vcpu_decrementer(struct vcpu *vcpu)
{
	mtspr(SPR_TSR, TSR_DIS);
	if (atomic_load(&vcpu->state) == VCPU_RUNNING)
		pr_timer_fired(pr_of(vcpu));
}

void vcpu_set_paused(struct vcpu *vcpu, bool paused)
{
	pr_timer_rest(pr_of(vcpu), &vcpu->paused, paused);
}

static void post(struct vcpu *vcpu, unsigned int bit)
{
	atomic_fetch_or(&pr_of(vcpu)->pending, bit);
	vcpu_kick(vcpu);
}

void vcpu_send_nmi(struct vcpu *vcpu)
{
	post(vcpu, PR_PENDING_NMI);
}

void vcpu_report_error(struct vcpu *vcpu)
{
	post(vcpu, PR_PENDING_ERROR);
}

void vcpu_describe(const struct vcpu *vcpu, struct vcpu_report *report)
{
	const struct pr_vcpu *pr = pr_of(vcpu);

	*report = (struct vcpu_report){
		.pc = vcpu->core->guest.pc,
		.msr = pr->msr,
		.esr = pr->esr,
		.dear = pr->dear,
	};
}

void vcpu_enter(struct vcpu *vcpu)
{
	pr_deliver(pr_of(vcpu));
	trap_enter_guest();
}

/* A TLB miss or storage interrupt: fill the hardware's TLB, or it is the guest's. */
static enum vcpu_exit translate(struct pr_vcpu *pr, enum trap_vector vector)
{
	bool data = vector == TRAP_DATA_TLB || vector == TRAP_DATA_STORAGE;
	bool storage = vector == TRAP_DATA_STORAGE || vector == TRAP_INST_STORAGE;
	uint32_t esr = mfspr(SPR_ESR);
	uint32_t ea = data ? mfspr(SPR_DEAR) : pr_frame(pr)->pc;
	enum pr_access access = !data ? PR_FETCH : esr & ESR_ST ? PR_STORE : PR_LOAD;
	uint64_t gpa = 0;

	switch (pr_shadow_map(pr, ea, access, storage, &gpa)) {
	case PR_TRANSLATED:
		return VCPU_EXIT_TLB_SHADOW;
	case PR_NOTHING_THERE:
		pr_machine_check(pr, pr_mcsr(access), ea, gpa);
		break;
	case PR_DEVICE:
		pr_device_access(pr, ea, access, gpa);
		return VCPU_EXIT_EMULATE;
	case PR_MISS:
		pr_tlb_prepare_miss(pr, ea, !!(pr->msr & (data ? MSR_DS : MSR_IS)));
		if (data)
			pr_inject_storage(pr, TRAP_DATA_TLB, esr & ESR_ST, ea);
		else
			pr_inject_esr(pr, TRAP_INST_TLB, 0);
		break;
	case PR_NOT_ALLOWED:
		if (data)
			pr_inject_storage(pr, TRAP_DATA_STORAGE, esr & ESR_ST, ea);
		else
			pr_inject_esr(pr, TRAP_INST_STORAGE, 0);
		break;
	}
	return VCPU_EXIT_TLB_GUEST;
}

static enum vcpu_exit program(struct pr_vcpu *pr)
{
	uint32_t esr = mfspr(SPR_ESR);
	uint32_t instruction;

	if (esr & ESR_PPR && !(pr->msr & MSR_PR)) {
		if (pr_fetch(pr, pr_frame(pr)->pc, &instruction))
			pr_emulate(pr, instruction);
		/* else its translation has just gone: the fetch traps again, and then it is a miss
		 */
		return VCPU_EXIT_EMULATE;
	}
	if (!(esr & ESR_PTR && pr->vcpu->debug && debug_trapped(pr->vcpu)))
		pr_inject_esr(pr, TRAP_PROGRAM, esr);
	return VCPU_EXIT_REFLECT;
}

/* sc 0 and sc 1 may share a vector: the instruction tells them apart. */
static inline enum vcpu_exit system_call(struct pr_vcpu *pr)
{
	struct trap_frame *frame = pr_frame(pr);
	uint32_t instruction;

	if (!pr_fetch(pr, frame->pc - 4, &instruction)) {
		frame->pc -= 4;
		return VCPU_EXIT_HCALL;
	}
	if (instruction != HCALL_INSTRUCTION) {
		pr_inject(pr, TRAP_SYSTEM_CALL);
		return VCPU_EXIT_REFLECT;
	}
	if (pr->msr & MSR_PR) {
		frame->pc -= 4;
		pr_inject_esr(pr, TRAP_PROGRAM, ESR_PPR);
		return VCPU_EXIT_REFLECT;
	}
	hcall_dispatch(pr->vcpu, &frame->gpr[3], frame->gpr[11]);
	return VCPU_EXIT_HCALL;
}

/* Not inlined: a hypercall shall not pay for the registers that all the others need. */
static __attribute__((noinline)) enum vcpu_exit handle(struct pr_vcpu *pr, enum trap_vector vector)
{
	switch (vector) {
	case TRAP_PROGRAM:
		return program(pr);
	case TRAP_DATA_TLB:
	case TRAP_INST_TLB:
	case TRAP_DATA_STORAGE:
	case TRAP_INST_STORAGE:
		return translate(pr, vector);
	case TRAP_DECREMENTER:
		vcpu_decrementer(pr->vcpu);
		return VCPU_EXIT_DECREMENTER;
	case TRAP_EXTERNAL:
		trap_interrupt(vector);
		return VCPU_EXIT_EXTERNAL;
	case TRAP_DOORBELL:
		trap_interrupt(vector);
		return VCPU_EXIT_DOORBELL;
	case TRAP_ALIGNMENT:
		pr_inject_storage(pr, vector, mfspr(SPR_ESR) & ESR_ST, mfspr(SPR_DEAR));
		return VCPU_EXIT_REFLECT;
	default:
		pr_inject(pr, vector);
		return VCPU_EXIT_REFLECT;
	}
}

void trap_from_guest(enum trap_vector vector)
{
	struct vcpu *vcpu = this_core->vcpu;
	struct pr_vcpu *pr = pr_of(vcpu);
	bool call = vector == TRAP_SYSTEM_CALL || vector == TRAP_HV_SYSTEM_CALL;

	vcpu->exits[call ? system_call(pr) : handle(pr, vector)]++;
	/* Other work, or a vCPU that is idle or stopped: not straight back into the guest. */
	if (atomic_load_explicit(&this_core->work, memory_order_relaxed) || pr->idle)
		boot_core_loop();
	if (atomic_load_explicit(&pr->attention, memory_order_relaxed))
		pr_deliver(pr);
}

/* The same, and measure; what does not come straight back is not measured. */
static void timed_from_guest(enum trap_vector vector)
{
	uint32_t since = time_low(), ticks, before[VCPU_EXITS];
	struct vcpu *vcpu = this_core->vcpu;

	memcpy(before, vcpu->exits, sizeof(before));
	trap_from_guest(vector);
	ticks = time_low() - since;
	for (unsigned int i = 0; i < VCPU_EXITS; i++) {
		struct vcpu_cost *cost = &vcpu->costs[i];

		if (vcpu->exits[i] == before[i])
			continue;
		if (!cost->count++ || ticks < cost->least)
			cost->least = ticks;
		if (ticks > cost->most)
			cost->most = ticks;
		cost->sum += ticks;
	}
}

void vcpu_set_timing(bool on)
{
	for (unsigned int i = 0; i < CORE_MAX; i++)
		if (cores[i])
			cores[i]->from_guest = on ? timed_from_guest : trap_from_guest;
}

bool vcpu_timing(void)
{
	return this_core->from_guest == timed_from_guest;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who runs and who rests.  A vCPU comes to rest on its own core, between two instructions of its
 * guest, when somebody holds the partition; it says so in debug.at_rest.  What makes another change
 * is followed by a look of all cores concerned.
 */
#include "hv/debug/debug.h"

#include "hv/booke/core.h"
#include "hv/console/channels.h"
#include "hv/console/panic.h"
#include "hv/debug/internal.h"

static uint32_t bit_of(const struct vcpu *vcpu)
{
	return UINT32_C(1) << vcpu->num;
}

static bool all_rest(const struct debug *debug)
{
	return debug->at_rest == (UINT32_C(1) << debug->partition->plan->num_cpus) - 1;
}

/* Have all vCPUs and stubs look. */
static void post_all(struct debug *debug)
{
	for (unsigned int v = 0; v < debug->partition->plan->num_cpus; v++)
		core_post(debug->partition->vcpus[v].core, CORE_WORK_VCPU | CORE_WORK_DEBUG);
}

/* Under the lock; post_all() has to follow. */
static void hold(struct stub *stub, struct vcpu *vcpu, unsigned int signal)
{
	if (stub->debug->holds & stub->bit)
		return;
	stub->debug->holds |= stub->bit;
	stub->stopped = vcpu;
	stub->signal = signal;
}

void debug_hold(struct stub *stub, struct vcpu *vcpu, unsigned int signal)
{
	lock_acquire(&stub->debug->lock);
	hold(stub, vcpu, signal);
	lock_release(&stub->debug->lock);
	post_all(stub->debug);
}

bool debug_is_held(struct stub *stub)
{
	struct debug *debug = stub->debug;
	bool held;

	lock_acquire(&debug->lock);
	held = debug->holds & stub->bit && all_rest(debug) && !debug->stepper;
	lock_release(&debug->lock);
	return held;
}

/* Under the lock: these hold the vCPUs no longer. */
static void let_go(struct debug *debug, uint32_t holds)
{
	debug->holds &= ~holds;
	if (!debug->holds)
		breakpoint_place_all(debug, true);
}

bool debug_resume(struct stub *stub, struct vcpu *step)
{
	struct debug *debug = stub->debug;
	bool busy;

	lock_acquire(&debug->lock);
	busy = debug->stepper != NULL; /* for another stub */
	if (!busy && (step || breakpoint_owners(stub->stopped))) {
		debug->release = step ? 0 : stub->bit;
		if (step)
			stub->stopped = step;
		stub->signal = SIGNAL_TRAP;
		debug->stepper = stub->stopped;
	} else if (!busy) {
		let_go(debug, stub->bit);
	}
	lock_release(&debug->lock);
	post_all(debug);
	return !busy;
}

void debug_detach(struct stub *stub)
{
	lock_acquire(&stub->debug->lock);
	breakpoint_remove(stub, NULL);
	let_go(stub->debug, stub->bit);
	lock_release(&stub->debug->lock);
	post_all(stub->debug);
}

bool debug_may_run(struct vcpu *vcpu)
{
	struct debug *debug = vcpu->debug;
	uint32_t bit = bit_of(vcpu);
	bool changed = false, rests, step;

	lock_acquire(&debug->lock);
	if (debug->stepping && debug->stepper == vcpu && vcpu_end_step(vcpu)) {
		debug->stepper = NULL;
		debug->stepping = false;
		let_go(debug, debug->release);
		changed = true;
	}
	rests = debug->holds != 0;
	if (rests && !(debug->at_rest & bit)) {
		vcpu_freeze(vcpu);
		debug->at_rest |= bit;
		if (all_rest(debug)) {
			breakpoint_place_all(debug, false);
			changed = true;
		}
	} else if (!rests && debug->at_rest & bit) {
		vcpu_thaw(vcpu);
		debug->at_rest &= ~bit;
	}
	step = debug->stepper == vcpu && all_rest(debug) && !vcpu->paused;
	debug->stepping |= step;
	lock_release(&debug->lock);
	if (changed)
		post_all(debug);
	if (step)
		vcpu_step(vcpu);
	return !rests;
}

/* Under the lock: have those of @stubs that @vcpu belongs to hold it.  False: there is none. */
static bool stop_for(struct vcpu *vcpu, uint32_t stubs)
{
	struct debug *debug = vcpu->debug;
	bool told = false;

	for (unsigned int i = 0; i < debug->num_stubs; i++) {
		struct stub *stub = debug->stubs[i];

		if (stubs & stub->bit && stub->vcpus & bit_of(vcpu)) {
			hold(stub, vcpu, SIGNAL_TRAP);
			told = true;
		}
	}
	return told;
}

bool debug_trapped(struct vcpu *vcpu)
{
	struct debug *debug = vcpu->debug;
	uint32_t owners;

	lock_acquire(&debug->lock);
	owners = breakpoint_owners(vcpu);
	/* Not for this vCPU: go over it.  If another one does so just now, come back here later. */
	if (owners && !stop_for(vcpu, owners) && !debug->stepper) {
		debug->stepper = vcpu;
		debug->holds |= DEBUG_STEPPING;
		debug->release = DEBUG_STEPPING;
	}
	lock_release(&debug->lock);
	if (owners)
		post_all(debug);
	return owners;
}

void debug_vcpu_begins(struct vcpu *vcpu)
{
	struct debug *debug = vcpu->debug;

	lock_acquire(&debug->lock);
	debug->at_rest &= ~bit_of(vcpu);
	stop_for(vcpu, debug->waiters);
	lock_release(&debug->lock);
	post_all(debug);
}

void debug_partition_ended(struct debug *debug)
{
	lock_acquire(&debug->lock);
	breakpoint_place_all(debug, false);
	debug->stepper = NULL;
	debug->stepping = false;
	debug->holds = debug->at_rest = 0;
	for (unsigned int i = 0; i < debug->num_stubs; i++) {
		breakpoint_remove(debug->stubs[i], NULL);
		debug->stubs[i]->ended = true;
	}
	lock_release(&debug->lock);
	post_all(debug);
}

void debug_run(void)
{
	struct debug *debug = this_core->vcpu ? this_core->vcpu->debug : NULL;

	for (unsigned int i = 0; debug && i < debug->num_stubs; i++)
		if (debug->stubs[i]->core == this_core)
			stub_serve(debug->stubs[i]);
}

static void *must_alloc(struct arena *arena, size_t size)
{
	void *p = arena_alloc(arena, size, 8);

	if (!p)
		panic("hv-memory has no room for %u debug-stubs: make it larger", plan.num_stubs);
	return p;
}

void debug_create_all(struct arena *arena)
{
	for (unsigned int i = 0; i < plan.num_stubs; i++) {
		const struct plan_stub *ps = &plan.stubs[i];
		struct partition *partition = &partitions[ps->partition];
		struct debug *debug = partition->vcpus->debug;
		struct stub *stub = must_alloc(arena, sizeof(*stub));

		if (!debug) {
			debug = must_alloc(arena, sizeof(*debug));
			debug->partition = partition;
			for (unsigned int v = 0; v < partition->plan->num_cpus; v++)
				partition->vcpus[v].debug = debug;
		}
		stub->debug = debug;
		stub->core = partition->vcpus[__builtin_ctz(ps->vcpus)].core;
		stub->end = channels_near_end(ps->channel);
		stub->vcpus = ps->vcpus;
		stub->bit = UINT32_C(1) << debug->num_stubs;
		debug->waiters |= ps->wait_at_start ? stub->bit : 0;
		debug->stubs[debug->num_stubs++] = stub;
		bc_end_set_notify(stub->end, stub_notify, stub);
	}
}

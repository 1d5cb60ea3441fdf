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

bool debug_resume(struct stub *stub, struct vcpu *step)
{
	struct debug *debug = stub->debug;
	struct vcpu *over = step ? step : stub->stopped;
	bool busy;

	lock_acquire(&debug->lock);
	busy = debug->stepper != NULL;
	if (busy) {
		/* of another stub's */
	} else if (step || breakpoint_at(over)) {
		debug->stepper = over;
		debug->release = step ? 0 : stub->bit;
		stub->stopped = over;
		stub->signal = SIGNAL_TRAP;
	} else {
		debug->holds &= ~stub->bit;
	}
	lock_release(&debug->lock);
	post_all(debug);
	return !busy;
}

void debug_detach(struct stub *stub)
{
	struct debug *debug = stub->debug;

	lock_acquire(&debug->lock);
	breakpoint_remove(debug, stub->bit, NULL);
	debug->holds &= ~stub->bit;
	lock_release(&debug->lock);
	post_all(debug);
}

/* The step is over: put back the breakpoint that it began at, and let go who waited for it. */
static void end_step(struct debug *debug)
{
	if (debug->lifted)
		breakpoint_write(debug->lifted, true);
	debug->lifted = NULL;
	debug->stepper = NULL;
	debug->stepping = false;
	debug->holds &= ~debug->release;
}

bool debug_may_run(struct vcpu *vcpu)
{
	struct debug *debug = vcpu->debug;
	bool rests = true, changed = false, step;

	lock_acquire(&debug->lock);
	if (debug->stepping && debug->stepper == vcpu && vcpu_end_step(vcpu)) {
		end_step(debug);
		changed = true;
	}
	if (debug->holds && !(debug->at_rest & bit_of(vcpu))) {
		vcpu_freeze(vcpu);
		debug->at_rest |= bit_of(vcpu);
		changed = all_rest(debug);
	} else if (!debug->holds) {
		if (debug->at_rest & bit_of(vcpu))
			vcpu_thaw(vcpu);
		debug->at_rest &= ~bit_of(vcpu);
		rests = false;
	}
	step = debug->stepper == vcpu && all_rest(debug) && !vcpu->paused;
	if (step && !debug->stepping) {
		debug->stepping = true;
		debug->lifted = breakpoint_at(vcpu);
		if (debug->lifted)
			breakpoint_write(debug->lifted, false);
	}
	lock_release(&debug->lock);
	if (changed)
		post_all(debug);
	if (step)
		vcpu_step(vcpu);
	return !rests;
}

bool debug_trapped(struct vcpu *vcpu)
{
	struct debug *debug = vcpu->debug;
	struct breakpoint *breakpoint;
	bool told = false;

	lock_acquire(&debug->lock);
	breakpoint = breakpoint_at(vcpu);
	for (unsigned int i = 0; breakpoint && i < debug->num_stubs; i++) {
		struct stub *stub = debug->stubs[i];

		if (breakpoint->owners & stub->bit && stub->vcpus & bit_of(vcpu)) {
			hold(stub, vcpu, SIGNAL_TRAP);
			told = true;
		}
	}
	/* Not for this vCPU: go over it.  If another one does so just now, come back here later. */
	if (breakpoint && !told && !debug->stepper) {
		debug->stepper = vcpu;
		debug->holds |= DEBUG_STEPPING;
		debug->release = DEBUG_STEPPING;
	}
	lock_release(&debug->lock);
	if (breakpoint)
		post_all(debug);
	return breakpoint != NULL;
}

static struct stub *stub_of(const struct vcpu *vcpu)
{
	for (unsigned int i = 0; i < vcpu->debug->num_stubs; i++)
		if (vcpu->debug->stubs[i]->vcpus & bit_of(vcpu))
			return vcpu->debug->stubs[i];
	return NULL;
}

void debug_vcpu_begins(struct vcpu *vcpu)
{
	struct stub *stub = stub_of(vcpu);

	lock_acquire(&vcpu->debug->lock);
	vcpu->debug->at_rest &= ~bit_of(vcpu);
	if (stub && stub->wait_at_start)
		hold(stub, vcpu, SIGNAL_TRAP);
	lock_release(&vcpu->debug->lock);
	post_all(vcpu->debug);
}

void debug_partition_ended(struct debug *debug)
{
	lock_acquire(&debug->lock);
	if (debug->stepping)
		end_step(debug);
	breakpoint_remove(debug, UINT32_MAX, NULL);
	debug->stepper = NULL;
	debug->holds = debug->at_rest = 0;
	for (unsigned int i = 0; i < debug->num_stubs; i++)
		debug->stubs[i]->ended = true;
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
		stub->wait_at_start = ps->wait_at_start;
		debug->stubs[debug->num_stubs++] = stub;
		bc_end_set_notify(stub->end, stub_notify, stub);
	}
}

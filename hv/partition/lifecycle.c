/* SPDX-License-Identifier: BSD-2-Clause */
/*
 *     stopped -> starting -> running -> stopping -> stopped
 *                  ^           |  ^        ^
 *                  |           v  |        |
 *            restarting <------+  |        |
 *                           pausing/resuming, paused
 *
 * Every edge is a compare-and-swap on partition.state.  Whoever wins it has the duty that goes with
 * it; the vCPUs do their part on their own cores.
 */
#include <stdarg.h>
#include <stdio.h>

#include "hv/console/channels.h"
#include "hv/console/log.h"
#include "hv/debug/debug.h"
#include "hv/drivers/guts.h"
#include "hv/partition/error_queue.h"
#include "hv/partition/load.h"
#include "hv/partition/memory.h"
#include "hv/partition/partition.h"
#include "protocol/hcall.h"

static bool change(struct partition *partition, enum partition_state from, enum partition_state to)
{
	unsigned int expected = from;

	return atomic_compare_exchange_strong(&partition->state, &expected, to);
}

static void wake_all(struct partition *partition)
{
	for (unsigned int v = 0; v < partition->plan->num_cpus; v++)
		vcpu_wake(&partition->vcpus[v]);
}

/* What managers are told of, in the order of their interrupts (plan_managed.vint). */
enum news { STATE_CHANGE, WATCHDOG_EXPIRATION, RESET_REQUEST };

static void tell_managers(const struct partition *partition, enum news news)
{
	for (unsigned int i = 0; i < plan.num_managed; i++)
		if (plan.managed[i].managed == partition->index)
			vpic_raise(&partitions[plan.managed[i].manager].vpic,
				   plan.managed[i].vint + news);
}

static bool ask(struct partition *partition, enum partition_state from, enum partition_state to)
{
	if (!change(partition, from, to))
		return false;
	wake_all(partition);
	return true;
}

bool partition_start(struct partition *partition, uint64_t entry, bool load)
{
	bool done;

	/* vCPU 0 may see the change at once: it waits for the lock. */
	lock_acquire(&partition->edge_lock);
	done = change(partition, PARTITION_STOPPED, PARTITION_STARTING);
	if (done) {
		if (entry == PARTITION_ENTRY_AS_BEFORE)
			entry = partition->entry;
		partition->entry = entry;
		partition->load = load || entry == PARTITION_ENTRY_AS_BEFORE;
	}
	lock_release(&partition->edge_lock);
	if (done)
		wake_all(partition);
	return done;
}

/* The edges out of a life. */
static bool end(struct partition *partition, enum partition_state from, enum partition_state to,
		const char *by, const char *reason)
{
	bool done;

	/* The vCPUs may see the change at once: the next life's tree waits for the lock. */
	lock_acquire(&partition->edge_lock);
	done = change(partition, from, to);
	if (done) {
		partition->stopped_by = by;
		partition->reason_stopped = reason;
	}
	lock_release(&partition->edge_lock);
	if (done)
		wake_all(partition);
	return done;
}

bool partition_stop(struct partition *partition, const char *by)
{
	return end(partition, PARTITION_RUNNING, PARTITION_STOPPING, by, "stop") ||
	       end(partition, PARTITION_PAUSED, PARTITION_STOPPING, by, "stop");
}

bool partition_restart(struct partition *partition, const char *by)
{
	return end(partition, PARTITION_RUNNING, PARTITION_RESTARTING, by, "restart");
}

bool partition_watchdog(struct vcpu *vcpu)
{
	struct partition *partition = vcpu->partition;
	enum plan_watchdog policy = partition->plan->watchdog;
	static const char *const done[] = {
		[PLAN_WATCHDOG_RESET] = "restarting",
		[PLAN_WATCHDOG_NOTIFY] = "telling its managers",
		[PLAN_WATCHDOG_STOP] = "stopping",
	};

	if (policy == PLAN_WATCHDOG_RESET &&
	    !end(partition, PARTITION_RUNNING, PARTITION_RESTARTING, "watchdog", vcpu->name))
		return false;
	if (policy == PLAN_WATCHDOG_STOP &&
	    !end(partition, PARTITION_RUNNING, PARTITION_STOPPING, "watchdog", vcpu->name))
		return false;
	if (policy == PLAN_WATCHDOG_NOTIFY)
		tell_managers(partition, WATCHDOG_EXPIRATION);
	log_printf(LOG_PARTITION, LOG_WARNING, "%s vcpu %u: its watchdog has run out: %s",
		   partition->plan->label, vcpu->num, done[policy]);
	return true;
}

bool partition_pause(struct partition *partition)
{
	return ask(partition, PARTITION_RUNNING, PARTITION_PAUSING);
}

bool partition_resume(struct partition *partition)
{
	return ask(partition, PARTITION_PAUSED, PARTITION_RESUMING);
}

uint32_t partition_status(const struct partition *partition)
{
	unsigned int state = atomic_load(&partition->state);

	return state == PARTITION_RESTARTING ? FSL_PARTITION_STOPPING : state;
}

/* sysreset-on-partition-stop: when nobody is left to run. */
static void reset_when_all_stopped(void)
{
	if (!plan.sysreset_on_partition_stop)
		return;
	for (unsigned int i = 0; i < plan.num_partitions; i++)
		if (atomic_load(&partitions[i].state) != PARTITION_STOPPED)
			return;
	guts_reset();
}

static void finish(struct partition *partition, enum partition_state from)
{
	change(partition, from, PARTITION_STOPPED);
	tell_managers(partition, STATE_CHANGE);
	reset_when_all_stopped();
}

/* vCPU 0's core: load, and let the others wait in the spin table. */
static void start(struct partition *partition)
{
	struct vcpu_start first;
	bool ready = partition_load(partition, &first);

	partition->lives++;
	if (!ready) {
		log_printf(LOG_PARTITION, LOG_ERROR, "%s stays stopped", partition->plan->label);
		finish(partition, PARTITION_STARTING);
		tell_managers(partition, RESET_REQUEST);
		return;
	}
	atomic_store(&partition->faulted, 0);
	vcpu_reset(&partition->vcpus[0], &first);
	error_queue_start(partition);
	atomic_store(&partition->running_vcpus, partition->plan->num_cpus);
	atomic_store(&partition->paused_vcpus, 0);
	for (unsigned int v = 0; v < partition->plan->num_cpus; v++)
		atomic_store(&partition->vcpus[v].state, v ? VCPU_SPINNING : VCPU_RUNNING);
	log_printf(LOG_PARTITION, LOG_NOTICE, "%s: starting at 0x%x on %u vCPUs",
		   partition->plan->label, first.entry, partition->plan->num_cpus);
	change(partition, PARTITION_STARTING, PARTITION_RUNNING);
	wake_all(partition);
	tell_managers(partition, STATE_CHANGE);
}

/* This vCPU leaves; the last one out ends the partition's life. */
static void leave(struct vcpu *vcpu)
{
	struct partition *partition = vcpu->partition;

	if (atomic_exchange(&vcpu->state, VCPU_STOPPED) == VCPU_STOPPED)
		return;
	vcpu->paused = false;
	vcpu->copy.entries = 0;
	vcpu_halt(vcpu);
	if (atomic_fetch_sub(&partition->running_vcpus, 1) != 1)
		return;
	if (vcpu->debug)
		debug_partition_ended(vcpu->debug);
	channels_purge(partition->index);
	/* From here on belongs to the next life: input, and doorbells that ring meanwhile. */
	vpic_reset(&partition->vpic);
	log_printf(LOG_PARTITION, LOG_NOTICE, "%s: stopped", partition->plan->label);
	/* A restart loads again; only the images know where to begin. */
	if (atomic_load(&partition->state) == PARTITION_RESTARTING) {
		partition->entry = PARTITION_ENTRY_AS_BEFORE;
		partition->load = true;
		ask(partition, PARTITION_RESTARTING, PARTITION_STARTING);
		return;
	}
	finish(partition, PARTITION_STOPPING);
}

/* This vCPU comes to rest, or goes on; the last one to do so completes the change. */
static void rest(struct vcpu *vcpu, bool paused)
{
	struct partition *partition = vcpu->partition;
	unsigned int all = partition->plan->num_cpus;

	if (vcpu->paused == paused)
		return;
	vcpu_set_paused(vcpu, paused);
	if (paused && atomic_fetch_add(&partition->paused_vcpus, 1) == all - 1)
		change(partition, PARTITION_PAUSING, PARTITION_PAUSED);
	if (!paused && atomic_fetch_sub(&partition->paused_vcpus, 1) == 1)
		change(partition, PARTITION_RESUMING, PARTITION_RUNNING);
}

void partition_advance(struct vcpu *vcpu)
{
	switch (atomic_load(&vcpu->partition->state)) {
	case PARTITION_STARTING:
		if (vcpu->num == 0)
			start(vcpu->partition);
		break;
	case PARTITION_STOPPING:
	case PARTITION_RESTARTING:
		leave(vcpu);
		break;
	case PARTITION_PAUSING:
		rest(vcpu, true);
		break;
	case PARTITION_RESUMING:
		rest(vcpu, false);
		break;
	default:
		break;
	}
}

void partition_fault(struct vcpu *vcpu, const char *reason, ...)
{
	struct partition *partition = vcpu->partition;
	struct vcpu_report report;
	va_list ap;

	va_start(ap, reason);
	vsnprintf(partition->fault, sizeof(partition->fault), reason, ap);
	va_end(ap);
	vcpu_describe(vcpu, &report);
	atomic_store(&partition->faulted, 1);
	log_printf(LOG_PARTITION, LOG_ERROR, "FAULT: partition %s, vCPU %u: %s",
		   partition->plan->label, vcpu->num, partition->fault);
	log_printf(LOG_PARTITION, LOG_ERROR, "FAULT: PC %08x  MSR %08x  ESR %08x  DEAR %08x",
		   report.pc, report.msr, report.esr, report.dear);
	log_printf(LOG_PARTITION, LOG_ERROR, "FAULT: 'last %s' shows registers and exits",
		   partition->plan->label);
	error_report(vcpu, ERROR_FAULT, 0, report.dear, report.esr);
	end(partition, PARTITION_RUNNING, PARTITION_STOPPING, "hypervisor", "fault");
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands: what the vCPUs did, what it cost, and what they did last. */
#include <string.h>

#include "hv/booke/core.h"
#include "hv/console/console.h"
#include "hv/console/shell_commands.h"
#include "hv/hcall/hcall.h"
#include "hv/lib/div64.h"
#include "hv/partition/partition.h"

static void print_counts(struct vcpu *vcpu)
{
	console_printf("%s vcpu %u, core %u:", vcpu->partition->plan->label, vcpu->num,
		       vcpu->core->hwid);
	for (unsigned int i = 0; i < VCPU_EXITS; i++)
		console_printf(" %s %u", vcpu_exit_names[i], vcpu->exits[i]);
	console_printf("\n");
	for (unsigned int i = 0; i < HCALL_NUMBERS; i++)
		if (vcpu->hcalls[i])
			console_printf("  hypercall %-20s %10u\n", hcall_name(i), vcpu->hcalls[i]);
}

static void print_machine(struct vcpu *vcpu)
{
	const char *separator = "";

	console_printf("{\"partition\":%u,\"name\":", partition_number(vcpu->partition));
	shell_print_json(vcpu->partition->plan->label);
	console_printf(",\"vcpu\":%u,\"core\":%u,\"exits\":{", vcpu->num, vcpu->core->hwid);
	for (unsigned int i = 0; i < VCPU_EXITS; i++)
		console_printf("%s\"%s\":%u", i ? "," : "", vcpu_exit_names[i], vcpu->exits[i]);
	console_printf("},\"hypercalls\":{");
	for (unsigned int i = 0; i < HCALL_NUMBERS; i++) {
		if (!vcpu->hcalls[i])
			continue;
		console_printf("%s\"%s\":%u", separator, hcall_name(i), vcpu->hcalls[i]);
		separator = ",";
	}
	console_printf("}}\n");
}

/* The counts belong to the vCPU's core; one that counts at this moment may keep its old value. */
static void clear(struct vcpu *vcpu)
{
	memset(vcpu->exits, 0, sizeof(vcpu->exits));
	memset(vcpu->hcalls, 0, sizeof(vcpu->hcalls));
	memset(vcpu->costs, 0, sizeof(vcpu->costs));
}

/* Do it for each vCPU of the partition called @name, or of all. */
static void for_vcpus(const char *name, void (*visit)(struct vcpu *vcpu))
{
	const struct partition *only = name ? shell_find_partition(name) : NULL;

	if (name && !only)
		return;
	for (unsigned int i = 0; i < plan.num_partitions; i++)
		for (unsigned int v = 0; v < partitions[i].plan->num_cpus; v++)
			if (!only || only == &partitions[i])
				visit(&partitions[i].vcpus[v]);
}

void shell_stats(char **args)
{
	void (*visit)(struct vcpu *) = shell_take_machine(args) ? print_machine : print_counts;

	if (args[0] && !strcmp(args[0], "clear")) {
		visit = clear;
		args++;
	} else if (args[0] && !strcmp(args[0], "print")) {
		args++;
	}
	for_vcpus(args[0], visit);
}

static uint32_t nanoseconds(uint64_t ticks)
{
	return (uint32_t)div64(ticks * 1000000000, plan.timebase_hz, NULL);
}

static void print_costs(struct vcpu *vcpu)
{
	console_printf("%s vcpu %u\n", vcpu->partition->plan->label, vcpu->num);
	for (unsigned int i = 0; i < VCPU_EXITS; i++) {
		struct vcpu_cost cost = vcpu->costs[i];

		if (cost.count)
			console_printf("  %-12s %10u %10u %10u %10u\n", vcpu_exit_names[i],
				       cost.count, nanoseconds(cost.least),
				       nanoseconds(div64(cost.sum, cost.count, NULL)),
				       nanoseconds(cost.most));
	}
}

void shell_exits(char **args)
{
	if (args[0] && (!strcmp(args[0], "on") || !strcmp(args[0], "off"))) {
		vcpu_set_timing(args[0][1] == 'n');
		return;
	}
	if (!vcpu_timing())
		console_printf(
			"Not being measured: 'exits on' starts it, 'stats clear' forgets.\n");
	console_printf("  %-12s %10s %10s %10s %10s\n", "exit", "number", "least ns", "mean ns",
		       "most ns");
	for_vcpus(args[0], print_costs);
}

static void print_traces(const struct core *core)
{
	unsigned int next = (unsigned int)(core->trace - core->traces);
	uint32_t last = core->traces[(next + CORE_TRACES - 1) % CORE_TRACES].time;

	for (unsigned int i = 0; i < CORE_TRACES; i++) {
		const struct core_trace *trace = &core->traces[(next + i) % CORE_TRACES];

		if (!trace->vector)
			continue;
		console_printf("  %10u ns before the last: %-20s at %08x",
			       nanoseconds(last - trace->time), vcpu_vector_name(trace->vector),
			       trace->pc);
		if (trace->vector == TRAP_SYSTEM_CALL)
			console_printf(", r11 %08x", trace->r11);
		console_printf("\n");
	}
}

static void print_last(struct vcpu *vcpu)
{
	const struct trap_frame *frame = &vcpu->core->guest;
	struct vcpu_report report;

	vcpu_describe(vcpu, &report);
	console_printf("vCPU %u on core %u: PC %08x MSR %08x ESR %08x DEAR %08x\n", vcpu->num,
		       vcpu->core->hwid, report.pc, report.msr, report.esr, report.dear);
	console_printf("  LR %08x CTR %08x CR %08x XER %08x\n", frame->lr, frame->ctr, frame->cr,
		       frame->xer);
	for (unsigned int i = 0; i < 32; i += 8)
		console_printf("  r%-2u %08x %08x %08x %08x %08x %08x %08x %08x\n", i,
			       frame->gpr[i], frame->gpr[i + 1], frame->gpr[i + 2],
			       frame->gpr[i + 3], frame->gpr[i + 4], frame->gpr[i + 5],
			       frame->gpr[i + 6], frame->gpr[i + 7]);
	print_traces(vcpu->core);
}

void shell_last(char **args)
{
	const struct partition *partition = shell_find_partition(args[0]);

	if (!partition)
		return;
	console_printf("%s is %s", partition->plan->label,
		       partition_state_name(atomic_load(&partition->state)));
	if (atomic_load(&partition->faulted))
		console_printf(" after a fault: %s", partition->fault);
	console_printf("\n");
	for (unsigned int v = 0; v < partition->plan->num_cpus; v++)
		print_last(&partition->vcpus[v]);
}

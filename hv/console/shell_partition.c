/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands: partitions and their lives. */
#include <string.h>

#include "hv/booke/core.h"
#include "hv/booke/time.h"
#include "hv/boot/boot.h"
#include "hv/console/console.h"
#include "hv/console/shell_commands.h"
#include "hv/lib/div64.h"
#include "hv/partition/partition.h"

static const char *state_of(const struct partition *p)
{
	return partition_state_name(atomic_load(&p->state));
}

static void print_machine(const struct partition *p)
{
	console_printf("{\"partition\":%u,\"name\":", partition_number(p));
	shell_print_json(p->plan->label);
	console_printf(",\"state\":\"%s\",\"lives\":%u,\"cores\":[", state_of(p), p->lives);
	for (unsigned int v = 0; v < p->plan->num_cpus; v++)
		console_printf(v ? ",%u" : "%u", p->vcpus[v].core->hwid);
	console_printf("]");
	if (atomic_load(&p->faulted)) {
		console_printf(",\"fault\":");
		shell_print_json(p->fault);
	}
	console_printf("}\n");
}

static void print_row(const struct partition *p)
{
	console_printf("%-9u  %-16s  %-9s  %u on core", partition_number(p), p->plan->label,
		       state_of(p), p->plan->num_cpus);
	for (unsigned int v = 0; v < p->plan->num_cpus; v++)
		console_printf(" %u", p->vcpus[v].core->hwid);
	console_printf("%s\n", atomic_load(&p->faulted) ? "  (fault)" : "");
}

void shell_info(char **args)
{
	uint32_t seconds = (uint32_t)div64(time_now() - boot_time, plan.timebase_hz, NULL);
	bool machine = shell_take_machine(args);

	if (!machine)
		console_printf("Partition  Name              State      Vcpus\n");
	for (unsigned int i = 0; i < plan.num_partitions; i++)
		(machine ? print_machine : print_row)(&partitions[i]);
	if (!machine)
		console_printf("up %u s, %u cores, hypervisor memory 0x%llx bytes at 0x%llx\n",
			       seconds, plan.num_cpus, plan.hv_memory.size, plan.hv_memory.tpa);
}

static void change(const char *name, const char *verb, bool (*edge)(struct partition *))
{
	struct partition *partition = shell_find_partition(name);

	if (partition && !edge(partition))
		console_printf("Couldn't %s partition: it is %s.\n", verb, state_of(partition));
}

static bool stop(struct partition *partition)
{
	return partition_stop(partition, "shell");
}

static bool restart(struct partition *partition)
{
	return partition_restart(partition, "shell");
}

static bool start(struct partition *partition)
{
	return partition_start(partition, PARTITION_ENTRY_AS_BEFORE, false);
}

static bool start_load(struct partition *partition)
{
	return partition_start(partition, PARTITION_ENTRY_AS_BEFORE, true);
}

void shell_start(char **args)
{
	if (args[1] && !strcmp(args[0], "load"))
		change(args[1], "start", start_load);
	else
		change(args[0], "start", start);
}

void shell_stop(char **args)
{
	change(args[0], "stop", stop);
}

void shell_restart(char **args)
{
	change(args[0], "restart", restart);
}

void shell_pause(char **args)
{
	change(args[0], "pause", partition_pause);
}

void shell_resume(char **args)
{
	change(args[0], "resume", partition_resume);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/console/shell.h"

#include <string.h>

#include "hv/booke/core.h"
#include "hv/booke/time.h"
#include "hv/boot/boot.h"
#include "hv/console/channels.h"
#include "hv/console/console.h"
#include "hv/console/version.h"
#include "hv/drivers/guts.h"
#include "hv/hcall/hcall.h"
#include "hv/lib/div64.h"
#include "hv/partition/partition.h"

enum { MAX_ARGS = 4 };

struct command {
	const char *name;
	const char *args; /* for the usage line */
	unsigned int min_args;
	const char *help;
	void (*run)(char **args);
};

static void run_help(char **args);

static struct partition *find_partition(const char *name)
{
	for (unsigned int i = 0; i < plan.num_partitions; i++)
		if (!strcmp(partitions[i].plan->label, name))
			return &partitions[i];
	console_printf("Partition '%.64s' does not exist.\n", name);
	return NULL;
}

static void run_version(char **args)
{
	(void)args;
	console_printf("%s\n", BERYL_VERSION_LINE);
}

static void run_info(char **args)
{
	uint32_t seconds = (uint32_t)div64(time_now() - boot_time, plan.timebase_hz, NULL);

	(void)args;
	console_printf("Partition  Name              State      Vcpus\n");
	for (unsigned int i = 0; i < plan.num_partitions; i++) {
		const struct partition *p = &partitions[i];

		console_printf("%-9u  %-16s  %-9s  %u on core", 1 + i, p->plan->label,
			       partition_state_name(atomic_load(&p->state)), p->plan->num_cpus);
		for (unsigned int v = 0; v < p->plan->num_cpus; v++)
			console_printf(" %u", p->vcpus[v].core->hwid);
		console_printf("%s\n", atomic_load(&p->faulted) ? "  (fault)" : "");
	}
	console_printf("up %u s, %u cores, hypervisor memory 0x%llx bytes at 0x%llx\n", seconds,
		       plan.num_cpus, plan.hv_memory.size, plan.hv_memory.tpa);
}

static void print_counts(const struct vcpu *vcpu)
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

static void run_stats(char **args)
{
	const struct partition *only = args[0] ? find_partition(args[0]) : NULL;

	if (args[0] && !only)
		return;
	for (unsigned int i = 0; i < plan.num_partitions; i++)
		for (unsigned int v = 0; v < partitions[i].plan->num_cpus; v++)
			if (!only || only == &partitions[i])
				print_counts(&partitions[i].vcpus[v]);
}

static unsigned long long count(const struct bc_counter *counter)
{
	return bc_counter_read(counter);
}

static void run_channels(char **args)
{
	(void)args;
	console_printf(
		"Mux  Owner             Channel           Sent        Received    Waits out/in  Dropped\n");
	for (unsigned int i = 0; i < plan.num_channels; i++) {
		const struct plan_channel *pc = &plan.channels[i];
		const struct bc_end *end = channels_near_end(i);

		if (pc->far == PLAN_FAR_MUX)
			console_printf("%3u  ", pc->mux_channel);
		else
			console_printf("  -  ");
		console_printf("%-16s  %-16s  %-10llu  %-10llu  %5zu/%-6zu  %llu\n",
			       pc->owner == PLAN_OWNER_HV ? "(hypervisor)"
							  : partitions[pc->partition].plan->label,
			       pc->name, count(&end->sent), count(&end->received),
			       bc_end_rx_count(end->peer), bc_end_rx_count(end),
			       count(&end->dropped) + count(&end->peer->dropped));
	}
	for (unsigned int i = 0; i < plan.num_muxes; i++) {
		const struct bc_mux *mux = channels_mux(i);

		console_printf("mux %u: out %llu bytes, payload %llu, announcements %llu; "
			       "in %llu, payload %llu\n",
			       i, count(&mux->wire_out), count(&mux->payload_out),
			       count(&mux->announcements_out), count(&mux->wire_in),
			       count(&mux->payload_in));
		console_printf(
			"       resets in %llu, unknown commands %llu, discarded bytes %llu\n",
			count(&mux->resets_in), count(&mux->unknown_in), count(&mux->discarded_in));
	}
}

static void run_change(const char *name, const char *verb, bool (*change)(struct partition *))
{
	struct partition *partition = find_partition(name);

	if (partition && !change(partition))
		console_printf("Couldn't %s partition: it is %s.\n", verb,
			       partition_state_name(atomic_load(&partition->state)));
}

static void run_start(char **args)
{
	run_change(args[0], "start", partition_start);
}

static bool stop(struct partition *partition)
{
	return partition_stop(partition, "shell");
}

static bool restart(struct partition *partition)
{
	return partition_restart(partition, "shell");
}

static void run_stop(char **args)
{
	run_change(args[0], "stop", stop);
}

static void run_restart(char **args)
{
	run_change(args[0], "restart", restart);
}

static void run_pause(char **args)
{
	run_change(args[0], "pause", partition_pause);
}

static void run_resume(char **args)
{
	run_change(args[0], "resume", partition_resume);
}

static void run_reset(char **args)
{
	(void)args;
	if (!guts_reset())
		console_printf("Couldn't reset: hv-config gives no guts device.\n");
}

static const struct command commands[] = {
	{ "help", "", 0, "list the commands", run_help },
	{ "version", "", 0, "what this is", run_version },
	{ "info", "", 0, "partitions, their states and cores", run_info },
	{ "stats", "[partition]", 0, "exits by reason and hypercalls by name, per vCPU",
	  run_stats },
	{ "channels", "", 0, "byte channels and multiplexers: bytes, depth, drops", run_channels },
	{ "start", "partition", 1, "load and start a stopped partition", run_start },
	{ "stop", "partition", 1, "stop a running or paused partition", run_stop },
	{ "restart", "partition", 1, "stop a running partition and start it anew", run_restart },
	{ "pause", "partition", 1, "freeze a running partition", run_pause },
	{ "resume", "partition", 1, "let a paused partition go on", run_resume },
	{ "reset", "", 0, "reset the machine", run_reset },
};

enum { NUM_COMMANDS = sizeof(commands) / sizeof(commands[0]) };

static void run_help(char **args)
{
	(void)args;
	for (unsigned int i = 0; i < NUM_COMMANDS; i++)
		console_printf("%-9s %-12s %s\n", commands[i].name, commands[i].args,
			       commands[i].help);
}

/* Split @line at blanks, in place; unused entries are NULL. */
static unsigned int split(char *line, char **args)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i <= MAX_ARGS; i++)
		args[i] = NULL;
	while (n < MAX_ARGS) {
		while (*line == ' ')
			line++;
		if (!*line)
			break;
		args[n++] = line;
		while (*line && *line != ' ')
			line++;
		if (*line)
			*line++ = 0;
	}
	return n;
}

static void run(char *line)
{
	char *args[MAX_ARGS + 1];
	unsigned int n = split(line, args);

	if (!n)
		return;
	for (unsigned int i = 0; i < NUM_COMMANDS; i++) {
		if (strcmp(args[0], commands[i].name))
			continue;
		if (n - 1 < commands[i].min_args)
			console_printf("Usage: %s %s\n", commands[i].name, commands[i].args);
		else
			commands[i].run(args + 1);
		return;
	}
	console_printf("Unknown command '%.64s'. Try 'help'.\n", args[0]);
}

void shell_main(void)
{
	char line[CONSOLE_LINE_MAX];

	for (;;) {
		console_read_line("HV> ", line);
		run(line);
	}
}

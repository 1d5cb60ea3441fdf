/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands: channels, interrupts and memory. */
#include <string.h>

#include "hv/booke/tlb.h"
#include "hv/console/channels.h"
#include "hv/console/console.h"
#include "hv/console/shell_commands.h"
#include "hv/partition/partition.h"

static unsigned long long count(const struct bc_counter *counter)
{
	return bc_counter_read(counter);
}

static void print_mux(unsigned int i)
{
	const struct bc_mux *mux = channels_mux(i);

	console_printf("mux %u: out %llu bytes, payload %llu, announcements %llu; in %llu, "
		       "payload %llu\n",
		       i, count(&mux->wire_out), count(&mux->payload_out),
		       count(&mux->announcements_out), count(&mux->wire_in),
		       count(&mux->payload_in));
	console_printf("       resets in %llu, unknown commands %llu, discarded bytes %llu\n",
		       count(&mux->resets_in), count(&mux->unknown_in), count(&mux->discarded_in));
}

void shell_channels(char **args)
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
	for (unsigned int i = 0; i < plan.num_muxes; i++)
		print_mux(i);
}

static bool in_service(const struct partition *p, unsigned int vint)
{
	for (unsigned int v = 0; v < p->plan->num_cpus; v++)
		if (p->vpic.active[v] == vint)
			return true;
	return false;
}

static void print_irqs(const struct partition *p)
{
	const struct vpic *vpic = &p->vpic;

	for (unsigned int n = 0; n < VPIC_SOURCES; n++) {
		unsigned int bit = 1u << n % 32;

		if (vpic->number[n])
			console_printf("%-16s  %6u  %4u  %-6s  %-7s  %s\n", p->plan->label,
				       vpic->number[n], vpic->destination[n],
				       vpic_masked(vpic, n) ? "masked" : "",
				       atomic_load(&vpic->pending[n / 32]) & bit ? "pending" : "",
				       in_service(p, n) ? "in service" : "");
	}
}

void shell_irqs(char **args)
{
	const struct partition *only = args[0] ? shell_find_partition(args[0]) : NULL;

	if (args[0] && !only)
		return;
	console_printf("Partition         Handle  vCPU  State\n");
	for (unsigned int i = 0; i < plan.num_partitions; i++)
		if (!only || only == &partitions[i])
			print_irqs(&partitions[i]);
}

void shell_mem(char **args)
{
	(void)args;
	console_printf("True physical     Size          Guest physical    Whose\n");
	for (unsigned int i = 0; i < plan.num_memory; i++)
		console_printf("%-16llx  %-12llx  %16s  RAM\n", plan.memory[i].tpa,
			       plan.memory[i].size, "");
	console_printf("%-16llx  %-12llx  %16s  hypervisor\n", plan.hv_memory.tpa,
		       plan.hv_memory.size, "");
	for (unsigned int i = 0; i < plan.num_partitions; i++) {
		const struct plan_partition *pp = &plan.partitions[i];

		for (unsigned int j = 0; j < pp->num_gpmas; j++) {
			const struct plan_gpma *gpma = &plan.gpmas[pp->first_gpma + j];
			const struct plan_pma *pma = &plan.pmas[gpma->pma];

			console_printf("%-16llx  %-12llx  %-16llx  %s\n", pma->tpa, pma->size,
				       gpma->gpa, pp->label);
		}
	}
}

enum { DUMP_WIDTH = 16, DUMP_FIRST = 256, DUMP_MAX = 1 << 20 }; /* bytes; Topaz: 256, 1 MiB */

/* Copy what is at @gpa; false when the guest has no memory there. */
static bool read_guest(const struct partition *p, uint64_t gpa, uint8_t *to, size_t len)
{
	uint64_t left;
	uint64_t tpa = plan_gpa_to_tpa(&plan, p->index, gpa, &left);
	size_t window;

	if (tpa == UINT64_MAX || left < len)
		return false;
	memcpy(to, tlb_window(1, tpa, &window), len);
	return true;
}

static void dump_line(const struct partition *p, uint64_t gpa)
{
	uint8_t bytes[DUMP_WIDTH];
	char text[DUMP_WIDTH + 1] = "";

	if (!read_guest(p, gpa, bytes, sizeof(bytes)))
		return;
	console_printf("%09llx ", gpa);
	for (unsigned int i = 0; i < DUMP_WIDTH; i++) {
		console_printf(i % 4 ? "%02x" : " %02x", bytes[i]);
		text[i] = bytes[i] >= 0x20 && bytes[i] < 0x7f ? (char)bytes[i] : '.';
	}
	console_printf("  %s\n", text);
}

void shell_guestmem(char **args)
{
	const struct partition *p = shell_find_partition(args[0]);
	uint64_t gpa, len = DUMP_FIRST;

	if (!p || !shell_parse_number(args[1], &gpa) ||
	    (args[2] && !shell_parse_number(args[2], &len)))
		return;
	if (len > DUMP_MAX) {
		console_printf("At most 0x%x bytes.\n", DUMP_MAX);
		return;
	}
	len += gpa % DUMP_WIDTH;
	gpa -= gpa % DUMP_WIDTH;
	for (uint64_t offset = 0; offset < len; offset += DUMP_WIDTH)
		dump_line(p, gpa + offset);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "host-tools/hvlint_show.h"

#include <inttypes.h>
#include <libfdt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void lint_show_line(const char *format, ...)
{
	va_list args;
	char *text;
	int n;

	va_start(args, format);
	n = vasprintf(&text, format, args);
	va_end(args);
	if (n < 0)
		return;
	while (n > 0 && text[n - 1] == ' ')
		text[--n] = '\0';
	for (char *c = text; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	puts(text);
	free(text);
}

const char *lint_show_size(uint64_t size)
{
	enum { EXACT_MOST = 9999, ABOUT_MOST = 999, DECIMAL_MOST = 99 };
	static const char *const units[] = { "B", "KiB", "MiB", "GiB" };
	static char texts[4][24];
	static unsigned int next;
	char *text = texts[next++ % 4];
	uint64_t rest = 0; /* of all smaller units */
	unsigned int unit = 0;

	while (unit < 3 && size >> 10 * unit &&
	       (size % (UINT64_C(1024) << 10 * unit) == 0 ||
		size >> 10 * unit > (rest ? ABOUT_MOST : EXACT_MOST))) {
		unit++;
		rest = size % (UINT64_C(1) << 10 * unit);
	}
	if (rest && size >> 10 * unit <= DECIMAL_MOST)
		snprintf(text, sizeof(texts[0]), "%.1f %s",
			 (double)size / (double)(UINT64_C(1) << 10 * unit), units[unit]);
	else
		snprintf(text, sizeof(texts[0]), "%s%" PRIu64 " %s", rest ? "~" : "",
			 size >> 10 * unit, units[unit]);
	return text;
}

const char *lint_show_name(const struct lint *lint, int node)
{
	const char *name = fdt_get_name(lint->config.fdt, node, NULL);

	return name ? name : "?";
}

static void show_machine(const struct lint *lint)
{
	const struct plan *plan = &lint->plan;
	int length;
	const char *model = fdt_getprop(lint->hw.fdt, 0, "model", &length);

	if (!model || length < 1 || model[length - 1])
		model = "machine";
	lint_show_line("%s: %u core%s, time base %u Hz", model, plan->num_cpus,
		       plan->num_cpus == 1 ? "" : "s", plan->timebase_hz);
	lint_show_line("%s", "");
}

static void show_cores(const struct plan *plan)
{
	lint_show_line("%s", "");
	lint_show_line("Cores");
	for (unsigned int i = 0; i < plan->num_cpus; i++) {
		const struct plan_cpu *cpu = &plan->cpus[i];
		const char *boots = i == 0 ? "boots the machine" : "";

		if (cpu->partition == PLAN_NONE)
			lint_show_line("  %3u  %-24s %s", cpu->hwid, "only the hypervisor", boots);
		else
			lint_show_line("  %3u  vCPU %2u of %-13s %s", cpu->hwid, cpu->vcpu,
				       plan->partitions[cpu->partition].label, boots);
	}
}

static const char *owner_of(const struct plan *plan, const struct plan_channel *channel)
{
	return channel->owner == PLAN_OWNER_HV ? "hypervisor"
					       : plan->partitions[channel->partition].label;
}

static void show_mux(const struct lint *lint, const struct plan_mux *mux, uint16_t port)
{
	const struct plan *plan = &lint->plan;
	const struct plan_uart *uart = &plan->uarts[mux->uart];

	lint_show_line("%s", "");
	lint_show_line("Consoles on %s: UART at 0x%" PRIx64 ", %u baud",
		       lint_show_name(lint, uart->node), uart->tpa, uart->baud);
	for (unsigned int i = 0; i < PLAN_MUX_CHANNELS; i++) {
		const struct plan_channel *channel;

		if (mux->channels[i] == PLAN_NONE)
			continue;
		channel = &plan->channels[mux->channels[i]];
		lint_show_line("  channel %2u  port %5u  %s: %s%s", i, port + i,
			       owner_of(plan, channel), channel->name,
			       mux->channels[i] == plan->stdout_channel ? ", log and shell"
			       : channel->owner == PLAN_OWNER_STUB	? ", for gdb"
									: "");
	}
}

/* Channels from one partition to another, or to the hypervisor. */
static void show_pairs(const struct plan *plan)
{
	bool first = true;

	for (uint16_t i = 0; i < plan->num_channels; i++) {
		const struct plan_channel *near = &plan->channels[i];
		const struct plan_channel *far =
			near->far == PLAN_FAR_CHANNEL ? &plan->channels[near->peer] : NULL;

		if (near->far == PLAN_FAR_MUX || (far && near->peer < i))
			continue;
		if (first) {
			lint_show_line("%s", "");
			lint_show_line("Other byte channels");
		}
		first = false;
		if (far)
			lint_show_line("  %s: %s  <->  %s: %s", owner_of(plan, near), near->name,
				       owner_of(plan, far), far->name);
		else
			lint_show_line("  %s: %s  <->  %s", owner_of(plan, near), near->name,
				       near->far == PLAN_FAR_CONSOLE ? "hypervisor, log and shell"
								     : "nobody");
	}
}

static void show_shared(const struct lint *lint)
{
	const struct plan *plan = &lint->plan;
	bool first = true;

	for (uint16_t i = 0; i < plan->num_pmas; i++) {
		const struct plan_pma *pma = &plan->pmas[i];

		if (!(pma->users & (pma->users - 1)))
			continue;
		if (first) {
			lint_show_line("%s", "");
			lint_show_line("Shared memory");
		}
		first = false;
		lint_show_line("  0x%09" PRIx64 " %8s  %s", pma->tpa, lint_show_size(pma->size),
			       lint_show_name(lint, pma->node));
		for (unsigned int p = 0; p < plan->num_partitions; p++) {
			const struct plan_partition *part = &plan->partitions[p];

			for (unsigned int g = 0; g < part->num_gpmas + part->num_dma_gpmas; g++) {
				const struct plan_gpma *gpma = &plan->gpmas[part->first_gpma + g];

				if (gpma->pma == i)
					lint_show_line("    %s at 0x%09" PRIx64, part->label,
						       gpma->gpa);
			}
		}
	}
}

/* Is it the first end of its doorbell? */
static bool is_first_end(const struct plan *plan, unsigned int index)
{
	for (unsigned int i = 0; i < index; i++)
		if (plan->bells[i].doorbell == plan->bells[index].doorbell)
			return false;
	return true;
}

static void show_doorbells(const struct lint *lint)
{
	const struct plan *plan = &lint->plan;

	if (plan->num_bells) {
		lint_show_line("%s", "");
		lint_show_line("Doorbells");
	}
	for (unsigned int i = 0; i < plan->num_bells; i++) {
		if (!is_first_end(plan, i))
			continue;
		lint_show_line("  %s%s", lint_show_name(lint, plan->bells[i].doorbell),
			       plan->bells[i].fast == PLAN_NOT_FAST ? "" : ", fast");
		for (unsigned int n = i; n < plan->num_bells; n++) {
			const struct plan_bell *bell = &plan->bells[n];

			if (bell->doorbell == plan->bells[i].doorbell)
				lint_show_line("    %s %s: %s",
					       bell->kind == PLAN_BELL_SEND ? "rung by"
									    : "heard by",
					       plan->partitions[bell->partition].label, bell->name);
		}
	}
}

static void show_managers(const struct plan *plan)
{
	if (plan->num_managed) {
		lint_show_line("%s", "");
		lint_show_line("Managed partitions");
	}
	for (unsigned int i = 0; i < plan->num_managed; i++)
		lint_show_line("  %s manages %s", plan->partitions[plan->managed[i].manager].label,
			       plan->partitions[plan->managed[i].managed].label);
}

void lint_show(const struct lint *lint, uint16_t port)
{
	const struct plan *plan = &lint->plan;

	show_machine(lint);
	lint_show_memory(lint);
	show_cores(plan);
	for (unsigned int i = 0; i < plan->num_muxes; i++)
		show_mux(lint, &plan->muxes[i], port);
	show_pairs(plan);
	show_shared(lint);
	show_doorbells(lint);
	show_managers(plan);
	for (unsigned int i = 0; i < plan->num_partitions; i++)
		lint_show_partition(lint, i);
}

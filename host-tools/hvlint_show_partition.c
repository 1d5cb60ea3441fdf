/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <libfdt.h>

#include "host-tools/hvlint_show.h"

static const char *hw_name(const struct lint *lint, const struct plan_device *device)
{
	static char path[80];

	if (fdt_get_path(lint->hw.fdt, device->hw_node, path, sizeof(path)) == 0)
		return path;
	return fdt_get_name(lint->hw.fdt, device->hw_node, NULL);
}

static void show_devices(const struct lint *lint, const struct plan_partition *part)
{
	const struct plan *plan = &lint->plan;

	if (part->num_devices)
		lint_show_line("  device registers");
	for (unsigned int i = 0; i < part->num_devices; i++) {
		const struct plan_device *device = &plan->devices[part->first_device + i];
		const char *claim = device->claim == PLAN_CLAIM_ACTIVE	  ? ", claimable"
				    : device->claim == PLAN_CLAIM_STANDBY ? ", on standby"
									  : "";

		if (device->handle)
			lint_show_line("    %s%s, handle %u", hw_name(lint, device), claim,
				       device->handle);
		else
			lint_show_line("    %s", hw_name(lint, device));
		for (unsigned int n = 0; n < device->num_regions; n++) {
			const struct plan_region *region = &plan->regions[device->first_region + n];

			lint_show_line("      0x%09" PRIx64 " %8s  guest 0x%09" PRIx64, region->tpa,
				       lint_show_size(region->size), region->gpa);
		}
	}
}

static void show_interrupts(const struct lint *lint, const struct plan_partition *part)
{
	static const char *const senses[] = { "rising edge", "low level", "high level",
					      "falling edge" };
	const struct plan *plan = &lint->plan;

	if (part->num_irqs)
		lint_show_line("  interrupts of devices");
	for (unsigned int i = 0; i < part->num_irqs; i++) {
		const struct plan_irq *irq = &plan->irqs[part->first_irq + i];

		lint_show_line("    source %3u  %-12s  handle %3u  %s%s", irq->source,
			       senses[irq->sense & 3], irq->handle,
			       lint_show_name(lint, plan->devices[irq->device].node),
			       irq->hv ? ", with the hypervisor" : "");
	}
}

static void show_channels(const struct lint *lint, const struct plan_partition *part)
{
	const struct plan *plan = &lint->plan;

	for (unsigned int i = 0; i < part->num_channels; i++) {
		const struct plan_channel *channel = &plan->channels[part->first_channel + i];

		if (channel->owner != PLAN_OWNER_PARTITION)
			continue;
		lint_show_line("    %-22s byte channel      handle %3u   interrupts %u %u",
			       channel->name, channel->handle, channel->rx_irq, channel->tx_irq);
	}
}

static void show_handles(const struct lint *lint, const struct plan_partition *part)
{
	const struct plan *plan = &lint->plan;

	lint_show_line("  handles");
	show_channels(lint, part);
	for (unsigned int i = 0; i < part->num_bells; i++) {
		const struct plan_bell *bell = &plan->bells[part->first_bell + i];

		lint_show_line("    %-22s %s %u", bell->name,
			       bell->kind == PLAN_BELL_SEND
				       ? "send doorbell     handle "
				       : "receive doorbell               interrupt",
			       bell->handle);
	}
	for (unsigned int i = 0; i < part->num_managed; i++) {
		const struct plan_managed *managed = &plan->managed[part->first_managed + i];

		lint_show_line("    %-22s managed partition handle %3u   interrupts %u %u %u",
			       managed->name, managed->handle, managed->state_change_irq,
			       managed->watchdog_irq, managed->reset_request_irq);
	}
	lint_show_line("    %-22s receive doorbell               interrupt %u", "shutdown",
		       part->shutdown_irq);
	lint_show_line("    %-22s error queue       handle %3u", "guest-error-queue",
		       part->error_queue_handle);
	if (part->error_manager)
		lint_show_line("    %-22s error queue       handle %3u   of the machine's errors",
			       part->error_manager, part->error_manager_handle);
}

void lint_show_partition(const struct lint *lint, unsigned int part)
{
	const struct plan_partition *partition = &lint->plan.partitions[part];

	lint_show_line("%s", "");
	lint_show_line("Partition %s: handle %u, %u vCPU%s%s%s", partition->label, 1 + part,
		       partition->num_cpus, partition->num_cpus == 1 ? "" : "s",
		       partition->no_auto_start ? ", does not start by itself" : "",
		       partition->privileged ? ", privileged" : "");
	lint_show_guest_memory(lint, part);
	show_handles(lint, partition);
	show_devices(lint, partition);
	show_interrupts(lint, partition);
}

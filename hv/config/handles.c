/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The numbers by which a guest knows things, in the order that README.md promises.  An interrupt's
 * number is its vector as well.
 */
#include "hv/config/parse.h"
#include "protocol/names.h"

#include <string.h>

struct numbers {
	uint32_t handle; /* the next free one */
	uint16_t vint;	 /* the next free software interrupt */
};

static void number_channels(struct plan *plan, const struct plan_partition *part,
			    struct numbers *next)
{
	for (unsigned int i = 0; i < part->num_channels; i++) {
		struct plan_channel *channel = &plan->channels[part->first_channel + i];

		channel->handle = next->handle++;
		channel->rx_irq = next->handle++;
		channel->tx_irq = next->handle++;
		next->vint = (uint16_t)(next->vint + 2);
	}
}

static void number_bells(struct plan *plan, const struct plan_partition *part, struct numbers *next)
{
	for (unsigned int i = 0; i < part->num_bells; i++) {
		struct plan_bell *bell = &plan->bells[part->first_bell + i];

		bell->handle = next->handle++;
		if (bell->kind == PLAN_BELL_RECEIVE)
			bell->vint = next->vint++;
	}
}

static void number_managed(struct plan *plan, const struct plan_partition *part,
			   struct numbers *next)
{
	for (unsigned int i = 0; i < part->num_managed; i++) {
		struct plan_managed *managed = &plan->managed[part->first_managed + i];

		managed->state_change_irq = next->handle++;
		managed->watchdog_irq = next->handle++;
		managed->reset_request_irq = next->handle++;
		managed->shutdown_handle = next->handle++;
		managed->vint = next->vint;
		next->vint = (uint16_t)(next->vint + 3);
	}
}

static void number_devices(struct plan *plan, const struct plan_partition *part,
			   struct numbers *next)
{
	for (unsigned int i = 0; i < part->num_devices; i++) {
		struct plan_device *device = &plan->devices[part->first_device + i];

		if (device->claim != PLAN_CLAIM_EXCLUSIVE)
			device->handle = (uint16_t)next->handle++;
	}
	for (unsigned int i = 0; i < part->num_irqs; i++)
		plan->irqs[part->first_irq + i].handle = (uint16_t)next->handle++;
}

static void check_interrupts(struct parse *p, const struct plan_partition *part,
			     unsigned int interrupts)
{
	if (interrupts > PLAN_MAX_VINTS)
		report_error(
			p, part->node, NULL,
			"%u byte channels, its receive-doorbells and %u managed-partitions need "
			"%u interrupts, of which a guest has %d\n"
			"remove some: one has room for at most %d byte channels",
			part->num_channels, part->num_managed, interrupts, PLAN_MAX_VINTS,
			(PLAN_MAX_VINTS - 1) / 2);
}

static void number(struct parse *p, struct plan_partition *part)
{
	struct plan *plan = p->plan;
	struct numbers next = { .handle = PLAN_FIRST_GUEST_HANDLE };

	number_channels(plan, part, &next);
	number_bells(plan, part, &next);
	part->shutdown_irq = next.handle++;
	number_managed(plan, part, &next);
	part->error_queue_handle = next.handle++;
	if (part->error_manager)
		part->error_manager_handle = next.handle++;
	number_devices(plan, part, &next);
	part->end_handle = next.handle;
	/* The shutdown doorbell has the last. */
	check_interrupts(p, part, next.vint + 1U);
}

int plan_handle_node(const struct plan *plan, const struct plan_partition *part, unsigned int n)
{
	if (n < part->num_channels)
		return plan->channels[part->first_channel + n].node;
	n -= part->num_channels;
	if (n < part->num_bells)
		return plan->bells[part->first_bell + n].node;
	n -= part->num_bells;
	if (n < part->num_managed)
		return plan->managed[part->first_managed + n].node;
	return n == part->num_managed && part->error_manager ? part->error_manager_node : -1;
}

static void report_name(struct parse *p, int node)
{
	report_error(p, node, NULL,
		     "the guest has another node %.40s beside this one\n"
		     "give the node another name",
		     tree_name(p->cfg, node));
}

/* They stand beside each other, and beside the hypervisor's own. */
static void check_names(struct parse *p, const struct plan_partition *part)
{
	int node;

	for (unsigned int n = 0; (node = plan_handle_node(p->plan, part, n)) >= 0; n++) {
		const char *name = tree_name(p->cfg, node);
		unsigned int same = 0;

		while (same < n &&
		       strcmp(name, tree_name(p->cfg, plan_handle_node(p->plan, part, same))) != 0)
			same++;
		if (same < n || strcmp(name, NODE_SHUTDOWN) == 0 ||
		    strcmp(name, NODE_ERROR_QUEUE) == 0)
			report_name(p, node);
	}
}

/* So do devices, below /devices; but for those that come with another. */
static void check_device_names(struct parse *p, const struct plan_partition *part)
{
	const struct plan_device *first = &p->plan->devices[part->first_device];

	for (const struct plan_device *device = first; device < first + part->num_devices;
	     device++) {
		const char *name = tree_name(p->cfg, device->node);
		const struct plan_device *same = first;

		while (same < device && strcmp(name, tree_name(p->cfg, same->node)) != 0)
			same++;
		if ((same < device || strcmp(name, NODE_VMPIC) == 0) &&
		    !devices_is_part(p->plan, device))
			report_name(p, device->node);
	}
}

void handles_number(struct parse *p)
{
	for (unsigned int i = 0; i < p->plan->num_partitions; i++) {
		struct plan_partition *part = &p->plan->partitions[i];

		number(p, part);
		check_names(p, part);
		check_device_names(p, part);
	}
}

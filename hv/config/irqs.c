/* SPDX-License-Identifier: BSD-2-Clause */
/* The interrupts of a partition's devices. */
#include "hv/config/parse.h"
#include "protocol/names.h"

#include <inttypes.h>

enum { MPIC_PLAIN = 0 }; /* place_interrupt.type: a source of its own */

/* The first interrupt of another partition with this source that @device cannot share, or NULL. */
static const struct plan_irq *find_taken(const struct plan *plan, const struct plan_device *device,
					 uint32_t source)
{
	for (unsigned int i = 0; i < plan->partitions[device->partition].first_irq; i++) {
		const struct plan_irq *irq = &plan->irqs[i];

		if (irq->source == source &&
		    !devices_are_claimed(device, &plan->devices[irq->device]))
			return irq;
	}
	return NULL;
}

static bool is_hypervisors(const struct plan *plan, uint32_t source)
{
	for (unsigned int i = 0; i < plan->num_uarts; i++) {
		if (plan->uarts[i].irq == source)
			return true;
	}
	return false;
}

/* Add one.  False when the table is full. */
static bool add_irq(struct parse *p, struct plan_device *device,
		    const struct place_interrupt *interrupt)
{
	struct plan *plan = p->plan;
	const struct plan_partition *part = &plan->partitions[device->partition];

	if (interrupt->controller != p->mpic)
		return true; /* of a controller that is a device itself */
	if (interrupt->type != MPIC_PLAIN || interrupt->source >= PLAN_NONE) {
		notes_count(p, device->node, NOTE_SPECIAL_INTERRUPT);
		return true;
	}
	for (unsigned int i = part->first_irq; i < plan->num_irqs; i++) {
		if (plan->irqs[i].source == interrupt->source)
			return true; /* several nodes raise it */
	}
	const struct plan_irq *taken = find_taken(plan, device, interrupt->source);
	if (taken) {
		const struct plan_device *other = &plan->devices[taken->device];

		report_warning(p, device->node, PROP_CFG_DEVICE,
			       "interrupt %" PRIu32
			       " belongs to %.40s of %.40s: the guest does not "
			       "get it\ngive both one owner",
			       interrupt->source, tree_name(p->cfg, other->node),
			       plan->partitions[other->partition].label);
		return true;
	}
	if (plan->num_irqs == PLAN_MAX_IRQS) {
		report_full(p, device->node, "interrupts of devices", PLAN_MAX_IRQS);
		return false;
	}
	plan->irqs[plan->num_irqs++] = (struct plan_irq){
		.device = (uint16_t)(device - plan->devices),
		.source = (uint16_t)interrupt->source,
		.sense = (uint8_t)(interrupt->sense & 3),
		.hv = is_hypervisors(plan, interrupt->source),
	};
	return true;
}

void irqs_parse(struct parse *p, struct plan_device *device, struct place at)
{
	const int top = at.depth;

	do {
		struct place_interrupt interrupt;

		if (updates_delete(p, device->node, &at, top, NULL) ||
		    updates_delete(p, device->node, &at, top, PROP_INTERRUPTS))
			continue;
		for (unsigned int n = 0; place_interrupt(&at, n, &interrupt); n++) {
			if (!add_irq(p, device, &interrupt))
				return;
		}
	} while (place_next(&at, top));
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/irq/devices.h"

#include "hv/booke/core.h"
#include "hv/console/panic.h"
#include "hv/irq/mpic.h"
#include "hv/partition/partition.h"

/* A device's interrupt as its partition has it. */
struct device_irq {
	struct vpic *vpic;
	unsigned int n; /* its source there */
};

static void raise(void *ctx)
{
	const struct device_irq *irq = ctx;

	vpic_raise(irq->vpic, irq->n);
}

static void *must_alloc(struct arena *arena, size_t size)
{
	void *p = arena_alloc(arena, size, 8);

	if (!p)
		panic("hv-memory has no room for the interrupts of devices: make it larger");
	return p;
}

static struct device_irq *irqs; /* index as plan.irqs; constant after boot */

/* How the partition knows plan.irqs[@i]; those that its virtual PIC has no room for come last. */
static unsigned int vint_of(unsigned int i, unsigned int partition)
{
	return VPIC_SOURCES + i - plan.partitions[partition].first_irq;
}

static void give(struct partition *partition, struct arena *arena)
{
	unsigned int first = partition->plan->first_irq;
	unsigned int num = partition->plan->num_irqs;
	struct mpic_source **sources;
	uint8_t *configs;

	if (num > VPIC_MAX_ALL - VPIC_SOURCES)
		num = VPIC_MAX_ALL - VPIC_SOURCES;
	sources = must_alloc(arena, num * sizeof(struct mpic_source *));
	configs = must_alloc(arena, num);
	for (unsigned int i = 0; i < num; i++) {
		const struct plan_irq *irq = &plan.irqs[first + i];

		irqs[first + i] = (struct device_irq){ &partition->vpic, VPIC_SOURCES + i };
		configs[i] = (uint8_t)mpic_config_of_sense(irq->sense);
		partition_add_interrupt(partition, irq->handle, VPIC_SOURCES + i, NULL);
		if (plan.devices[irq->device].claim == PLAN_CLAIM_STANDBY)
			continue;
		sources[i] = mpic_assign(irq->source, irq->sense, partition->vcpus[0].core->hwid,
					 raise, &irqs[first + i]);
		if (!sources[i])
			panic("interrupt %u has no room", irq->source);
	}
	vpic_add_devices(&partition->vpic, num, sources, configs);
}

void devices_create_interrupts(struct arena *arena)
{
	irqs = must_alloc(arena, plan.num_irqs * sizeof(*irqs));
	for (unsigned int i = 0; i < plan.num_partitions; i++)
		if (partitions[i].plan->num_irqs)
			give(&partitions[i], arena);
}

void devices_move_interrupts(unsigned int to, unsigned int from)
{
	unsigned int to_partition = plan.devices[to].partition;
	unsigned int from_partition = plan.devices[from].partition;

	for (unsigned int i = 0; i < plan.num_irqs; i++) {
		unsigned int vint = vint_of(i, to_partition);
		const struct plan_irq *old =
			plan_find_irq(&plan, from_partition, plan.irqs[i].source);

		if (plan.irqs[i].device == to && old && old->device == from && irqs[i].vpic)
			vpic_move_device(irqs[i].vpic, vint, &partitions[from_partition].vpic,
					 vint_of((unsigned int)(old - plan.irqs), from_partition),
					 &irqs[i]);
	}
}

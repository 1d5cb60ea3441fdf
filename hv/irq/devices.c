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

static bool is_standby(const struct plan_irq *irq)
{
	return plan.devices[irq->device].claim == PLAN_CLAIM_STANDBY;
}

static void give(struct partition *partition, struct arena *arena)
{
	const struct plan_irq *irqs = &plan.irqs[partition->plan->first_irq];
	unsigned int num = partition->plan->num_irqs;
	struct device_irq *own = must_alloc(arena, num * sizeof(*own));
	struct mpic_source **sources = must_alloc(arena, num * sizeof(struct mpic_source *));
	uint8_t *configs = must_alloc(arena, num);
	unsigned int used = 0;

	for (unsigned int i = 0; i < num; i++) {
		if (is_standby(&irqs[i]) || VPIC_SOURCES + used == VPIC_MAX_ALL)
			continue;
		own[used] = (struct device_irq){ &partition->vpic, VPIC_SOURCES + used };
		sources[used] = mpic_assign(irqs[i].source, irqs[i].sense,
					    partition->vcpus[0].core->hwid, raise, &own[used]);
		if (!sources[used])
			panic("interrupt %u has no room", irqs[i].source);
		configs[used] = (uint8_t)mpic_config_of_sense(irqs[i].sense);
		partition_add_interrupt(partition, irqs[i].handle, VPIC_SOURCES + used, NULL);
		used++;
	}
	vpic_add_devices(&partition->vpic, used, sources, configs);
}

void devices_create_interrupts(struct arena *arena)
{
	for (unsigned int i = 0; i < plan.num_partitions; i++)
		if (partitions[i].plan->num_irqs)
			give(&partitions[i], arena);
}

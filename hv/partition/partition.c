/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/partition/partition.h"

#include <stdio.h>

#include "hv/booke/core.h"
#include "hv/booke/tlb.h"
#include "hv/boot/boot.h"
#include "hv/console/panic.h"
#include "hv/partition/claim.h"
#include "hv/partition/error_queue.h"
#include "hv/partition/image.h"
#include "hv/partition/properties.h"

struct plan plan;
struct partition *partitions;
const void *hw_tree, *cfg_tree;
void *partition_tree_copy;

enum { SPIN_TABLE_SIZE = 4096 };

static void *must_alloc(struct arena *arena, size_t size, size_t align)
{
	void *p = arena_alloc(arena, size, align);

	if (!p)
		panic("hv-memory has no room for %u partitions: make it larger",
		      plan.num_partitions);
	return p;
}

static void create_handles(struct partition *partition, struct arena *arena)
{
	const struct plan_partition *pp = partition->plan;

	partition->num_handles = pp->end_handle - PLAN_FIRST_GUEST_HANDLE;
	partition->handles = must_alloc(arena, partition->num_handles * sizeof(struct handle), 8);
}

void partition_add_interrupt(struct partition *partition, uint32_t number, unsigned int vint,
			     struct bc_end *end)
{
	partition->handles[number - PLAN_FIRST_GUEST_HANDLE] = (struct handle){
		.type = HANDLE_INTERRUPT,
		.vint = vint,
		.end = end,
	};
	partition->vpic.number[vint] = number;
}

void partition_add_channel(struct partition *partition, uint32_t number, struct bc_end *end)
{
	partition->handles[number - PLAN_FIRST_GUEST_HANDLE] = (struct handle){
		.type = HANDLE_BYTE_CHANNEL,
		.end = end,
	};
}

static void add_bells(struct partition *partition)
{
	for (unsigned int i = 0; i < partition->plan->num_bells; i++) {
		const struct plan_bell *bell = &plan.bells[partition->plan->first_bell + i];

		if (bell->kind == PLAN_BELL_RECEIVE)
			partition_add_interrupt(partition, bell->handle, bell->vint, NULL);
		else
			partition->handles[bell->handle - PLAN_FIRST_GUEST_HANDLE] =
				(struct handle){ .type = HANDLE_DOORBELL,
						 .doorbell = bell->doorbell };
	}
}

static void add_managed(struct partition *partition)
{
	const struct plan_partition *pp = partition->plan;

	for (unsigned int i = 0; i < pp->num_managed; i++) {
		const struct plan_managed *managed = &plan.managed[pp->first_managed + i];

		partition_add_interrupt(partition, managed->state_change_irq, managed->vint, NULL);
		partition_add_interrupt(partition, managed->watchdog_irq, managed->vint + 1U, NULL);
		partition_add_interrupt(partition, managed->reset_request_irq, managed->vint + 2U,
					NULL);
		partition->handles[managed->shutdown_handle - PLAN_FIRST_GUEST_HANDLE] =
			(struct handle){ .type = HANDLE_SHUTDOWN,
					 .managed = &partitions[managed->managed] };
	}
}

static void add_error_queues(struct partition *partition, struct arena *arena)
{
	const struct plan_partition *pp = partition->plan;

	partition->errors = must_alloc(arena, sizeof(struct error_queue), 4);
	partition->handles[pp->error_queue_handle - PLAN_FIRST_GUEST_HANDLE] =
		(struct handle){ .type = HANDLE_ERROR_QUEUE, .errors = partition->errors };
	if (pp->error_manager)
		partition->handles[pp->error_manager_handle - PLAN_FIRST_GUEST_HANDLE] =
			(struct handle){ .type = HANDLE_ERROR_QUEUE, .errors = &error_global };
}

static void create(struct partition *partition, unsigned int index, struct arena *arena)
{
	const struct plan_partition *pp = &plan.partitions[index];

	partition->index = index;
	partition->plan = pp;
	partition->vcpus = must_alloc(arena, pp->num_cpus * sizeof(struct vcpu), 64);
	partition->spin_table = must_alloc(arena, SPIN_TABLE_SIZE, SPIN_TABLE_SIZE);
	partition->spin_table_tpa =
		plan.hv_memory.tpa + (uint32_t)partition->spin_table - HV_MEM_VA;
	partition->work = must_alloc(arena, IMAGE_WORK_SIZE, 16);
	partition->properties = must_alloc(arena, sizeof(struct properties), 8);
	properties_init(partition->properties);
	vpic_init(&partition->vpic, partition->vcpus);
	create_handles(partition, arena);
	partition_add_interrupt(partition, pp->shutdown_irq, VPIC_SOURCES - 1, NULL);
	add_bells(partition);
	add_managed(partition);
	add_error_queues(partition, arena);
	partition->entry = PARTITION_ENTRY_AS_BEFORE;
	for (unsigned int v = 0; v < pp->num_cpus; v++) {
		struct vcpu *vcpu = &partition->vcpus[v];

		vcpu->core = cores[plan.cpus[pp->cpus[v]].hwid];
		vcpu->partition = partition;
		vcpu->num = v;
		snprintf(vcpu->name, sizeof(vcpu->name), "vcpu-%u", v);
		if (vcpu_create(vcpu, arena))
			panic("hv-memory has no room for the vCPUs of %s: make it larger",
			      pp->label);
		vcpu->core->vcpu = vcpu;
	}
}

void partition_create_all(struct arena *arena)
{
	partitions = must_alloc(arena, plan.num_partitions * sizeof(struct partition), 64);
	claim_init();
	partition_tree_copy = must_alloc(arena, IMAGE_WORK_SIZE, 8);
	for (unsigned int i = 0; i < plan.num_partitions; i++)
		create(&partitions[i], i, arena);
	if (plan.num_partitions)
		image_prepare(partitions[0].work);
}

struct partition *partition_find(struct partition *caller, uint32_t number)
{
	const struct plan_partition *pp = caller->plan;

	if (number == HCALL_SELF || number == partition_number(caller))
		return caller;
	for (unsigned int i = 0; i < pp->num_managed; i++) {
		const struct plan_managed *managed = &plan.managed[pp->first_managed + i];

		if (managed->handle == number)
			return &partitions[managed->managed];
	}
	return NULL;
}

uint64_t partition_gpa_to_tpa(const struct partition *partition, uint64_t gpa, uint64_t *size)
{
	const struct plan_partition *pp = partition->plan;

	for (unsigned int i = 0; i < pp->num_gpmas; i++) {
		const struct plan_gpma *gpma = &plan.gpmas[pp->first_gpma + i];
		const struct plan_pma *pma = &plan.pmas[gpma->pma];

		if (gpa - gpma->gpa < pma->size) {
			*size = pma->size;
			return pma->tpa + (gpa - gpma->gpa);
		}
	}
	if (gpa - pp->spin_table_gpa < SPIN_TABLE_SIZE) {
		*size = SPIN_TABLE_SIZE;
		return partition->spin_table_tpa + (gpa - pp->spin_table_gpa);
	}
	return UINT64_MAX;
}

const struct plan_region *partition_find_device(const struct partition *partition, uint64_t gpa)
{
	const struct plan_partition *pp = partition->plan;

	for (unsigned int d = 0; d < pp->num_devices; d++) {
		const struct plan_device *device = &plan.devices[pp->first_device + d];

		if (!claim_has_device(pp->first_device + d))
			continue;
		for (unsigned int r = 0; r < device->num_regions; r++) {
			const struct plan_region *region = &plan.regions[device->first_region + r];

			if (gpa - region->gpa < region->size)
				return region;
		}
	}
	return NULL;
}

uint64_t partition_device_to_tpa(const struct partition *partition, uint64_t gpa, uint64_t *size)
{
	enum { PAGE = 0x1000 };
	const struct plan_region *region = partition_find_device(partition, gpa);
	uint64_t next, base;

	if (!region)
		return UINT64_MAX;
	*size = 0;
	for (next = PAGE; next <= region->size; next *= 4) {
		base = gpa & ~(next - 1);
		if (base < region->gpa || base - region->gpa > region->size - next ||
		    (region->gpa ^ region->tpa) & (next - 1))
			break;
		*size = next;
	}
	return region->tpa + (gpa - region->gpa);
}

const char *partition_state_name(enum partition_state state)
{
	switch (state) {
	case PARTITION_STOPPED:
		return "stopped";
	case PARTITION_RUNNING:
		return "running";
	case PARTITION_STARTING:
		return "starting";
	case PARTITION_STOPPING:
		return "stopping";
	case PARTITION_PAUSING:
		return "pausing";
	case PARTITION_PAUSED:
		return "paused";
	case PARTITION_RESUMING:
		return "resuming";
	case PARTITION_RESTARTING:
		return "restarting";
	}
	return "unknown";
}

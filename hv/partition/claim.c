/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/partition/claim.h"

#include "hv/irq/devices.h"
#include "hv/partition/partition.h"

/* Under the lock; read without. */
static struct lock lock;
static _Atomic bool has_device[PLAN_MAX_DEVICES];
static struct partition *_Atomic manager;

void claim_init(void)
{
	for (unsigned int i = 0; i < plan.num_devices; i++)
		atomic_store(&has_device[i], plan.devices[i].claim != PLAN_CLAIM_STANDBY);
	for (unsigned int i = 0; i < plan.num_partitions; i++)
		if (plan.partitions[i].error_manager &&
		    plan.partitions[i].error_manager_claim != PLAN_CLAIM_STANDBY)
			atomic_store(&manager, &partitions[i]);
}

bool claim_has_device(unsigned int index)
{
	return atomic_load_explicit(&has_device[index], memory_order_relaxed);
}

struct partition *claim_error_manager(void)
{
	return atomic_load(&manager);
}

/* The device that partition @part knows by @handle, or PLAN_NONE. */
static unsigned int find(unsigned int part, uint32_t handle)
{
	const struct plan_partition *pp = &plan.partitions[part];

	for (unsigned int i = 0; handle && i < pp->num_devices; i++)
		if (plan.devices[pp->first_device + i].handle == handle)
			return pp->first_device + i;
	return PLAN_NONE;
}

static bool is_manager_handle(unsigned int part, uint32_t handle)
{
	return plan.partitions[part].error_manager &&
	       plan.partitions[part].error_manager_handle == handle;
}

bool claim_holds(unsigned int part, uint32_t handle)
{
	unsigned int device = find(part, handle);

	if (device != PLAN_NONE)
		return claim_has_device(device);
	return is_manager_handle(part, handle) && claim_error_manager() == &partitions[part];
}

/* The device of another partition that is the same one and in use, or PLAN_NONE. */
static unsigned int find_holder(unsigned int device)
{
	for (unsigned int i = 0; i < plan.num_devices; i++)
		if (i != device && plan.devices[i].hw_node == plan.devices[device].hw_node &&
		    plan.devices[i].partition != PLAN_NONE && claim_has_device(i))
			return i;
	return PLAN_NONE;
}

static void take(struct partition *partition, unsigned int device, unsigned int from)
{
	if (device == PLAN_NONE) {
		atomic_store(&manager, partition);
		return;
	}
	if (from != PLAN_NONE) {
		atomic_store(&has_device[from], false);
		devices_move_interrupts(device, from);
	}
	atomic_store(&has_device[device], true);
}

uint32_t claim_take(struct partition *partition, uint32_t handle)
{
	unsigned int device = find(partition->index, handle), from = PLAN_NONE;
	uint32_t status = EV_SUCCESS;
	struct partition *holder;

	if (device == PLAN_NONE && !is_manager_handle(partition->index, handle))
		return EV_EINVAL;
	lock_acquire(&lock);
	if (!claim_holds(partition->index, handle)) {
		holder = claim_error_manager();
		if (device != PLAN_NONE) {
			from = find_holder(device);
			holder = from == PLAN_NONE ? NULL
						   : &partitions[plan.devices[from].partition];
		}
		/* With its lock, nobody starts it meanwhile. */
		if (holder)
			lock_acquire(&holder->edge_lock);
		if (holder && atomic_load(&holder->state) != PARTITION_STOPPED)
			status = EV_INVALID_STATE;
		else
			take(partition, device, from);
		if (holder)
			lock_release(&holder->edge_lock);
	}
	lock_release(&lock);
	return status;
}

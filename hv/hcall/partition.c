/* SPDX-License-Identifier: BSD-2-Clause */
/* Freescale's calls on partitions.  A guest knows its own by HCALL_SELF or by its guest-id. */
#include "hv/drivers/guts.h"
#include "hv/hcall/hcall.h"
#include "hv/partition/partition.h"

static struct partition *find(struct vcpu *vcpu, uint32_t number)
{
	struct partition *own = vcpu->partition;

	return number == HCALL_SELF || number == partition_number(own) ? own : NULL;
}

uint32_t hcall_partition_get_status(struct vcpu *vcpu, uint32_t *regs)
{
	const struct partition *partition = find(vcpu, regs[R3]);

	if (!partition)
		return EV_EINVAL;
	regs[R4] = partition_status(partition);
	return EV_SUCCESS;
}

uint32_t hcall_partition_stop(struct vcpu *vcpu, uint32_t *regs)
{
	struct partition *partition = find(vcpu, regs[R3]);

	if (!partition)
		return EV_EINVAL;
	return partition_stop(partition, "self") ? EV_SUCCESS : EV_INVALID_STATE;
}

uint32_t hcall_partition_restart(struct vcpu *vcpu, uint32_t *regs)
{
	struct partition *partition = find(vcpu, regs[R3]);

	if (!partition)
		return EV_EINVAL;
	return partition_restart(partition, "self") ? EV_SUCCESS : EV_INVALID_STATE;
}

uint32_t hcall_system_reset(struct vcpu *vcpu, uint32_t *regs)
{
	(void)regs;
	if (!vcpu->partition->plan->privileged)
		return EV_EPERM;
	guts_reset();
	return EV_ENODEV;
}

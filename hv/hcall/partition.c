/* SPDX-License-Identifier: BSD-2-Clause */
/* Freescale's calls on partitions and cores.  A guest knows its own partition by HCALL_SELF or by
 * its guest-id, and those that it manages by the handles of its tree. */
#include "hv/drivers/guts.h"
#include "hv/hcall/hcall.h"
#include "hv/partition/claim.h"
#include "hv/partition/partition.h"

static const char *asked_by(const struct vcpu *vcpu, const struct partition *partition)
{
	return partition == vcpu->partition ? "self" : "manager";
}

uint32_t hcall_partition_get_status(struct vcpu *vcpu, uint32_t *regs)
{
	const struct partition *partition = partition_find(vcpu->partition, regs[R3]);

	if (!partition)
		return EV_EINVAL;
	regs[R4] = partition_status(partition);
	return EV_SUCCESS;
}

uint32_t hcall_partition_start(struct vcpu *vcpu, uint32_t *regs)
{
	struct partition *partition = partition_find(vcpu->partition, regs[R3]);

	if (!partition)
		return EV_EINVAL;
	return partition_start(partition, regs[R4], regs[R5]) ? EV_SUCCESS : EV_INVALID_STATE;
}

uint32_t hcall_partition_stop(struct vcpu *vcpu, uint32_t *regs)
{
	struct partition *partition = partition_find(vcpu->partition, regs[R3]);

	if (!partition)
		return EV_EINVAL;
	return partition_stop(partition, asked_by(vcpu, partition)) ? EV_SUCCESS : EV_INVALID_STATE;
}

uint32_t hcall_partition_restart(struct vcpu *vcpu, uint32_t *regs)
{
	struct partition *partition = partition_find(vcpu->partition, regs[R3]);

	if (!partition)
		return EV_EINVAL;
	return partition_restart(partition, asked_by(vcpu, partition)) ? EV_SUCCESS
								       : EV_INVALID_STATE;
}

uint32_t hcall_system_reset(struct vcpu *vcpu, uint32_t *regs)
{
	(void)regs;
	if (!vcpu->partition->plan->privileged)
		return EV_EPERM;
	guts_reset();
	return EV_ENODEV;
}

uint32_t hcall_send_nmi(struct vcpu *vcpu, uint32_t *regs)
{
	struct partition *partition = vcpu->partition;

	if (regs[R3] >> partition->plan->num_cpus)
		return EV_EINVAL;
	for (unsigned int v = 0; v < partition->plan->num_cpus; v++)
		if (regs[R3] & 1u << v)
			vcpu_send_nmi(&partition->vcpus[v]);
	return EV_SUCCESS;
}

/* The core of r4 in partition r3, or NULL. */
static const struct vcpu *core(struct vcpu *vcpu, const uint32_t *regs)
{
	const struct partition *partition = partition_find(vcpu->partition, regs[R3]);

	return partition && regs[R4] < partition->plan->num_cpus ? &partition->vcpus[regs[R4]]
								 : NULL;
}

uint32_t hcall_get_core_state(struct vcpu *vcpu, uint32_t *regs)
{
	const struct vcpu *of = core(vcpu, regs);

	if (!of)
		return EV_EINVAL;
	regs[R4] = atomic_load(&of->state) == VCPU_RUNNING ? FSL_CORE_RUN : FSL_CORE_IDLE;
	return EV_SUCCESS;
}

/* ENTER_NAP and EXIT_NAP: no machine that this runs on puts single cores to sleep. */
uint32_t hcall_nap(struct vcpu *vcpu, uint32_t *regs)
{
	return core(vcpu, regs) ? EV_ENODEV : EV_EINVAL;
}

uint32_t hcall_partition_stop_dma(struct vcpu *vcpu, uint32_t *regs)
{
	return partition_find(vcpu->partition, regs[R3]) ? EV_ENODEV : EV_EINVAL;
}

uint32_t hcall_claim_device(struct vcpu *vcpu, uint32_t *regs)
{
	return claim_take(vcpu->partition, regs[R3]);
}

/* DMA_ENABLE and the like: without an IOMMU no guest has such a handle. */
uint32_t hcall_dma(struct vcpu *vcpu, uint32_t *regs)
{
	(void)vcpu;
	(void)regs;
	return EV_EINVAL;
}

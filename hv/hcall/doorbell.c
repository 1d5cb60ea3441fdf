/* SPDX-License-Identifier: BSD-2-Clause */
/* Doorbells (ePAPR 1.1 section 7.5.2): every partition that has the receiving side gets its
 * interrupt. */
#include "hv/hcall/hcall.h"
#include "hv/partition/partition.h"

/* A manager tells its partition to shut down. */
static uint32_t ring_shutdown(struct partition *partition, uint32_t number)
{
	const struct handle *handle = partition_handle(partition, number, HANDLE_SHUTDOWN);

	if (!handle)
		return EV_EINVAL;
	vpic_raise(&handle->managed->vpic, VPIC_SOURCES - 1);
	return EV_SUCCESS;
}

uint32_t hcall_doorbell_send(struct vcpu *vcpu, uint32_t *regs)
{
	const struct handle *handle = partition_handle(vcpu->partition, regs[R3], HANDLE_DOORBELL);

	if (!handle)
		return ring_shutdown(vcpu->partition, regs[R3]);
	for (unsigned int i = 0; i < plan.num_bells; i++) {
		const struct plan_bell *bell = &plan.bells[i];

		if (bell->kind == PLAN_BELL_RECEIVE && bell->doorbell == handle->doorbell)
			vpic_raise(&partitions[bell->partition].vpic, bell->vint);
	}
	return EV_SUCCESS;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* PARTITION_GET_DTPROP and PARTITION_SET_DTPROP: properties of one's own tree, or of that of a
 * partition that one manages. */
#include "hv/hcall/hcall.h"
#include "hv/partition/partition.h"
#include "hv/partition/properties.h"

static struct properties *open_call(struct vcpu *vcpu, const uint32_t *regs,
				    struct properties_call *call)
{
	struct partition *partition = partition_find(vcpu->partition, regs[R3]);

	if (!partition || regs[R10] > HCALL_DTPROP_MAX_VALUE)
		return NULL;
	*call = (struct properties_call){
		.caller = vcpu->partition,
		.path = hcall_u64(&regs[R4]),
		.name = hcall_u64(&regs[R6]),
		.value = hcall_u64(&regs[R8]),
	};
	return partition->properties;
}

uint32_t hcall_partition_get_dtprop(struct vcpu *vcpu, uint32_t *regs)
{
	struct properties_call call;
	struct properties *properties = open_call(vcpu, regs, &call);
	uint32_t status, len = regs[R10];

	if (!properties)
		return EV_EINVAL;
	status = properties_get(properties, &call, &len);
	if (status == EV_SUCCESS || status == EV_BUFFER_OVERFLOW)
		regs[R4] = len;
	return status;
}

uint32_t hcall_partition_set_dtprop(struct vcpu *vcpu, uint32_t *regs)
{
	struct properties_call call;
	struct properties *properties = open_call(vcpu, regs, &call);

	return properties ? properties_set(properties, &call, regs[R10]) : EV_EINVAL;
}

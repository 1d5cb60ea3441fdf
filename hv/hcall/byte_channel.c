/* SPDX-License-Identifier: BSD-2-Clause */
/* Byte channels (ePAPR 1.1 section 7.5.1): at most 16 bytes a call, packed big-endian into r5 to
 * r8. */
#include "byte-chan/channel.h"
#include "hv/hcall/hcall.h"
#include "hv/partition/partition.h"

uint32_t hcall_byte_channel_send(struct vcpu *vcpu, uint32_t *regs)
{
	struct handle *handle = partition_handle(vcpu->partition, regs[R3], HANDLE_BYTE_CHANNEL);
	uint32_t len = regs[R4];

	regs[R4] = 0;
	if (!handle || len > HCALL_BYTE_CHANNEL_MAX_BYTES)
		return EV_EINVAL;
	/* The registers are in memory in the order of the bytes. */
	regs[R4] = bc_end_send(handle->end, &regs[R5], len);
	return regs[R4] || !len ? EV_SUCCESS : EV_EAGAIN;
}

uint32_t hcall_byte_channel_receive(struct vcpu *vcpu, uint32_t *regs)
{
	struct handle *handle = partition_handle(vcpu->partition, regs[R3], HANDLE_BYTE_CHANNEL);
	uint32_t max = regs[R4];

	regs[R4] = 0;
	if (!handle)
		return EV_EINVAL;
	if (max > HCALL_BYTE_CHANNEL_MAX_BYTES)
		max = HCALL_BYTE_CHANNEL_MAX_BYTES;
	regs[R5] = regs[R6] = regs[R7] = regs[R8] = 0;
	regs[R4] = bc_end_receive(handle->end, &regs[R5], max);
	return EV_SUCCESS;
}

uint32_t hcall_byte_channel_poll(struct vcpu *vcpu, uint32_t *regs)
{
	struct handle *handle = partition_handle(vcpu->partition, regs[R3], HANDLE_BYTE_CHANNEL);

	regs[R4] = regs[R5] = 0;
	if (!handle)
		return EV_EINVAL;
	regs[R4] = bc_end_rx_count(handle->end);
	regs[R5] = bc_end_tx_space(handle->end);
	return EV_SUCCESS;
}

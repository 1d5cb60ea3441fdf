/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/hcall/hcall.h"

#include "hv/partition/partition.h"

struct hcall {
	uint32_t (*call)(struct vcpu *vcpu, uint32_t *regs);
	const char *name;
};

static const struct hcall epapr[HCALL_NUMBERS] = {
	[0] = { NULL, "not known" },
	[EPAPR_HCALL_BYTE_CHANNEL_SEND] = { hcall_byte_channel_send, "byte-channel-send" },
	[EPAPR_HCALL_BYTE_CHANNEL_RECEIVE] = { hcall_byte_channel_receive, "byte-channel-receive" },
	[EPAPR_HCALL_BYTE_CHANNEL_POLL] = { hcall_byte_channel_poll, "byte-channel-poll" },
	[EPAPR_HCALL_INT_SET_CONFIG] = { hcall_int_set_config, "int-set-config" },
	[EPAPR_HCALL_INT_GET_CONFIG] = { hcall_int_get_config, "int-get-config" },
	[EPAPR_HCALL_INT_SET_MASK] = { hcall_int_set_mask, "int-set-mask" },
	[EPAPR_HCALL_INT_GET_MASK] = { hcall_int_get_mask, "int-get-mask" },
	[EPAPR_HCALL_INT_IACK] = { hcall_int_iack, "int-iack" },
	[EPAPR_HCALL_INT_EOI] = { hcall_int_eoi, "int-eoi" },
	[EPAPR_HCALL_IDLE] = { hcall_idle, "idle" },
};

void hcall_dispatch(struct vcpu *vcpu, uint32_t *regs, uint32_t token)
{
	/* Vendor 0 is ePAPR's older name; any other leaves a number that is out of range. */
	uint32_t number = token & 0x7fffffff & ~(uint32_t)HCALL_TOKEN(HCALL_VENDOR_EPAPR, 0);

	if (number >= HCALL_NUMBERS || !epapr[number].call) {
		vcpu->hcalls[0]++;
		regs[R3] = EV_UNIMPLEMENTED;
		return;
	}
	vcpu->hcalls[number]++;
	regs[R3] = epapr[number].call(vcpu, regs);
}

const char *hcall_name(unsigned int number)
{
	return epapr[number].name;
}

uint32_t hcall_idle(struct vcpu *vcpu, uint32_t *regs)
{
	(void)regs;
	vcpu_idle(vcpu);
	return EV_SUCCESS;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/hcall/hcall.h"

#include "hv/partition/partition.h"

struct hcall {
	uint32_t (*call)(struct vcpu *vcpu, uint32_t *regs);
	const char *name;
};

/* ePAPR's calls by number, then Freescale's from HCALL_FIRST_FSL on. */
static const struct hcall calls[HCALL_NUMBERS] = {
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
	[EPAPR_HCALL_DOORBELL_SEND] = { hcall_doorbell_send, "doorbell-send" },
	[EPAPR_HCALL_IDLE] = { hcall_idle, "idle" },
#define FSL(number) [HCALL_FIRST_FSL + FSL_HCALL_##number]
	FSL(ERR_GET_INFO) = { hcall_err_get_info, "err-get-info" },
	FSL(PARTITION_GET_DTPROP) = { hcall_partition_get_dtprop, "get-dtprop" },
	FSL(PARTITION_SET_DTPROP) = { hcall_partition_set_dtprop, "set-dtprop" },
	FSL(PARTITION_RESTART) = { hcall_partition_restart, "partition-restart" },
	FSL(PARTITION_GET_STATUS) = { hcall_partition_get_status, "partition-get-status" },
	FSL(PARTITION_START) = { hcall_partition_start, "partition-start" },
	FSL(PARTITION_STOP) = { hcall_partition_stop, "partition-stop" },
	FSL(PARTITION_MEMCPY) = { hcall_partition_memcpy, "memcpy" },
	FSL(DMA_ENABLE) = { hcall_dma, "dma-enable" },
	FSL(DMA_DISABLE) = { hcall_dma, "dma-disable" },
	FSL(SEND_NMI) = { hcall_send_nmi, "send-nmi" },
	FSL(VMPIC_GET_MSIR) = { hcall_vmpic_get_msir, "vmpic-get-msir" },
	FSL(SYSTEM_RESET) = { hcall_system_reset, "system-reset" },
	FSL(GET_CORE_STATE) = { hcall_get_core_state, "get-core-state" },
	FSL(ENTER_NAP) = { hcall_nap, "enter-nap" },
	FSL(EXIT_NAP) = { hcall_nap, "exit-nap" },
	FSL(CLAIM_DEVICE) = { hcall_claim_device, "claim-device" },
	FSL(PARTITION_STOP_DMA) = { hcall_partition_stop_dma, "stop-dma" },
	FSL(DMA_ATTR_SET) = { hcall_dma, "dma-attr-set" },
	FSL(DMA_ATTR_GET) = { hcall_dma, "dma-attr-get" },
#undef FSL
};

/* Where @token stands in the table; a place without a call when it is no call at all. */
static uint32_t place(uint32_t token)
{
	uint32_t number = HCALL_NUMBER(token);

	switch (HCALL_VENDOR(token)) {
	case HCALL_VENDOR_LOCAL:
	case HCALL_VENDOR_EPAPR:
		return number < HCALL_FIRST_FSL ? number : 0;
	case HCALL_VENDOR_FREESCALE:
		return number < HCALL_NUMBERS - HCALL_FIRST_FSL ? HCALL_FIRST_FSL + number : 0;
	default:
		return 0;
	}
}

void hcall_dispatch(struct vcpu *vcpu, uint32_t *regs, uint32_t token)
{
	uint32_t i = place(token);

	if (!calls[i].call) {
		vcpu->hcalls[0]++;
		regs[R3] = EV_UNIMPLEMENTED;
		return;
	}
	vcpu->hcalls[i]++;
	regs[R3] = calls[i].call(vcpu, regs);
}

const char *hcall_name(unsigned int i)
{
	return calls[i].name;
}

uint32_t hcall_idle(struct vcpu *vcpu, uint32_t *regs)
{
	(void)regs;
	vcpu_idle(vcpu);
	return EV_SUCCESS;
}

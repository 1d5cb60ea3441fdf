/* SPDX-License-Identifier: BSD-2-Clause */
/* Hypercalls (ePAPR 1.1 chapter 7): one function per call, one file per family. */
#ifndef HV_HCALL_HCALL_H
#define HV_HCALL_HCALL_H

#include <stdint.h>

#include "protocol/hcall.h"

struct vcpu;

/*
 * Serve the call with @token of @vcpu's guest, which is in supervisor state.  @regs: r3 to r11;
 * arguments in, r3 status and r4... results out.
 */
void hcall_dispatch(struct vcpu *vcpu, uint32_t *regs, uint32_t token);

/* Results and arguments as they stand in @regs. */
enum {
	R3,
	R4,
	R5,
	R6,
	R7,
	R8,
	R9,
	R10,
};

/* An address in two registers, upper half first. */
static inline uint64_t hcall_u64(const uint32_t *regs)
{
	return (uint64_t)regs[0] << 32 | regs[1];
}

/* Each returns EV_*; the dispatcher puts it into r3. */
uint32_t hcall_byte_channel_send(struct vcpu *vcpu, uint32_t *regs);
uint32_t hcall_byte_channel_receive(struct vcpu *vcpu, uint32_t *regs);
uint32_t hcall_byte_channel_poll(struct vcpu *vcpu, uint32_t *regs);
uint32_t hcall_int_set_config(struct vcpu *vcpu, uint32_t *regs);
uint32_t hcall_int_get_config(struct vcpu *vcpu, uint32_t *regs);
uint32_t hcall_int_set_mask(struct vcpu *vcpu, uint32_t *regs);
uint32_t hcall_int_get_mask(struct vcpu *vcpu, uint32_t *regs);
uint32_t hcall_int_iack(struct vcpu *vcpu, uint32_t *regs);
uint32_t hcall_int_eoi(struct vcpu *vcpu, uint32_t *regs);
uint32_t hcall_doorbell_send(struct vcpu *vcpu, uint32_t *regs);
uint32_t hcall_idle(struct vcpu *vcpu, uint32_t *regs);
uint32_t hcall_err_get_info(struct vcpu *vcpu, uint32_t *regs);
uint32_t hcall_partition_get_dtprop(struct vcpu *vcpu, uint32_t *regs);
uint32_t hcall_partition_set_dtprop(struct vcpu *vcpu, uint32_t *regs);
uint32_t hcall_partition_restart(struct vcpu *vcpu, uint32_t *regs);
uint32_t hcall_partition_get_status(struct vcpu *vcpu, uint32_t *regs);
uint32_t hcall_partition_start(struct vcpu *vcpu, uint32_t *regs);
uint32_t hcall_partition_stop(struct vcpu *vcpu, uint32_t *regs);
uint32_t hcall_partition_memcpy(struct vcpu *vcpu, uint32_t *regs);
uint32_t hcall_send_nmi(struct vcpu *vcpu, uint32_t *regs);
uint32_t hcall_get_core_state(struct vcpu *vcpu, uint32_t *regs);
uint32_t hcall_nap(struct vcpu *vcpu, uint32_t *regs);
uint32_t hcall_claim_device(struct vcpu *vcpu, uint32_t *regs);
uint32_t hcall_partition_stop_dma(struct vcpu *vcpu, uint32_t *regs);
uint32_t hcall_dma(struct vcpu *vcpu, uint32_t *regs);
uint32_t hcall_vmpic_get_msir(struct vcpu *vcpu, uint32_t *regs);
uint32_t hcall_system_reset(struct vcpu *vcpu, uint32_t *regs);

/* A PARTITION_MEMCPY goes on by some pages, on the vCPU's core. */
void hcall_memcpy_continue(struct vcpu *vcpu);

/* What the call at place @i of vcpu.hcalls is called; "not known" for 0, under which all others are
 * counted. */
const char *hcall_name(unsigned int i);

#endif

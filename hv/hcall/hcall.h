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
};

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
uint32_t hcall_partition_restart(struct vcpu *vcpu, uint32_t *regs);
uint32_t hcall_partition_get_status(struct vcpu *vcpu, uint32_t *regs);
uint32_t hcall_partition_stop(struct vcpu *vcpu, uint32_t *regs);
uint32_t hcall_vmpic_get_msir(struct vcpu *vcpu, uint32_t *regs);
uint32_t hcall_system_reset(struct vcpu *vcpu, uint32_t *regs);

/* What the call at place @i of vcpu.hcalls is called; "not known" for 0, under which all others are
 * counted. */
const char *hcall_name(unsigned int i);

#endif

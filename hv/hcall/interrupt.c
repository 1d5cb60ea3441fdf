/* SPDX-License-Identifier: BSD-2-Clause */
/* The virtual interrupt controller (ePAPR 1.1 section 7.4.2).  An interrupt's number is its handle.
 */
#include "hv/hcall/hcall.h"
#include "hv/partition/partition.h"

static struct handle *source(struct vcpu *vcpu, uint32_t number)
{
	return partition_handle(vcpu->partition, number, HANDLE_INTERRUPT);
}

uint32_t hcall_int_set_config(struct vcpu *vcpu, uint32_t *regs)
{
	struct handle *handle = source(vcpu, regs[R3]);
	struct vpic *vpic = &vcpu->partition->vpic;

	if (!handle || regs[R6] >= vcpu->partition->plan->num_cpus)
		return EV_EINVAL;
	atomic_store(&vpic->priority[handle->vint], (uint8_t)(regs[R5] & 15));
	vpic_configure(vpic, handle->vint, regs[R4] & 3, regs[R6]);
	return EV_SUCCESS;
}

uint32_t hcall_int_get_config(struct vcpu *vcpu, uint32_t *regs)
{
	struct handle *handle = source(vcpu, regs[R3]);
	struct vpic *vpic = &vcpu->partition->vpic;

	if (!handle)
		return EV_EINVAL;
	regs[R4] = atomic_load(&vpic->config[handle->vint]);
	regs[R5] = atomic_load(&vpic->priority[handle->vint]);
	regs[R6] = atomic_load(&vpic->destination[handle->vint]);
	return EV_SUCCESS;
}

uint32_t hcall_int_set_mask(struct vcpu *vcpu, uint32_t *regs)
{
	struct handle *handle = source(vcpu, regs[R3]);
	struct vpic *vpic = &vcpu->partition->vpic;

	if (!handle || regs[R4] > 1)
		return EV_EINVAL;
	if (vpic_masked(vpic, handle->vint) == regs[R4])
		return EV_SUCCESS;
	vpic_set_mask(vpic, handle->vint, regs[R4]);
	/* Input that came while nobody listened: tell again rather than wait for the next byte. */
	if (!regs[R4] && handle->end && bc_end_rx_count(handle->end))
		vpic_raise(vpic, handle->vint);
	return EV_SUCCESS;
}

uint32_t hcall_int_get_mask(struct vcpu *vcpu, uint32_t *regs)
{
	struct handle *handle = source(vcpu, regs[R3]);

	if (!handle)
		return EV_EINVAL;
	regs[R4] = vpic_masked(&vcpu->partition->vpic, handle->vint);
	return EV_SUCCESS;
}

uint32_t hcall_int_iack(struct vcpu *vcpu, uint32_t *regs)
{
	struct vpic *vpic = &vcpu->partition->vpic;
	unsigned int n;

	if (regs[R3])
		return EV_EINVAL; /* there is one controller, number 0 */
	if (!plan.legacy_interrupts)
		return EV_INVALID_STATE; /* delivery has acknowledged already */
	n = vpic_take(vpic, vcpu->num);
	regs[R4] = n == VPIC_NONE ? EPAPR_INT_NONE : vpic->number[n];
	return EV_SUCCESS;
}

uint32_t hcall_int_eoi(struct vcpu *vcpu, uint32_t *regs)
{
	struct handle *handle = source(vcpu, regs[R3]);

	if (!handle)
		return EV_EINVAL;
	if (!vpic_end(&vcpu->partition->vpic, vcpu->num, handle->vint))
		return EV_INVALID_STATE;
	vcpu_kick(vcpu); /* the next one may be delivered */
	return EV_SUCCESS;
}

uint32_t hcall_vmpic_get_msir(struct vcpu *vcpu, uint32_t *regs)
{
	/* No interrupt of a guest is a bank of message-signalled ones. */
	return source(vcpu, regs[R3]) ? EV_ENODEV : EV_EINVAL;
}

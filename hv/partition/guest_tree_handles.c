/* SPDX-License-Identifier: BSD-2-Clause */
/* /hypervisor/handles: what the guest's hypercalls and interrupts are about. */
#include <libfdt.h>

#include "hv/partition/guest_tree_writer.h"
#include "protocol/names.h"

static void write_handle(struct guest_tree *t, uint32_t handle)
{
	guest_tree_u32(t, PROP_REG, handle);
	guest_tree_u32(t, PROP_HV_HANDLE, handle);
}

static void begin(struct guest_tree *t, const char *name, const char *compatible)
{
	guest_tree_begin(t, name);
	guest_tree_list(t, PROP_COMPATIBLE, compatible);
}

static void write_send(struct guest_tree *t, const char *name, const char *compatible,
		       uint32_t handle)
{
	begin(t, name, compatible);
	write_handle(t, handle);
	guest_tree_end(t);
}

static void write_receive(struct guest_tree *t, const char *name, const char *compatible,
			  uint32_t irq)
{
	const uint32_t interrupts[2] = { irq, 0 };

	begin(t, name, compatible);
	guest_tree_cells(t, PROP_INTERRUPTS, interrupts, 2);
	guest_tree_end(t);
}

static void write_channel(struct guest_tree *t, const struct plan_channel *channel)
{
	const uint32_t interrupts[4] = { channel->rx_irq, 0, channel->tx_irq, 0 };

	begin(t, channel->name, COMPAT_HV_BYTE_CHANNEL "\0");
	write_handle(t, channel->handle);
	guest_tree_cells(t, PROP_INTERRUPTS, interrupts, 4);
	guest_tree_end(t);
}

#define RECEIVE "\0" COMPAT_HV_RECEIVE_DOORBELL "\0"

static void write_managed(struct guest_tree *t, const struct plan_managed *managed)
{
	begin(t, managed->name, COMPAT_HV_PARTITION "\0");
	write_handle(t, managed->handle);
	guest_tree_string(t, PROP_LABEL, t->plan->partitions[managed->managed].label);
	guest_tree_shape(t, 1, 0);
	write_receive(t, NODE_STATE_CHANGE, COMPAT_HV_STATE_CHANGE RECEIVE,
		      managed->state_change_irq);
	write_receive(t, NODE_WATCHDOG_EXPIRATION, COMPAT_HV_WATCHDOG_EXPIRATION RECEIVE,
		      managed->watchdog_irq);
	write_receive(t, NODE_RESET_REQUEST, COMPAT_HV_RESET_REQUEST RECEIVE,
		      managed->reset_request_irq);
	write_send(t, NODE_SHUTDOWN, COMPAT_HV_SHUTDOWN_DOORBELL "\0" COMPAT_HV_SEND_DOORBELL "\0",
		   managed->shutdown_handle);
	guest_tree_end(t);
}

static void write_error_manager(struct guest_tree *t)
{
	const struct plan_partition *p = t->partition;

	begin(t, p->error_manager, COMPAT_HV_ERROR_MANAGER "\0");
	write_handle(t, p->error_manager_handle);
	guest_tree_u32(t, PROP_HV_ERROR_MANAGER_CPU, p->error_manager_vcpu);
	guest_tree_claim(t, p->error_manager_claim, p->error_manager_handle);
	guest_tree_end(t);
}

void guest_tree_write_handles(struct guest_tree *t)
{
	const struct plan_partition *p = t->partition;
	unsigned int i;

	guest_tree_begin(t, NODE_HANDLES);
	guest_tree_shape(t, 1, 0);
	guest_tree_u32(t, PROP_INTERRUPT_PARENT, VMPIC_PHANDLE);
	for (i = 0; i < p->num_channels; i++)
		write_channel(t, &t->plan->channels[p->first_channel + i]);
	for (i = 0; i < p->num_bells; i++) {
		const struct plan_bell *bell = &t->plan->bells[p->first_bell + i];

		if (bell->kind == PLAN_BELL_SEND)
			write_send(t, bell->name, COMPAT_HV_SEND_DOORBELL "\0", bell->handle);
		else
			write_receive(t, bell->name, COMPAT_HV_RECEIVE_DOORBELL "\0", bell->handle);
	}
	write_receive(t, NODE_SHUTDOWN, COMPAT_HV_SHUTDOWN_DOORBELL RECEIVE, p->shutdown_irq);
	for (i = 0; i < p->num_managed; i++)
		write_managed(t, &t->plan->managed[p->first_managed + i]);
	write_send(t, NODE_ERROR_QUEUE, COMPAT_HV_ERROR_QUEUE "\0", p->error_queue_handle);
	if (p->error_manager)
		write_error_manager(t);
	guest_tree_end(t);
}

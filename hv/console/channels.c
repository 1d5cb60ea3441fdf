/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/console/channels.h"

#include "hv/booke/core.h"
#include "hv/booke/tlb.h"
#include "hv/console/panic.h"
#include "hv/drivers/ns16550.h"
#include "hv/irq/mpic.h"
#include "hv/partition/partition.h"

/* A guest's end of a channel: events become virtual interrupts. */
struct guest_end {
	struct vpic *vpic;
	unsigned int rx_vint, tx_vint;
};

/* Constant after boot. */
static struct bc_end *near_ends[PLAN_MAX_CHANNELS];
static struct bc_mux *muxes;
static struct ns16550 *uarts;

static void *must_alloc(struct arena *arena, size_t size)
{
	void *p = arena_alloc(arena, size, 64);

	if (!p)
		panic("hv-memory has no room for %u byte channels: make it larger",
		      plan.num_channels);
	return p;
}

static void notify_guest(struct bc_end *end, unsigned int events)
{
	const struct guest_end *guest = end->owner;

	if (events & BC_EVENT_RX)
		vpic_raise(guest->vpic, guest->rx_vint);
	if (events & BC_EVENT_TX)
		vpic_raise(guest->vpic, guest->tx_vint);
}

static void give_to_guest(const struct plan_channel *pc, unsigned int index, struct arena *arena)
{
	struct partition *partition = &partitions[pc->partition];
	struct guest_end *guest = must_alloc(arena, sizeof(*guest));
	unsigned int vint = 2 * (index - partition->plan->first_channel);

	*guest = (struct guest_end){ &partition->vpic, vint, vint + 1 };
	bc_end_set_notify(near_ends[index], notify_guest, guest);
	partition_add_channel(partition, pc->handle, near_ends[index]);
	partition_add_interrupt(partition, pc->rx_irq, guest->rx_vint, near_ends[index]);
	partition_add_interrupt(partition, pc->tx_irq, guest->tx_vint, NULL);
}

static void create_muxes(struct arena *arena)
{
	muxes = must_alloc(arena, plan.num_muxes * sizeof(*muxes));
	uarts = must_alloc(arena, plan.num_muxes * sizeof(*uarts));
	for (unsigned int i = 0; i < plan.num_muxes; i++)
		bc_mux_init(&muxes[i], ns16550_kick, &uarts[i]);
}

static void create_channels(struct arena *arena)
{
	for (unsigned int i = 0; i < plan.num_channels; i++) {
		const struct plan_channel *pc = &plan.channels[i];
		struct bc_channel *channel;

		if (near_ends[i]) /* its peer has made it */
			continue;
		channel = must_alloc(arena, sizeof(*channel));
		bc_channel_init(channel);
		near_ends[i] = &channel->ends[0];
		if (pc->far == PLAN_FAR_CHANNEL)
			near_ends[pc->peer] = &channel->ends[1];
	}
}

static void start_uart(unsigned int index)
{
	const struct plan_uart *uart = &plan.uarts[plan.muxes[index].uart];
	volatile uint8_t *regs = tlb_map_io(uart->tpa, uart->size);

	if (!regs || mpic_attach(uart->irq, uart->irq_sense, this_core->hwid, ns16550_interrupt,
				 &uarts[index]))
		panic("too many multiplexers: %u", plan.num_muxes);
	ns16550_init(&uarts[index], regs, uart->clock_hz, uart->baud, &muxes[index]);
}

void channels_create_all(struct arena *arena)
{
	create_muxes(arena);
	create_channels(arena);
	for (unsigned int i = 0; i < plan.num_muxes; i++)
		start_uart(i);
	for (unsigned int i = 0; i < plan.num_channels; i++) {
		const struct plan_channel *pc = &plan.channels[i];

		if (pc->owner == PLAN_OWNER_PARTITION)
			give_to_guest(pc, i, arena);
		if (pc->far == PLAN_FAR_MUX)
			bc_mux_attach(&muxes[pc->mux], pc->mux_channel, near_ends[i]->peer);
	}
}

struct bc_end *channels_console_end(void)
{
	const struct plan_channel *pc;

	if (plan.stdout_channel == PLAN_NONE)
		return NULL;
	pc = &plan.channels[plan.stdout_channel];
	return pc->far == PLAN_FAR_CONSOLE ? near_ends[plan.stdout_channel]->peer
					   : near_ends[plan.stdout_channel];
}

void channels_purge(unsigned int partition)
{
	const struct plan_partition *pp = &plan.partitions[partition];

	for (unsigned int i = 0; i < pp->num_channels; i++)
		bc_end_purge(near_ends[pp->first_channel + i]);
}

struct bc_end *channels_near_end(unsigned int index)
{
	return near_ends[index];
}

const struct bc_mux *channels_mux(unsigned int index)
{
	return &muxes[index];
}

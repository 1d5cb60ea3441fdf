/* SPDX-License-Identifier: BSD-2-Clause */
/* What each byte channel leads to: endpoint, mux-channel, stdout. */
#include "hv/config/parse.h"
#include "protocol/names.h"

#include <inttypes.h>

static uint16_t find_channel(const struct plan *plan, int node)
{
	for (uint16_t i = 0; i < plan->num_channels; i++) {
		if (plan->channels[i].node == node)
			return i;
	}
	return PLAN_NONE;
}

static uint16_t find_mux(const struct plan *plan, int node)
{
	for (uint16_t i = 0; i < plan->num_muxes; i++) {
		if (plan->muxes[i].node == node)
			return i;
	}
	return PLAN_NONE;
}

static void join_mux(struct parse *p, uint16_t index, uint16_t mux)
{
	struct plan_channel *channel = &p->plan->channels[index];
	uint32_t number;
	const int result = tree_u32(p, channel->node, PROP_CFG_MUX_CHANNEL, &number);

	/* Whatever is wrong with the number, this is where the channel was to lead. */
	channel->far = PLAN_FAR_MUX;
	if (result == TREE_ABSENT)
		report_error(p, channel->node, PROP_CFG_MUX_CHANNEL,
			     "is missing\nsay which channel of the multiplexer, 0 to %d",
			     PLAN_MUX_CHANNELS - 1);
	if (result != 0)
		return;
	if (number >= PLAN_MUX_CHANNELS) {
		report_error(p, channel->node, PROP_CFG_MUX_CHANNEL,
			     "%" PRIu32 " is out of range\nuse 0 to %d", number,
			     PLAN_MUX_CHANNELS - 1);
		return;
	}
	channel->mux = mux;
	channel->mux_channel = (uint8_t)number;
	uint16_t *slot = &p->plan->muxes[mux].channels[number];
	if (*slot == PLAN_NONE)
		*slot = index;
}

/* What the endpoint names.  After a fault the far end counts as connected, so as not to be reported
 * twice. */
static void parse_endpoint(struct parse *p, uint16_t index)
{
	struct plan_channel *channel = &p->plan->channels[index];
	const int target = tree_reference(p, channel->node, PROP_CFG_ENDPOINT);
	const bool numbered = fdt_getprop(p->cfg, channel->node, PROP_CFG_MUX_CHANNEL, NULL);

	if (target == TREE_ABSENT && numbered)
		report_error(p, channel->node, PROP_CFG_ENDPOINT,
			     "is missing, with a mux-channel given\n"
			     "name the multiplexer: endpoint = <&label>");
	if (target < 0) {
		if (target == TREE_BAD || numbered)
			channel->far = PLAN_FAR_MUX; /* not to be reported as unconnected, too */
		return;
	}
	const uint16_t mux = find_mux(p->plan, target);
	if (mux != PLAN_NONE) {
		join_mux(p, index, mux);
		return;
	}
	if (numbered)
		report_warning(p, channel->node, PROP_CFG_MUX_CHANNEL,
			       "has no effect: %.40s is no multiplexer\ndelete it, or name one",
			       tree_name(p->cfg, target));
	const uint16_t peer = find_channel(p->plan, target);
	if (peer == index) {
		report_error(p, channel->node, PROP_CFG_ENDPOINT,
			     "leads to the byte channel itself\nname the other end");
		channel->far = PLAN_FAR_MUX;
	} else if (peer != PLAN_NONE) {
		channel->far = PLAN_FAR_CHANNEL;
		channel->peer = peer;
	} else {
		channel->far = PLAN_FAR_MUX;
		if (node_kind(p->cfg, target) == NODE_DEVICE)
			report_error(
				p, channel->node, PROP_CFG_ENDPOINT,
				"%.40s is a device: this version puts a byte-channel-mux between\n"
				"name a byte-channel-mux whose endpoint is the device",
				tree_name(p->cfg, target));
		else if (node_kind(p->cfg, target) != NODE_MUX &&
			 node_kind(p->cfg, target) != NODE_CHANNEL)
			report_error(p, channel->node, PROP_CFG_ENDPOINT,
				     "%.40s is neither a byte-channel-mux nor a byte-channel\n"
				     "name one",
				     tree_name(p->cfg, target));
	}
}

/* Is the channel's number its own?  Known, as is which ones are free, when all have theirs. */
static void check_number(struct parse *p, uint16_t index)
{
	const struct plan_channel *channel = &p->plan->channels[index];
	const struct plan_mux *mux = &p->plan->muxes[channel->mux];
	const uint16_t holder = mux->channels[channel->mux_channel];
	int unused = 0;

	if (holder == index)
		return;
	const struct plan_channel *other = &p->plan->channels[holder];
	while (unused < PLAN_MUX_CHANNELS && mux->channels[unused] != PLAN_NONE)
		unused++;
	if (unused == PLAN_MUX_CHANNELS)
		report_error(p, channel->node, PROP_CFG_MUX_CHANNEL,
			     "%u is taken by %.40s, and so are all others\n"
			     "use another multiplexer",
			     channel->mux_channel, other->name);
	else
		report_error(p, channel->node, PROP_CFG_MUX_CHANNEL,
			     "%u is taken by %.40s of `%s`\nuse %d, which is free",
			     channel->mux_channel, other->name,
			     other->owner == PLAN_OWNER_HV
				     ? "hv-config"
				     : p->plan->partitions[other->partition].label,
			     unused);
}

/* @channel named @peer; @peer has to be free, or to name @channel. */
static void join_peer(struct parse *p, uint16_t index)
{
	struct plan_channel *channel = &p->plan->channels[index];
	struct plan_channel *peer = &p->plan->channels[channel->peer];

	if (peer->far == PLAN_FAR_NONE) {
		peer->far = PLAN_FAR_CHANNEL;
		peer->peer = index;
	} else if (peer->far != PLAN_FAR_CHANNEL || peer->peer != index) {
		report_error(p, channel->node, PROP_CFG_ENDPOINT,
			     "%.40s has both its ends in use\n"
			     "a byte channel joins two: name one that is free",
			     peer->name);
	}
}

static void parse_stdout(struct parse *p)
{
	struct plan *plan = p->plan;
	const int target = tree_reference(p, p->hv_config, PROP_CFG_STDOUT);

	if (target == TREE_ABSENT)
		report_warning(p, p->hv_config, PROP_CFG_STDOUT,
			       "is missing: the hypervisor has neither log nor shell\n"
			       "name a byte channel: stdout = <&label>");
	if (target < 0)
		return;
	const uint16_t index = find_channel(plan, target);
	if (index == PLAN_NONE) {
		if (node_kind(p->cfg, target) != NODE_CHANNEL)
			report_error(p, p->hv_config, PROP_CFG_STDOUT,
				     "%.40s is no byte-channel\n"
				     "name one, with a byte-channel-mux as its endpoint",
				     tree_name(p->cfg, target));
		return;
	}
	struct plan_channel *channel = &plan->channels[index];
	if (channel->owner == PLAN_OWNER_PARTITION) {
		if (channel->far != PLAN_FAR_NONE) {
			report_error(p, p->hv_config, PROP_CFG_STDOUT,
				     "%.40s has both its ends in use\n"
				     "name one of hv-config, or one without endpoint",
				     channel->name);
			return;
		}
		channel->far = PLAN_FAR_CONSOLE;
	}
	plan->stdout_channel = index;
}

/* Channels that nobody will ever read. */
static void check_ends(struct parse *p)
{
	const struct plan *plan = p->plan;

	for (uint16_t i = 0; i < plan->num_channels; i++) {
		const struct plan_channel *channel = &plan->channels[i];

		if (channel->far == PLAN_FAR_NONE)
			report_warning(p, channel->node, PROP_CFG_ENDPOINT,
				       "is missing, and nobody names this byte channel\n"
				       "name the other end: endpoint = <&label>");
		else if (channel->owner == PLAN_OWNER_HV && plan->stdout_channel != PLAN_NONE &&
			 plan->stdout_channel != i)
			report_warning(p, channel->node, NULL,
				       "the hypervisor uses only the byte channel that is stdout\n"
				       "delete it, or move it into a partition");
	}
}

void wiring_parse(struct parse *p)
{
	struct plan *plan = p->plan;

	for (uint16_t i = 0; i < plan->num_channels; i++)
		parse_endpoint(p, i);
	for (uint16_t i = 0; i < plan->num_channels; i++) {
		if (plan->channels[i].far == PLAN_FAR_CHANNEL)
			join_peer(p, i);
		else if (plan->channels[i].mux != PLAN_NONE)
			check_number(p, i);
	}
	parse_stdout(p);
	check_ends(p);
}

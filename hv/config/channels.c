/* SPDX-License-Identifier: BSD-2-Clause */
/* The tables of multiplexers and byte channels. */
#include "hv/config/parse.h"
#include "protocol/names.h"

static uint16_t find_uart(const struct plan *plan, int node)
{
	for (uint16_t i = 0; i < plan->num_uarts; i++) {
		if (plan->uarts[i].node == node)
			return i;
	}
	return PLAN_NONE;
}

/* Has some other multiplexer taken the UART? */
static const struct plan_mux *find_mux_on(const struct plan *plan, uint16_t uart)
{
	for (unsigned int i = 0; i < plan->num_muxes; i++) {
		if (plan->muxes[i].uart == uart)
			return &plan->muxes[i];
	}
	return NULL;
}

/*
 * The UART to which a multiplexer is connected, or PLAN_NONE.  A device that is the hypervisor's,
 * is a UART and is not in the table has been reported.
 */
static uint16_t parse_mux_endpoint(struct parse *p, int node)
{
	const int target = tree_reference(p, node, PROP_CFG_ENDPOINT);

	if (target == TREE_ABSENT)
		report_error(p, node, PROP_CFG_ENDPOINT,
			     "is missing\nname the hypervisor's UART: endpoint = <&label>");
	if (target < 0)
		return PLAN_NONE;
	const uint16_t uart = find_uart(p->plan, target);
	if (uart == PLAN_NONE) {
		/* A node that is a device of the hypervisor and not a UART is in the table of
		 * devices. */
		bool driven_elsewhere = false;

		for (unsigned int i = 0; i < p->plan->num_devices; i++) {
			const struct plan_device *device = &p->plan->devices[i];

			driven_elsewhere |= device->node == target &&
					    fdt_node_check_compatible(p->hw, device->hw_node,
								      COMPAT_NS16550) != 0;
		}
		if (node_kind(p->cfg, target) != NODE_DEVICE || driven_elsewhere ||
		    !tree_is_below(p->cfg, p->hv_config, target))
			report_error(p, node, PROP_CFG_ENDPOINT,
				     "%.40s is no UART of the hypervisor\n"
				     "name a node of hv-config whose device is a UART",
				     tree_name(p->cfg, target));
		return PLAN_NONE;
	}
	const struct plan_mux *other = find_mux_on(p->plan, uart);
	if (other) {
		report_error(p, node, PROP_CFG_ENDPOINT,
			     "%.40s carries %.40s already\nuse one multiplexer for both",
			     tree_name(p->cfg, target), tree_name(p->cfg, other->node));
		return PLAN_NONE;
	}
	return uart;
}

static void parse_muxes(struct parse *p)
{
	struct plan *plan = p->plan;
	int depth = 0;

	for (int node = node_next(p->cfg, 0, &depth, NODE_MUX); node >= 0;
	     node = node_next(p->cfg, node, &depth, NODE_MUX)) {
		if (plan->num_muxes == PLAN_MAX_MUXES) {
			report_full(p, node, "byte-channel-muxes", PLAN_MAX_MUXES);
			return;
		}
		/* One without its UART stays in the table, so that channels find it. */
		struct plan_mux mux = { .uart = parse_mux_endpoint(p, node), .node = node };

		for (int i = 0; i < PLAN_MUX_CHANNELS; i++)
			mux.channels[i] = PLAN_NONE;
		plan->muxes[plan->num_muxes++] = mux;
	}
}

uint16_t channels_add(struct parse *p, int node, enum plan_owner owner, uint16_t partition)
{
	struct plan *plan = p->plan;

	if (plan->num_channels == PLAN_MAX_CHANNELS) {
		report_full(p, node, "byte channels", PLAN_MAX_CHANNELS);
		return PLAN_NONE;
	}
	plan->channels[plan->num_channels] = (struct plan_channel){
		.owner = owner,
		.partition = partition,
		.far = PLAN_FAR_NONE,
		.mux = PLAN_NONE,
		.peer = PLAN_NONE,
		.name = tree_name(p->cfg, node),
		.node = node,
	};
	return plan->num_channels++;
}

/* Add the byte channels below @top.  Returns how many. */
static uint16_t add_all(struct parse *p, int top, enum plan_owner owner, uint16_t partition)
{
	const uint16_t first = p->plan->num_channels;
	int depth = 0;

	for (int node = node_next(p->cfg, top, &depth, NODE_CHANNEL); node >= 0;
	     node = node_next(p->cfg, node, &depth, NODE_CHANNEL)) {
		if (channels_add(p, node, owner, partition) == PLAN_NONE)
			break;
	}
	return (uint16_t)(p->plan->num_channels - first);
}

void channels_parse(struct parse *p)
{
	struct plan *plan = p->plan;

	parse_muxes(p);
	add_all(p, p->hv_config, PLAN_OWNER_HV, PLAN_NONE);
	for (uint16_t i = 0; i < plan->num_partitions; i++) {
		struct plan_partition *part = &plan->partitions[i];

		part->first_channel = plan->num_channels;
		part->num_channels = add_all(p, part->node, PLAN_OWNER_PARTITION, i);
		if (part->num_channels == 0)
			report_warning(p, part->node, NULL,
				       "has no byte channel, and so no console\n"
				       "add { compatible = \"byte-channel\"; endpoint = <&mux>; "
				       "mux-channel = <%u>; }",
				       i + 1U);
	}
}

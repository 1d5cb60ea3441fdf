/* SPDX-License-Identifier: BSD-2-Clause */
/* Nodes with a device property: which hardware they mean, and whose it is. */
#include "hv/config/parse.h"
#include "protocol/names.h"

#include <string.h>

static const char *owner_name(const struct plan *plan, const struct plan_device *device)
{
	return device->partition == PLAN_NONE ? "the hypervisor"
					      : plan->partitions[device->partition].label;
}

bool devices_are_claimed(const struct plan_device *a, const struct plan_device *b)
{
	return a->hw_node == b->hw_node && a->partition != b->partition &&
	       a->claim != PLAN_CLAIM_EXCLUSIVE && b->claim != PLAN_CLAIM_EXCLUSIVE;
}

static bool check_pair(struct parse *p, const struct plan_device *device,
		       const struct plan_device *other, const char *name)
{
	const char *owner = owner_name(p->plan, other);

	if (device->hw_node == other->hw_node && !devices_are_claimed(device, other)) {
		report_error(p, device->node, PROP_CFG_DEVICE,
			     "`%.60s` belongs to %.40s already, as %.40s\n"
			     "give each device one owner",
			     name, owner, tree_name(p->cfg, other->node));
		return false;
	}
	if (device->hw_node == other->hw_node && device->claim == PLAN_CLAIM_ACTIVE &&
	    other->claim == PLAN_CLAIM_ACTIVE) {
		report_error(p, device->node, PROP_CFG_CLAIMABLE,
			     "`%.60s` is active in %.40s as well\nwrite \"standby\" in one of them",
			     name, owner);
		return false;
	}
	if (device->partition == other->partition || device->hw_node == other->hw_node ||
	    device->hw_end <= other->hw_node || other->hw_end <= device->hw_node)
		return true;
	const bool inner = device->hw_node > other->hw_node;
	report_error(p, device->node, PROP_CFG_DEVICE,
		     "`%.60s` %s %.40s, which belongs to %.40s\n"
		     "what is below a device goes with it: give both one owner",
		     name, inner ? "is below" : "has below it", tree_name(p->hw, other->hw_node),
		     owner);
	return false;
}

static void parse_claim(struct parse *p, struct plan_device *device)
{
	device->claim = PLAN_CLAIM_EXCLUSIVE;
	if (device->partition != PLAN_NONE)
		tree_claim(p, device->node, &device->claim);
}

/*
 * Add what @node names to the table, and go there.  NULL when there is no such device to be had,
 * which has been reported.
 */
static struct plan_device *add_device(struct parse *p, int node, uint16_t partition,
				      struct place *at)
{
	struct plan *plan = p->plan;
	const char *name = tree_string(p->cfg, node, PROP_CFG_DEVICE);
	struct plan_device device = {
		.node = node,
		.partition = partition,
		.first_region = plan->num_regions,
		.vcpu = PLAN_NO_VCPU,
	};

	if (!name || !place_find(at, p->hw, name) || at->depth == 0) {
		report_error(p, node, PROP_CFG_DEVICE,
			     "`%.60s` is no device of the hardware tree\n"
			     "use one of its /aliases or a full path",
			     name ? name : "");
		return NULL;
	}
	device.hw_node = place_node(at);
	device.hw_end = tree_end(p->hw, device.hw_node);
	parse_claim(p, &device);
	for (unsigned int i = 0; i < plan->num_devices; i++) {
		if (!check_pair(p, &device, &plan->devices[i], name))
			return NULL;
	}
	if (plan->num_devices == PLAN_MAX_DEVICES) {
		report_full(p, node, "devices", PLAN_MAX_DEVICES);
		return NULL;
	}
	plan->devices[plan->num_devices] = device;
	return &plan->devices[plan->num_devices++];
}

static void parse_hypervisors(struct parse *p)
{
	int depth = 0;

	for (int node = node_next(p->cfg, p->hv_config, &depth, NODE_DEVICE); node >= 0;
	     node = node_next(p->cfg, node, &depth, NODE_DEVICE)) {
		struct place at;
		struct plan_device *device = add_device(p, node, PLAN_NONE, &at);

		if (!device)
			continue;
		drivers_parse(p, device, &at);
		regions_parse(p, device, at);
	}
}

/* The interrupt controller is needed whether or not hv-config names it. */
static void find_mpic(struct parse *p)
{
	static const char *const compatible[] = { COMPAT_OPEN_PIC, COMPAT_MPIC };
	struct place at = { .fdt = p->hw };

	if (p->mpic >= 0)
		return;
	while (place_next(&at, 0)) {
		for (int i = 0; i < 2; i++) {
			const struct plan_device device = {
				.node = p->hv_config,
				.hw_node = place_node(&at),
				.partition = PLAN_NONE,
			};
			if (fdt_node_check_compatible(p->hw, device.hw_node, compatible[i]) == 0) {
				drivers_parse(p, &device, &at);
				return;
			}
		}
	}
	report_hardware(p, 0, NULL,
			"no interrupt controller: no node with compatible %s or %s\n"
			"pass this machine's own tree",
			COMPAT_OPEN_PIC, COMPAT_MPIC);
}

bool devices_is_part(const struct plan *plan, const struct plan_device *device)
{
	for (const struct plan_device *outer = plan->devices; outer < device; outer++) {
		if (outer->partition == device->partition && outer->hw_node < device->hw_node &&
		    device->hw_node < outer->hw_end)
			return true;
	}
	return false;
}

static void parse_partition(struct parse *p, uint16_t index)
{
	struct plan *plan = p->plan;
	struct plan_partition *part = &plan->partitions[index];
	int depth = 0;

	part->first_device = plan->num_devices;
	part->first_irq = plan->num_irqs;
	for (int node = node_next(p->cfg, part->node, &depth, NODE_DEVICE); node >= 0;
	     node = node_next(p->cfg, node, &depth, NODE_DEVICE)) {
		struct place at;
		struct plan_device *device = add_device(p, node, index, &at);

		if (!device)
			continue;
		if (device->hw_node <= p->mpic && p->mpic < device->hw_end)
			report_error(
				p, node, PROP_CFG_DEVICE,
				"%.40s is the hypervisor's interrupt controller\ndelete the node",
				tree_name(p->hw, p->mpic));
		assign_parse(p, device, &at);
		regions_parse(p, device, at);
		if (!devices_is_part(plan, device))
			irqs_parse(p, device, at);
	}
	part->num_devices = (uint16_t)(plan->num_devices - part->first_device);
	part->num_irqs = (uint16_t)(plan->num_irqs - part->first_irq);
}

/* Claiming takes two. */
static void check_claims(struct parse *p)
{
	const struct plan *plan = p->plan;

	for (const struct plan_device *device = plan->devices;
	     device < plan->devices + plan->num_devices; device++) {
		const struct plan_device *other = plan->devices;

		if (device->claim == PLAN_CLAIM_EXCLUSIVE)
			continue;
		while (other < plan->devices + plan->num_devices &&
		       !(devices_are_claimed(device, other) &&
			 (other->claim == PLAN_CLAIM_ACTIVE || device->claim == PLAN_CLAIM_ACTIVE)))
			other++;
		if (other == plan->devices + plan->num_devices)
			report_warning(p, device->node, PROP_CFG_CLAIMABLE,
				       "no other partition has this device %s\n"
				       "give it to another one as well, or delete the property",
				       device->claim == PLAN_CLAIM_ACTIVE ? "on standby"
									  : "active");
	}
}

void devices_parse(struct parse *p)
{
	p->mpic = -1;
	p->plan->has_iommu = fdt_node_offset_by_compatible(p->hw, -1, COMPAT_PAMU) >= 0;
	parse_hypervisors(p);
	find_mpic(p);
	if (p->plan->sysreset_on_partition_stop && !p->plan->reset_tpa)
		report_warning(p, p->hv_config, PROP_CFG_SYSRESET,
			       "the hypervisor has no device to reset the machine with\n"
			       "add a node whose device is the global utilities (guts)");
	for (uint16_t i = 0; i < p->plan->num_partitions; i++)
		parse_partition(p, i);
	if (p->errors == 0)
		check_claims(p);
	regions_check(p);
}

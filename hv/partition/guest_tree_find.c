/* SPDX-License-Identifier: BSD-2-Clause */
/* Which node of the guest's tree stands for one of the configuration's or the hardware's. */
#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "hv/config/place.h"
#include "hv/config/tree.h"
#include "hv/partition/guest_tree_writer.h"
#include "hv/partition/node_update.h"
#include "protocol/names.h"

const struct plan_device *guest_tree_find_device(const struct guest_tree *t, int hw_node)
{
	const struct plan_device *device = &t->plan->devices[t->partition->first_device];
	const struct plan_device *end = device + t->partition->num_devices;

	while (device < end && device->hw_node != hw_node)
		device++;
	return device < end ? device : NULL;
}

bool guest_tree_has(const struct guest_tree *t, int hw_node)
{
	const struct plan_device *device = &t->plan->devices[t->partition->first_device];
	unsigned int i;

	for (i = 0; i < t->partition->num_devices; i++) {
		if (device[i].hw_node <= hw_node && hw_node < device[i].hw_end)
			return true;
	}
	for (i = 0; i < t->partition->num_cpus; i++) {
		const int cpu = t->plan->cpus[t->partition->cpus[i]].hw_node;

		if (cpu <= hw_node && hw_node < tree_end(t->hw, cpu))
			return true;
	}
	return false;
}

int guest_tree_find_hw(const struct guest_tree *t, const struct place *at)
{
	const struct plan_device *device = NULL;
	int level = 0;
	int node;

	while (!device && level < at->depth)
		device = guest_tree_find_device(t, at->nodes[++level]);
	if (!device)
		return -FDT_ERR_NOTFOUND;
	node = node_update_find_child(t->fdt, fdt_path_offset(t->fdt, "/" NODE_DEVICES),
				      tree_name(t->cfg, device->node));
	while (level < at->depth)
		node = node_update_find_child(t->fdt, node, tree_name(t->hw, at->nodes[++level]));
	return node;
}

static int find_device_node(const struct guest_tree *t, int node)
{
	const char *name = tree_string(t->cfg, node, PROP_CFG_DEVICE);
	struct place at;

	if (!name || !place_find(&at, t->hw, name))
		return -FDT_ERR_NOTFOUND;
	return guest_tree_find_hw(t, &at);
}

int guest_tree_find_counterpart(const struct guest_tree *t, int node)
{
	const struct plan_partition *p = t->partition;
	unsigned int i;
	int handle;

	if (node == p->node)
		return 0;
	for (i = 0; (handle = plan_handle_node(t->plan, p, i)) >= 0; i++) {
		if (handle == node)
			return node_update_find_child(
				t->fdt,
				fdt_path_offset(t->fdt, "/" NODE_HYPERVISOR "/" NODE_HANDLES),
				tree_name(t->cfg, node));
	}
	for (i = 0; i < p->num_gpmas; i++) {
		const struct plan_gpma *gpma = &t->plan->gpmas[p->first_gpma + i];
		char name[GUEST_TREE_MAX_NAME];

		guest_tree_memory_name(name, gpma->gpa);
		if (gpma->node == node)
			return node_update_find_child(t->fdt, 0, name);
	}
	for (i = 0; i < p->num_devices; i++) {
		if (t->plan->devices[p->first_device + i].node == node)
			return find_device_node(t, node);
	}
	return -FDT_ERR_NOTFOUND;
}

/* As guest_tree_find_node(); @depth levels inside of the node that was asked for. */
static int find_node(const struct guest_tree *t, int node, unsigned int depth)
{
	int found = guest_tree_find_counterpart(t, node);
	int parent;

	if (found != -FDT_ERR_NOTFOUND)
		return found;
	parent = fdt_parent_offset(t->cfg, node);
	if (parent < 0 || parent == t->partition->node || depth == GUEST_TREE_MAX_DEPTH)
		return -FDT_ERR_NOTFOUND;
	if (tree_is_named(t->cfg, parent, NODE_CFG_NODE_UPDATE))
		parent = fdt_parent_offset(t->cfg, parent);
	return node_update_find_child(t->fdt, find_node(t, parent, depth + 1),
				      tree_name(t->cfg, node));
}

int guest_tree_find_node(const struct guest_tree *t, uint32_t cfg_phandle)
{
	int node = fdt_node_offset_by_phandle(t->cfg, cfg_phandle);

	return node < 0 ? node : find_node(t, node, 0);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* What says where in the guest's tree something is: written when all of it is there. */
#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "hv/config/tree.h"
#include "hv/partition/guest_tree_writer.h"
#include "hv/partition/node_update.h"
#include "protocol/names.h"

enum { MAX_PATH = 256 };

/* Let the guest know @node by the alias @name, unless that is another's. */
static void add_alias(struct guest_tree *t, const char *name, int node)
{
	const int aliases = fdt_path_offset(t->fdt, "/" NODE_ALIASES);
	char path[MAX_PATH];

	if (t->error || node < 0 || aliases < 0 || fdt_getprop(t->fdt, aliases, name, NULL))
		return;
	if (fdt_get_path(t->fdt, node, path, sizeof(path)) < 0)
		t->error = -FDT_ERR_BADPATH;
	else
		t->error = fdt_setprop(t->fdt, aliases, name, path, (int)strlen(path) + 1);
}

/* Does @phandle mean a node that the partition's own node-update adds? */
static bool is_added_last(const struct guest_tree *t, uint32_t phandle)
{
	int node = fdt_node_offset_by_phandle(t->cfg, phandle);
	int top = node;

	while (node > t->partition->node) {
		top = node;
		node = fdt_parent_offset(t->cfg, node);
	}
	return node == t->partition->node && tree_is_named(t->cfg, top, NODE_CFG_NODE_UPDATE);
}

void guest_tree_add_aliases(struct guest_tree *t, bool last)
{
	const int aliases = fdt_subnode_offset(t->cfg, t->partition->node, NODE_CFG_ALIASES);
	int prop;

	if (aliases < 0)
		return;
	fdt_for_each_property_offset (prop, t->cfg, aliases) {
		const char *name;
		int len;
		const void *value = fdt_getprop_by_offset(t->cfg, prop, &name, &len);

		if (value && len == 4 && is_added_last(t, fdt32_ld(value)) == last)
			add_alias(t, name, guest_tree_find_node(t, fdt32_ld(value)));
	}
}

void guest_tree_add_hw_aliases(struct guest_tree *t)
{
	const int aliases = fdt_path_offset(t->hw, "/" NODE_ALIASES);
	int prop;

	if (aliases < 0)
		return;
	fdt_for_each_property_offset (prop, t->hw, aliases) {
		const char *name;
		struct place at;

		if (fdt_getprop_by_offset(t->hw, prop, &name, NULL) && place_find(&at, t->hw, name))
			add_alias(t, name, guest_tree_find_hw(t, &at));
	}
}

void guest_tree_add_cpu_handles(struct guest_tree *t)
{
	unsigned int i;

	for (i = 0; i < t->partition->num_devices; i++) {
		const struct plan_device *device =
			&t->plan->devices[t->partition->first_device + i];
		char path[GUEST_TREE_MAX_NAME];
		int node;

		if (device->vcpu == PLAN_NO_VCPU || t->error)
			continue;
		snprintf(path, sizeof(path), "/cpus/cpu@%x", device->vcpu);
		t->error = node_update_give_phandle(t->fdt, fdt_path_offset(t->fdt, path), t->hw);
		node = guest_tree_find_counterpart(t, device->node);
		if (!t->error && node >= 0)
			t->error = fdt_setprop_u32(
				t->fdt, node, PROP_CPU_HANDLE,
				fdt_get_phandle(t->fdt, fdt_path_offset(t->fdt, path)));
	}
}

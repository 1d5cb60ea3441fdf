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

void guest_tree_add_aliases(struct guest_tree *t)
{
	const int own = fdt_subnode_offset(t->cfg, t->partition->node, NODE_CFG_ALIASES);
	const int hardware = fdt_path_offset(t->hw, "/" NODE_ALIASES);
	const char *name;
	struct place at;
	int prop, len;

	if (own >= 0) {
		fdt_for_each_property_offset (prop, t->cfg, own) {
			const void *value = fdt_getprop_by_offset(t->cfg, prop, &name, &len);

			if (value && len == 4)
				add_alias(t, name, guest_tree_find_node(t, fdt32_ld(value)));
		}
	}
	if (hardware >= 0) {
		fdt_for_each_property_offset (prop, t->hw, hardware) {
			if (fdt_getprop_by_offset(t->hw, prop, &name, &len) &&
			    place_find(&at, t->hw, name))
				add_alias(t, name, guest_tree_find_hw(t, &at));
		}
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
		t->error = node_update_give_phandle(t->fdt, fdt_path_offset(t->fdt, path),
						    t->last_phandle);
		node = guest_tree_find_counterpart(t, device->node);
		if (!t->error && node >= 0)
			t->error = fdt_setprop_u32(
				t->fdt, node, PROP_CPU_HANDLE,
				fdt_get_phandle(t->fdt, fdt_path_offset(t->fdt, path)));
	}
}

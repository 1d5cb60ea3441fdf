/* SPDX-License-Identifier: BSD-2-Clause */
/* What a partition's tree refers to: aliases and node-update-phandle may name what the guest gets.
 */
#include "hv/config/parse.h"
#include "protocol/names.h"

#include <inttypes.h>

/* Is @node inside a node-update of partition node @top?  @node stands below @top. */
static bool is_in_update(const struct parse *p, int top, int node)
{
	/* Trees are shallow; a deeper one than this is not looked at further. */
	for (int level = 0; node > top && level < 16; level++) {
		if (tree_is_named(p->cfg, node, NODE_CFG_NODE_UPDATE))
			return true;
		node = fdt_parent_offset(p->cfg, node);
	}
	return false;
}

/* Report a reference to something other than a part of partition @top that the guest gets. */
static void check_target(struct parse *p, int top, int node, const char *property, uint32_t phandle)
{
	const int target = fdt_node_offset_by_phandle(p->cfg, phandle);

	if (target < 0) {
		report_error(p, node, property,
			     "no node has phandle 0x%" PRIx32 "\npoint it to a node: <&label>",
			     phandle);
	} else if (target != top && !tree_is_below(p->cfg, top, target)) {
		report_error(p, node, property,
			     "%.40s is not part of this partition\n"
			     "name a node inside the partition",
			     tree_name(p->cfg, target));
	} else if (node_kind(p->cfg, target) == NODE_DEVICE) {
		report_warning(p, node, property,
			       "names the device %.40s, which stays unassigned\nit has no effect",
			       tree_name(p->cfg, target));
	} else if (target != top && node_kind(p->cfg, target) != NODE_CHANNEL &&
		   node_kind(p->cfg, target) != NODE_GPMA && !is_in_update(p, top, target)) {
		report_error(p, node, property,
			     "%.40s does not become a node of the guest\n"
			     "name a byte-channel, guest-phys-mem-area or a node of a node-update",
			     tree_name(p->cfg, target));
	}
}

/* Every property of @node: references, one or @many. */
static void check_properties(struct parse *p, int top, int node, bool many)
{
	int property;

	fdt_for_each_property_offset (property, p->cfg, node) {
		const char *name;
		int len;
		const fdt32_t *cell = fdt_getprop_by_offset(p->cfg, property, &name, &len);

		if (!cell || node_has_always(name))
			continue;
		if (many ? len == 0 || len % 4 : len != 4) {
			report_error(p, node, name,
				     "is not %s: %d bytes\nwrite <&label>, with the brackets",
				     many ? "references" : "a reference", len);
			continue;
		}
		for (; len > 0; len -= 4, cell++)
			check_target(p, top, node, name, fdt32_ld(cell));
	}
}

/* node-update-phandle may stand below any node of the partition, and has nodes of its own. */
static void check_updates(struct parse *p, int top)
{
	int depth = 0;
	int update_depth = 0; /* of the node-update-phandle around this node, or 0 */

	for (int node = fdt_next_node(p->cfg, top, &depth); node >= 0 && depth > 0;
	     node = fdt_next_node(p->cfg, node, &depth)) {
		if (depth <= update_depth)
			update_depth = 0;
		if (!update_depth && tree_is_named(p->cfg, node, NODE_CFG_NODE_UPDATE_PHANDLE))
			update_depth = depth;
		if (update_depth)
			check_properties(p, top, node, true);
	}
}

void references_check(struct parse *p)
{
	for (unsigned int i = 0; i < p->plan->num_partitions; i++) {
		const int top = p->plan->partitions[i].node;
		const int aliases = fdt_subnode_offset(p->cfg, top, NODE_CFG_ALIASES);

		if (aliases >= 0)
			check_properties(p, top, aliases, false);
		check_updates(p, top);
	}
}

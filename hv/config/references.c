/* SPDX-License-Identifier: BSD-2-Clause */
/* What a partition's tree refers to: aliases and node-update-phandle may name what the guest gets.
 */
#include "hv/config/parse.h"
#include "protocol/names.h"

#include <inttypes.h>

enum { UPDATE_DEPTH = 16 }; /* what the writer of guest trees takes */

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

/* Does the guest get a node for it? */
static bool becomes_node(const struct parse *p, int node)
{
	switch (node_kind(p->cfg, node)) {
	case NODE_CHANNEL:
	case NODE_GPMA:
	case NODE_SEND_DOORBELL:
	case NODE_RECEIVE_DOORBELL:
	case NODE_MANAGED:
	case NODE_ERROR_MANAGER:
	case NODE_DEVICE:
	case NODE_PARTITION:
		return true;
	default:
		return false;
	}
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
	} else if (target != top && !becomes_node(p, target) && !is_in_update(p, top, target)) {
		report_error(p, node, property,
			     "%.40s does not become a node of the guest\n"
			     "name a byte-channel, guest-phys-mem-area, device or a node of a "
			     "node-update",
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

/* A list of strings, each with its end; @pairs: an even number of them. */
static void check_strings(struct parse *p, int node, const char *property, bool pairs)
{
	int len;
	const char *list = fdt_getprop(p->cfg, node, property, &len);

	if (!list)
		return;
	int count = 0;
	for (int i = 0; i < len; i++)
		count += list[i] == '\0';
	if (len == 0 || list[len - 1] != '\0')
		report_error(p, node, property,
			     "is not a list of strings\nwrite %s = \"name\", \"name\"", property);
	else if (pairs && count % 2)
		report_error(p, node, property,
			     "has %d strings\nwrite pairs: a property, what to put in front of it",
			     count);
}

/* Directives anywhere in a node-update. */
static void check_directives(struct parse *p, int node)
{
	tree_switch(p, node, PROP_CFG_DELETE_SUBNODES);
	check_strings(p, node, PROP_CFG_DELETE_NODE, false);
	check_strings(p, node, PROP_CFG_DELETE_PROP, false);
	check_strings(p, node, PROP_CFG_PREPEND_STRINGLIST, true);
}

/* An update has to stand in what becomes a node, and to be no deeper than a guest's tree can be. */
static void check_update(struct parse *p, int node, int owner)
{
	if (!becomes_node(p, owner))
		report_warning(p, node, NULL,
			       "%.40s does not become a node of the guest, so there is nothing to "
			       "update\nmove it into what does, such as the partition",
			       tree_name(p->cfg, owner));
}

/* node-update-phandle may stand below any node of the partition, and has nodes of its own. */
static void check_updates(struct parse *p, int top)
{
	int depth = 0;
	int update_depth = 0; /* of the update around this node, or 0 */
	bool phandles = false;

	for (int node = fdt_next_node(p->cfg, top, &depth); node >= 0 && depth > 0;
	     node = fdt_next_node(p->cfg, node, &depth)) {
		if (depth <= update_depth)
			update_depth = 0;
		if (!update_depth) {
			phandles = tree_is_named(p->cfg, node, NODE_CFG_NODE_UPDATE_PHANDLE);
			if (phandles || tree_is_named(p->cfg, node, NODE_CFG_NODE_UPDATE)) {
				update_depth = depth;
				check_update(p, node, fdt_parent_offset(p->cfg, node));
			}
		}
		if (update_depth && depth - update_depth >= UPDATE_DEPTH) {
			report_error(p, node, NULL,
				     "is %d levels inside an update\nuse less than %d",
				     depth - update_depth, UPDATE_DEPTH);
			return;
		}
		if (update_depth && phandles)
			check_properties(p, top, node, true);
		else if (update_depth)
			check_directives(p, node);
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

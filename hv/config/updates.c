/* SPDX-License-Identifier: BSD-2-Clause */
/* What the node-updates of a device take away from it: that is not the guest's to have, either. */
#include "hv/config/parse.h"
#include "protocol/names.h"

#include <string.h>

static bool list_has(const void *cfg, int node, const char *property, const char *string)
{
	int len;
	const char *list = fdt_getprop(cfg, node, property, &len);

	return list && fdt_stringlist_contains(list, len, string);
}

/* Does delete-node of @update name @child?  Without unit address it means every one. */
static bool deletes_child(const void *cfg, int update, const char *child)
{
	int len;
	const char *list = fdt_getprop(cfg, update, PROP_CFG_DELETE_NODE, &len);
	const char *unit = strchr(child, '@');
	const size_t base = unit ? (size_t)(unit - child) : strlen(child);

	if (fdt_getprop(cfg, update, PROP_CFG_DELETE_SUBNODES, NULL))
		return true;
	for (const char *end; list && len > 0 && (end = memchr(list, '\0', (size_t)len));
	     len -= (int)(end + 1 - list), list = end + 1) {
		if (strcmp(list, child) == 0 ||
		    (strlen(list) == base && strncmp(list, child, base) == 0))
			return true;
	}
	return false;
}

/* Does @update, which is for the node at depth @top, delete @property of @at, or @at itself? */
static bool deletes(const void *cfg, int update, const struct place *at, int top,
		    const char *property)
{
	for (int level = top + 1; level <= at->depth; level++) {
		const char *name = tree_name(at->fdt, at->nodes[level]);

		if (deletes_child(cfg, update, name))
			return true;
		update = fdt_subnode_offset(cfg, update, name);
		if (update < 0)
			return false;
	}
	return property && list_has(cfg, update, PROP_CFG_DELETE_PROP, property);
}

bool updates_delete(const struct parse *p, int node, const struct place *at, int top,
		    const char *property)
{
	int update;

	fdt_for_each_subnode (update, p->cfg, node) {
		if (tree_is_named(p->cfg, update, NODE_CFG_NODE_UPDATE) &&
		    deletes(p->cfg, update, at, top, property))
			return true;
	}
	return false;
}

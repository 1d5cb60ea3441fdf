/* SPDX-License-Identifier: BSD-2-Clause */
#include <libfdt.h>
#include <string.h>

#include "hv/partition/node_update.h"
#include "protocol/names.h"

/* A property of a node-update-phandle: cells, each a phandle. */
struct list {
	const char *name;
	const fdt32_t *cells;
	int count;
};

/* Read the property at @prop.  The update node's own phandle is no list: count = -1. */
static int read_list(const void *cfg, int prop, struct list *list)
{
	int len;

	list->cells = fdt_getprop_by_offset(cfg, prop, &list->name, &len);
	if (!list->cells)
		return len;
	if (len % 4)
		return -FDT_ERR_BADVALUE;
	list->count = len / 4;
	if (!strcmp(list->name, PROP_PHANDLE) || !strcmp(list->name, PROP_LINUX_PHANDLE))
		list->count = -1;
	return 0;
}

static int find_node(const struct node_update_phandles *phandles, fdt32_t cell)
{
	int node = phandles->find(phandles->ctx, fdt32_to_cpu(cell));

	return node == -FDT_ERR_NOTFOUND ? -FDT_ERR_BADPHANDLE : node;
}

int node_update_give_phandle(void *fdt, int node, const void *hw)
{
	uint32_t phandle, other;
	int error;

	if (node < 0)
		return node;
	if (fdt_get_phandle(fdt, node))
		return 0;
	error = fdt_find_max_phandle(fdt, &phandle);
	if (!error)
		error = fdt_find_max_phandle(hw, &other);
	if (error)
		return error;
	if (phandle < other)
		phandle = other;
	if (phandle >= FDT_MAX_PHANDLE)
		return -FDT_ERR_NOPHANDLES;
	return fdt_setprop_u32(fdt, node, PROP_PHANDLE, phandle + 1);
}

static int give_phandles(void *fdt, const void *cfg, int update,
			 const struct node_update_phandles *phandles, unsigned int depth)
{
	int prop, child, i, error = 0;

	if (depth == NODE_UPDATE_MAX_DEPTH)
		return -FDT_ERR_BADSTRUCTURE;
	fdt_for_each_property_offset (prop, cfg, update) {
		struct list list;

		error = read_list(cfg, prop, &list);
		for (i = 0; !error && i < list.count; i++)
			error = node_update_give_phandle(fdt, find_node(phandles, list.cells[i]),
							 phandles->hw);
		if (error)
			return error;
	}
	fdt_for_each_subnode (child, cfg, update) {
		error = give_phandles(fdt, cfg, child, phandles, depth + 1);
		if (error)
			return error;
	}
	return 0;
}

int node_update_give_phandles(void *fdt, const void *cfg, int update,
			      const struct node_update_phandles *phandles)
{
	return give_phandles(fdt, cfg, update, phandles, 0);
}

static int set_list(void *fdt, int node, const struct list *list,
		    const struct node_update_phandles *phandles)
{
	int i, error;

	if (list->count < 0)
		return 0;
	error = fdt_setprop(fdt, node, list->name, NULL, 0);
	for (i = 0; !error && i < list->count; i++) {
		int target = find_node(phandles, list->cells[i]);

		error = target < 0 ? target
				   : fdt_appendprop_u32(fdt, node, list->name,
							fdt_get_phandle(fdt, target));
	}
	return error;
}

static int merge_phandles(void *fdt, int node, const void *cfg, int update,
			  const struct node_update_phandles *phandles, unsigned int depth)
{
	int prop, child, error = 0;

	if (depth == NODE_UPDATE_MAX_DEPTH)
		return -FDT_ERR_BADSTRUCTURE;
	fdt_for_each_property_offset (prop, cfg, update) {
		struct list list;

		error = read_list(cfg, prop, &list);
		if (!error)
			error = set_list(fdt, node, &list, phandles);
		if (error)
			return error;
	}
	fdt_for_each_subnode (child, cfg, update) {
		int to = node_update_add_child(fdt, node, fdt_get_name(cfg, child, NULL));

		error = to < 0 ? to : merge_phandles(fdt, to, cfg, child, phandles, depth + 1);
		if (error)
			return error;
	}
	return 0;
}

int node_update_merge_phandles(void *fdt, int node, const void *cfg, int update,
			       const struct node_update_phandles *phandles)
{
	return merge_phandles(fdt, node, cfg, update, phandles, 0);
}

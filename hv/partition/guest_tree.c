/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/partition/guest_tree.h"

#include <string.h>

#include "hv/config/tree.h"
#include "hv/partition/guest_tree_writer.h"
#include "hv/partition/node_update.h"
#include "protocol/names.h"

/* Write the tree without updates: front to back, then opened for changes. */
static void write_base(struct guest_tree *t, int size)
{
	t->error = fdt_create(t->fdt, size);
	if (!t->error)
		t->error = fdt_finish_reservemap(t->fdt);
	if (!t->error)
		guest_tree_write_root(t);
	if (!t->error)
		t->error = fdt_finish(t->fdt);
	if (!t->error)
		t->error = fdt_open_into(t->fdt, t->fdt, size);
}

static int find_node(void *ctx, uint32_t cfg_phandle)
{
	return guest_tree_find_node(ctx, cfg_phandle);
}

/* Merge the updates called @name that stand in configuration node @owner. */
static void update_one(struct guest_tree *t, int owner, const char *name)
{
	const struct node_update_phandles phandles = { find_node, t, t->hw };
	int child;

	fdt_for_each_subnode (child, t->cfg, owner) {
		int node;

		if (t->error || !tree_is_named(t->cfg, child, name))
			continue;
		if (!strcmp(name, NODE_CFG_NODE_UPDATE_PHANDLE)) {
			t->error = node_update_give_phandles(t->fdt, t->cfg, child, &phandles);
			if (t->error)
				return;
		}
		node = guest_tree_find_counterpart(t, owner);
		if (node == -FDT_ERR_NOTFOUND)
			return;
		if (node < 0)
			t->error = node;
		else if (!strcmp(name, NODE_CFG_NODE_UPDATE))
			t->error = node_update_merge(t->fdt, node, t->cfg, child);
		else
			t->error =
				node_update_merge_phandles(t->fdt, node, t->cfg, child, &phandles);
	}
}

/* Merge the updates called @name, but for those of the partition itself. */
static void update_parts(struct guest_tree *t, const char *name)
{
	const struct plan_partition *p = t->partition;
	unsigned int i;
	int node;

	for (i = 0; (node = plan_handle_node(t->plan, p, i)) >= 0; i++)
		update_one(t, node, name);
	for (i = 0; i < p->num_gpmas; i++)
		update_one(t, t->plan->gpmas[p->first_gpma + i].node, name);
	for (i = 0; i < p->num_devices; i++)
		update_one(t, t->plan->devices[p->first_device + i].node, name);
}

int guest_tree_build(const struct plan *plan, unsigned int part, const void *hw_fdt,
		     const void *cfg_fdt, const struct guest_tree_facts *facts, void *buf,
		     size_t size)
{
	struct guest_tree t = {
		.plan = plan,
		.partition = &plan->partitions[part],
		.part = part,
		.hw = hw_fdt,
		.cfg = cfg_fdt,
		.facts = facts,
		.fdt = buf,
	};

	int address_cells = fdt_address_cells(hw_fdt, 0);
	int size_cells = fdt_size_cells(hw_fdt, 0);

	if (address_cells < 1 || address_cells > 2 || size_cells < 1 || size_cells > 2)
		return -FDT_ERR_BADNCELLS;
	t.address_cells = (unsigned int)address_cells;
	t.size_cells = (unsigned int)size_cells;
	write_base(&t, size < INT32_MAX ? (int)size : INT32_MAX);
	guest_tree_add_cpu_handles(&t);
	update_parts(&t, NODE_CFG_NODE_UPDATE);
	guest_tree_add_aliases(&t, false);
	guest_tree_add_hw_aliases(&t);
	update_one(&t, t.partition->node, NODE_CFG_NODE_UPDATE);
	guest_tree_add_aliases(&t, true);
	update_parts(&t, NODE_CFG_NODE_UPDATE_PHANDLE);
	update_one(&t, t.partition->node, NODE_CFG_NODE_UPDATE_PHANDLE);
	if (!t.error && facts->properties)
		t.error = node_update_merge(buf, 0, facts->properties, 0);
	if (!t.error)
		t.error = fdt_pack(buf);
	return t.error ? t.error : (int)fdt_totalsize(buf);
}

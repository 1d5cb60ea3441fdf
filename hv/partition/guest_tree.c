/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/partition/guest_tree.h"

#include <string.h>

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

/* True for node-update and node-update@suffix. */
static bool is_named(const char *node_name, const char *name)
{
	size_t len = strlen(name);

	return !strncmp(node_name, name, len) && (!node_name[len] || node_name[len] == '@');
}

/* The guest's node for configuration node @node when it is one of those that have one. */
static int find_counterpart(const struct guest_tree *t, int node)
{
	const struct plan_partition *p = t->partition;
	unsigned int i;

	if (node == p->node)
		return 0;
	for (i = 0; i < p->num_channels; i++) {
		const struct plan_channel *channel = &t->plan->channels[p->first_channel + i];

		if (channel->node == node)
			return node_update_find_child(
				t->fdt,
				fdt_path_offset(t->fdt, "/" NODE_HYPERVISOR "/" NODE_HANDLES),
				channel->name);
	}
	for (i = 0; i < p->num_gpmas; i++) {
		const struct plan_gpma *gpma = &t->plan->gpmas[p->first_gpma + i];
		char name[GUEST_TREE_MAX_NAME];

		guest_tree_memory_name(name, gpma->gpa);
		if (gpma->node == node)
			return node_update_find_child(t->fdt, 0, name);
	}
	return -FDT_ERR_NOTFOUND;
}

/*
 * The guest's node for any configuration node of the partition: a counterpart, or what a node
 * inside a node-update was merged into.
 */
static int find_guest_node(const struct guest_tree *t, int node, unsigned int depth)
{
	int found = find_counterpart(t, node);
	int parent;

	if (found != -FDT_ERR_NOTFOUND)
		return found;
	parent = fdt_parent_offset(t->cfg, node);
	if (parent < 0 || parent == t->partition->node || depth == GUEST_TREE_MAX_DEPTH)
		return -FDT_ERR_NOTFOUND;
	if (is_named(fdt_get_name(t->cfg, parent, NULL), NODE_CFG_NODE_UPDATE))
		parent = fdt_parent_offset(t->cfg, parent);
	return node_update_find_child(t->fdt, find_guest_node(t, parent, depth + 1),
				      fdt_get_name(t->cfg, node, NULL));
}

static int resolve_phandle(void *ctx, uint32_t cfg_phandle)
{
	const struct guest_tree *t = ctx;
	int node = fdt_node_offset_by_phandle(t->cfg, cfg_phandle);

	return node < 0 ? node : find_guest_node(t, node, 0);
}

/* Merge the updates called @name that stand in configuration node @owner. */
static void update_one(struct guest_tree *t, int owner, const char *name)
{
	const struct node_update_phandles phandles = { .find = resolve_phandle, .ctx = t };
	int child;

	fdt_for_each_subnode (child, t->cfg, owner) {
		int node;

		if (t->error || !is_named(fdt_get_name(t->cfg, child, NULL), name))
			continue;
		if (!strcmp(name, NODE_CFG_NODE_UPDATE_PHANDLE)) {
			t->error = node_update_give_phandles(t->fdt, t->cfg, child, &phandles);
			if (t->error)
				return;
		}
		node = find_counterpart(t, owner);
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

/* Merge the updates called @name: those of the partition itself come last. */
static void update_all(struct guest_tree *t, const char *name)
{
	const struct plan_partition *p = t->partition;
	unsigned int i;

	for (i = 0; i < p->num_channels; i++)
		update_one(t, t->plan->channels[p->first_channel + i].node, name);
	for (i = 0; i < p->num_gpmas; i++)
		update_one(t, t->plan->gpmas[p->first_gpma + i].node, name);
	update_one(t, p->node, name);
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

	write_base(&t, size < INT32_MAX ? (int)size : INT32_MAX);
	update_all(&t, NODE_CFG_NODE_UPDATE);
	update_all(&t, NODE_CFG_NODE_UPDATE_PHANDLE);
	if (!t.error)
		t.error = fdt_pack(buf);
	return t.error ? t.error : (int)fdt_totalsize(buf);
}

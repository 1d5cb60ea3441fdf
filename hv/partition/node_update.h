/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * node-update and node-update-phandle: changes that a configuration tree makes to a guest's tree.
 *
 * An update is merged node by node; what it says wins.  These properties of it are directives, in
 * this order of effect (the last after the update's plain properties):
 *
 *   delete-subnodes      remove all children
 *   delete-node          string list: remove these; a name without unit address means every match
 *   delete-prop          string list
 *   prepend-stringlist   property, string, property, string...: put the string in front
 *
 * In a node-update-phandle every property is a list of phandles of the configuration tree, each of
 * which becomes the phandle of the guest's corresponding node.
 *
 * All functions return 0 or a negative libfdt error: -FDT_ERR_NOSPACE when the guest's tree has no
 * room left, -FDT_ERR_BADVALUE when a list is none, -FDT_ERR_BADSTRUCTURE when the update is nested
 * too deeply.
 */
#ifndef HV_PARTITION_NODE_UPDATE_H
#define HV_PARTITION_NODE_UPDATE_H

#include <stdint.h>

enum { NODE_UPDATE_MAX_DEPTH = 16 };

/*
 * The child of @node that is called @name; without a unit address, and if there is none of exactly
 * that name, the first with any unit address.  An error given as @node is returned.
 */
int node_update_find_child(const void *fdt, int node, const char *name);

/* The same, but made when it is not there. */
int node_update_add_child(void *fdt, int node, const char *name);

/* Merge node @update of @cfg into @node of @fdt. */
int node_update_merge(void *fdt, int node, const void *cfg, int update);

/* How the guest's node for a phandle of the configuration tree is found: its offset, or an error.
 */
struct node_update_phandles {
	int (*find)(void *ctx, uint32_t cfg_phandle);
	void *ctx;
	const void *hw; /* a tree whose phandles no new one repeats */
};

/*
 * See that @node has a phandle: a new one is higher than all of @fdt and @hw.  An error given as
 * @node is returned.
 */
int node_update_give_phandle(void *fdt, int node, const void *hw);

/*
 * See that every node which @update refers to has a phandle.  Changes offsets in @fdt.  Fails with
 * -FDT_ERR_BADPHANDLE when there is no such node.
 */
int node_update_give_phandles(void *fdt, const void *cfg, int update,
			      const struct node_update_phandles *phandles);

/* Merge a node-update-phandle, after node_update_give_phandles(). */
int node_update_merge_phandles(void *fdt, int node, const void *cfg, int update,
			       const struct node_update_phandles *phandles);

#endif

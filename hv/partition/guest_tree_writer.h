/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest tree that is being written, front to back.  The first error sticks: what comes after it
 * does nothing, so that only the end needs a check.
 */
#ifndef HV_PARTITION_GUEST_TREE_WRITER_H
#define HV_PARTITION_GUEST_TREE_WRITER_H

#include <libfdt.h>
#include <stdbool.h>

#include "hv/config/place.h"
#include "hv/partition/guest_tree.h"

enum {
	GUEST_TREE_MAX_NAME = 32,  /* of nodes that are named here */
	GUEST_TREE_MAX_DEPTH = 16, /* of what is copied from the source trees */
};

struct guest_tree {
	const struct plan *plan;
	const struct plan_partition *partition;
	unsigned int part;
	const void *hw, *cfg;
	unsigned int address_cells, size_cells; /* of both roots */
	const struct guest_tree_facts *facts;
	void *fdt;
	int error; /* 0 or a negative libfdt error */
};

void guest_tree_begin(struct guest_tree *t, const char *name);
void guest_tree_end(struct guest_tree *t);
void guest_tree_bytes(struct guest_tree *t, const char *name, const void *value, int len);
void guest_tree_empty(struct guest_tree *t, const char *name);
void guest_tree_string(struct guest_tree *t, const char *name, const char *value);
void guest_tree_u32(struct guest_tree *t, const char *name, uint32_t value);
void guest_tree_u64(struct guest_tree *t, const char *name, uint64_t value);
void guest_tree_cells(struct guest_tree *t, const char *name, const uint32_t *cells, int count);
/* Strings one after the other, ended by an empty one. */
void guest_tree_list(struct guest_tree *t, const char *name, const char *strings);
/* A property of @cells cells, which the caller writes at once; NULL after an error. */
uint8_t *guest_tree_room(struct guest_tree *t, const char *name, unsigned int cells);
/* Write @value as @cells (1 or 2) cells at *@at, and go on behind them. */
void guest_tree_put(struct guest_tree *t, uint8_t **at, uint64_t value, unsigned int cells);

/* #address-cells and #size-cells. */
void guest_tree_shape(struct guest_tree *t, uint32_t address_cells, uint32_t size_cells);

/* fsl,hv-claimable, for what can be claimed.  Returns whether it is this partition's now. */
bool guest_tree_claim(struct guest_tree *t, enum plan_claim claim, uint32_t handle);

/*
 * guest_tree_copy.c: the properties of @hw_node, but for those of the list @except, those that no
 * guest may see and references to what this one does not have.
 */
void guest_tree_copy(struct guest_tree *t, int hw_node, const char *except);

/* Nodes, each in the file that is called for it; guest_tree_nodes.c has root. */
void guest_tree_write_root(struct guest_tree *t);
void guest_tree_write_cpus(struct guest_tree *t);
void guest_tree_write_handles(struct guest_tree *t);
void guest_tree_write_devices(struct guest_tree *t);
/* interrupts, interrupt-parent and interrupt-map of the node at @at. */
void guest_tree_write_interrupts(struct guest_tree *t, const struct place *at);

/* The name of the memory node at @gpa. */
void guest_tree_memory_name(char name[GUEST_TREE_MAX_NAME], uint64_t gpa);

/*
 * guest_tree_find.c.  Offsets are of the guest's tree, which has to be open, or
 * -FDT_ERR_NOTFOUND.
 */
/* The partition's device that is @hw_node itself, or NULL. */
const struct plan_device *guest_tree_find_device(const struct guest_tree *t, int hw_node);
/* Is @hw_node, or a node above it, one that the guest gets? */
bool guest_tree_has(const struct guest_tree *t, int hw_node);
/* What stands for the hardware's node at @at. */
int guest_tree_find_hw(const struct guest_tree *t, const struct place *at);
/* What the configuration's @node has become: a partition, channel, doorbell, device... */
int guest_tree_find_counterpart(const struct guest_tree *t, int node);
/* The same of any node of the partition, by phandle: also what a node-update has added. */
int guest_tree_find_node(const struct guest_tree *t, uint32_t cfg_phandle);

/*
 * guest_tree_links.c, on the open tree.  An alias that is there stays.
 */
/* The partition's own: @last: those of what its node-update adds, else the others. */
void guest_tree_add_aliases(struct guest_tree *t, bool last);
/* Those that the hardware's tree has for what the guest gets. */
void guest_tree_add_hw_aliases(struct guest_tree *t);
/* cpu-handle of portals. */
void guest_tree_add_cpu_handles(struct guest_tree *t);

#endif

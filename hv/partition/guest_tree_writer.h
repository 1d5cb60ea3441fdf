/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A guest tree that is being written, front to back.  The first error sticks: what comes after it
 * does nothing, so that only the end needs a check.
 */
#ifndef HV_PARTITION_GUEST_TREE_WRITER_H
#define HV_PARTITION_GUEST_TREE_WRITER_H

#include <libfdt.h>

#include "hv/partition/guest_tree.h"

enum {
	GUEST_TREE_MAX_NAME = 64,  /* of nodes that are named here, and of paths to byte channels */
	GUEST_TREE_MAX_DEPTH = 16, /* of what is copied from the source trees */
};

struct guest_tree {
	const struct plan *plan;
	const struct plan_partition *partition;
	unsigned int part;
	const void *hw, *cfg;
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

/* #address-cells and #size-cells. */
void guest_tree_shape(struct guest_tree *t, uint32_t address_cells, uint32_t size_cells);

/* /cpus, in guest_tree_cpus.c. */
void guest_tree_write_cpus(struct guest_tree *t);

/* All the other nodes, in guest_tree_nodes.c. */
void guest_tree_write_root(struct guest_tree *t);

/* The name of the memory node at @gpa. */
void guest_tree_memory_name(char name[GUEST_TREE_MAX_NAME], uint64_t gpa);

#endif

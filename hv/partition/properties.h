/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a partition and its managers read and change of its tree while it runs (PARTITION_GET_DTPROP
 * and SET_DTPROP).  The tree that a guest has is its own once it runs: what is set here goes into
 * that of each later start.
 */
#ifndef HV_PARTITION_PROPERTIES_H
#define HV_PARTITION_PROPERTIES_H

#include <stddef.h>
#include <stdint.h>

#include "hv/booke/lock.h"
#include "protocol/hcall.h"

struct partition;

enum {
	/* One property of the greatest size, or many small ones. */
	PROPERTIES_ROOM = HCALL_DTPROP_MAX_VALUE + 2 * HCALL_DTPROP_MAX_NAME + 4096,
	PROPERTIES_MAX_DEPTH = 14, /* nodes below the root */
};

struct properties {
	struct lock lock; /* of all of it; held for less than a millisecond */
	_Bool starting;
	const void *built; /* the tree of the last start, or NULL */
	char path[HCALL_DTPROP_MAX_NAME],
		name[HCALL_DTPROP_MAX_NAME];		       /* of the call being served */
	char set[PROPERTIES_ROOM] __attribute__((aligned(8))); /* what was set, as a tree */
};

void properties_init(struct properties *properties);

/* A start of the partition begins, and ends with the tree @built (NULL: it failed), which stays
 * until the next one.  Between, nobody else uses what properties_set_tree() returns. */
void properties_begin_start(struct properties *properties);
void properties_end_start(struct properties *properties, const void *built);
const void *properties_set_tree(const struct properties *properties);

/* Where the guest of @caller has the arguments of a call: guest physical. */
struct properties_call {
	const struct partition *caller;
	uint64_t path, name, value;
};

/*
 * Read a property into @call->value, where *@len bytes are; stores in *@len how many it has.
 * EV_ENOENT; EV_BUFFER_OVERFLOW: more than *@len, nothing written; EV_EFAULT; EV_EINVAL: path or
 * name is none; EV_INVALID_STATE: while the partition starts.
 */
uint32_t properties_get(struct properties *properties, const struct properties_call *call,
			uint32_t *len);

/* Set a property, and make the nodes that it needs.  As above, and EV_ENOMEM: no room. */
uint32_t properties_set(struct properties *properties, const struct properties_call *call,
			uint32_t len);

/* Copy the tree of the last start to @buf of @size bytes.  Returns false when there is none. */
_Bool properties_copy_tree(struct properties *properties, void *buf, size_t size);

#endif

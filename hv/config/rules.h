/* SPDX-License-Identifier: BSD-2-Clause */
/* The nodes of the binding: which there are, where they may stand, what they may hold. */
#ifndef HV_CONFIG_RULES_H
#define HV_CONFIG_RULES_H

#include "hv/config/nearest.h"
#include "hv/config/parse.h"

/* Where a node may stand. */
enum {
	AT_TOP = 1, /* outside of the other two */
	IN_HV_CONFIG = 2,
	IN_PARTITION = 4,
	ANYWHERE = 7,
};

struct node_rule {
	const char *name; /* of the compatible, or of the node */
	enum node_kind kind;
	uint8_t scopes;
	/* Strings one after the other, each with its NUL; the compiler adds the empty one that ends
	 * the list. */
	const char *properties;
};

/* The rule for @node, or NULL. */
const struct node_rule *rules_find(const void *cfg, int node);
/* The list of properties that @rule allows at a place: devices of a partition have more. */
const char *rules_properties(const struct node_rule *rule, unsigned int scope);
bool rules_list_has(const char *list, const char *name);
/* Try the name of every node. */
void rules_try_names(struct nearest *near);

#endif

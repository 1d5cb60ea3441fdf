/* SPDX-License-Identifier: BSD-2-Clause */
/* A reader of flat device trees: as much as a guest needs of its own. */
#ifndef TESTS_GUESTS_LIB_TREE_H
#define TESTS_GUESTS_LIB_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A node is where its name begins in the tree; NULL is no node. */

/* Use the tree at @blob.  False when it is none of version 16 or 17. */
bool tree_init(const void *blob);
size_t tree_size(void);

const char *tree_root(void);
const char *tree_child(const char *node);
const char *tree_sibling(const char *node);

/* The node of an absolute path, or of an alias; a path component without @ matches with any unit
 * address. */
const char *tree_find(const char *path);

/* The next node in the order of the tree after @node (NULL: from the start) with @compatible in its
 * list. */
const char *tree_compatible(const char *node, const char *compatible);

struct tree_prop {
	const char *name;
	const void *data;
	size_t len;
};

/* Step through the properties of @node: start with prop->name = NULL.  False at the end. */
bool tree_next_prop(const char *node, struct tree_prop *prop);

/* A property's value and length, or NULL. */
const void *tree_prop(const char *node, const char *name, size_t *len);

/* A property as a string, or NULL when it is absent or none. */
const char *tree_string(const char *node, const char *name);

/* Cell @index of a property. */
bool tree_cell(const char *node, const char *name, size_t index, uint32_t *value);

/* Read a number of @cells cells, big-endian. */
uint64_t tree_number(const uint32_t *at, unsigned int cells);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/guests/lib/tree.h"

#include "tests/guests/lib/print.h"

enum {
	TOKEN_BEGIN_NODE = 1,
	TOKEN_END_NODE = 2,
	TOKEN_PROP = 3,
	TOKEN_NOP = 4,
};

struct header {
	uint32_t magic, total_size, structure, strings, reserve_map, version, last_compatible;
};

static const struct header *header;

bool tree_init(const void *blob)
{
	header = blob;
	return header->magic == 0xd00dfeed && header->version >= 16 &&
	       header->last_compatible <= 17;
}

size_t tree_size(void)
{
	return header->total_size;
}

static const uint32_t *align_cell(const char *at)
{
	return (const uint32_t *)(((uintptr_t)at + 3) & ~(uintptr_t)3);
}

static const uint32_t *skip_nops(const uint32_t *at)
{
	while (*at == TOKEN_NOP)
		at++;
	return at;
}

/* The first token after a node's name. */
static const uint32_t *inside(const char *node)
{
	return skip_nops(align_cell(node + strlen(node) + 1));
}

/* The token after the property at @at. */
static const uint32_t *after_prop(const uint32_t *at)
{
	return skip_nops(align_cell((const char *)(at + 3) + at[1]));
}

const char *tree_root(void)
{
	const uint32_t *at =
		skip_nops((const uint32_t *)((const char *)header + header->structure));

	return (const char *)(at + 1);
}

const char *tree_child(const char *node)
{
	const uint32_t *at = inside(node);

	while (*at == TOKEN_PROP)
		at = after_prop(at);
	return *at == TOKEN_BEGIN_NODE ? (const char *)(at + 1) : NULL;
}

/* The token after the end of @node. */
static const uint32_t *after_node(const char *node)
{
	const uint32_t *at = inside(node);
	unsigned int depth = 1;

	while (depth) {
		if (*at == TOKEN_PROP) {
			at = after_prop(at);
		} else if (*at == TOKEN_BEGIN_NODE) {
			depth++;
			at = inside((const char *)(at + 1));
		} else {
			depth--;
			at = skip_nops(at + 1);
		}
	}
	return at;
}

const char *tree_sibling(const char *node)
{
	const uint32_t *at = after_node(node);

	return node != tree_root() && *at == TOKEN_BEGIN_NODE ? (const char *)(at + 1) : NULL;
}

static bool name_matches(const char *node, const char *name, size_t len)
{
	return !memcmp(node, name, len) && (!node[len] || node[len] == '@');
}

static const char *find_child(const char *node, const char *name, size_t len)
{
	const char *child = tree_child(node);

	while (child && !name_matches(child, name, len))
		child = tree_sibling(child);
	return child;
}

const char *tree_find(const char *path)
{
	const char *node = tree_root();

	if (*path != '/') {
		const char *aliases = tree_find("/aliases");
		const char *target = aliases ? tree_string(aliases, path) : NULL;

		return target && *target == '/' ? tree_find(target) : NULL;
	}
	while (node && *path) {
		const char *end;

		while (*path == '/')
			path++;
		for (end = path; *end && *end != '/'; end++)
			;
		if (end > path)
			node = find_child(node, path, (size_t)(end - path));
		path = end;
	}
	return node;
}

/* The node after @node in the order of the tree. */
static const char *next_node(const char *node)
{
	const char *child = tree_child(node);
	const uint32_t *at;
	const uint32_t *end = (const uint32_t *)((const char *)header + header->total_size);

	if (child)
		return child;
	at = after_node(node);
	while (at < end && *at == TOKEN_END_NODE)
		at = skip_nops(at + 1);
	return at < end && *at == TOKEN_BEGIN_NODE ? (const char *)(at + 1) : NULL;
}

static bool has_compatible(const char *node, const char *compatible)
{
	size_t len;
	const char *list = tree_prop(node, "compatible", &len);
	const char *end = list + len;

	for (; list && list < end; list += strlen(list) + 1) {
		if (!strcmp(list, compatible))
			return true;
	}
	return false;
}

const char *tree_compatible(const char *node, const char *compatible)
{
	node = node ? next_node(node) : tree_root();
	while (node && !has_compatible(node, compatible))
		node = next_node(node);
	return node;
}

bool tree_next_prop(const char *node, struct tree_prop *prop)
{
	const uint32_t *at =
		prop->name ? after_prop((const uint32_t *)prop->data - 3) : inside(node);

	if (*at != TOKEN_PROP)
		return false;
	prop->name = (const char *)header + header->strings + at[2];
	prop->data = at + 3;
	prop->len = at[1];
	return true;
}

const void *tree_prop(const char *node, const char *name, size_t *len)
{
	struct tree_prop prop = { .name = NULL };

	while (tree_next_prop(node, &prop)) {
		if (!strcmp(prop.name, name)) {
			*len = prop.len;
			return prop.data;
		}
	}
	*len = 0;
	return NULL;
}

const char *tree_string(const char *node, const char *name)
{
	size_t len;
	const char *text = tree_prop(node, name, &len);

	return text && len && !text[len - 1] ? text : NULL;
}

bool tree_cell(const char *node, const char *name, size_t index, uint32_t *value)
{
	size_t len;
	const uint32_t *cells = tree_prop(node, name, &len);

	if (!cells || len < 4 * (index + 1))
		return false;
	*value = cells[index];
	return true;
}

uint64_t tree_number(const uint32_t *at, unsigned int cells)
{
	uint64_t value = 0;

	while (cells--)
		value = value << 32 | *at++;
	return value;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/partition/node_update.h"

#include <libfdt.h>
#include <stdbool.h>
#include <string.h>

#include "hv/partition/node_update_list.h"
#include "protocol/names.h"

int node_update_find_child(const void *fdt, int node, const char *name)
{
	int child;

	if (node < 0)
		return node;
	fdt_for_each_subnode (child, fdt, node) {
		if (!strcmp(fdt_get_name(fdt, child, NULL), name))
			return child;
	}
	return fdt_subnode_offset(fdt, node, name);
}

int node_update_add_child(void *fdt, int node, const char *name)
{
	int child = node_update_find_child(fdt, node, name);

	return child == -FDT_ERR_NOTFOUND ? fdt_add_subnode(fdt, node, name) : child;
}

static bool is_directive(const char *name)
{
	static const char *const directives[] = {
		PROP_CFG_DELETE_SUBNODES,    PROP_CFG_DELETE_NODE,
		PROP_CFG_DELETE_PROP,	     PROP_PHANDLE,
		PROP_CFG_PREPEND_STRINGLIST, PROP_LINUX_PHANDLE,
	};
	size_t i;

	for (i = 0; i < sizeof(directives) / sizeof(directives[0]); i++) {
		if (!strcmp(name, directives[i]))
			return true;
	}
	return false;
}

static int delete_subnodes(void *fdt, int node)
{
	int child, error = 0;

	while (!error && (child = fdt_first_subnode(fdt, node)) >= 0)
		error = fdt_del_node(fdt, child);
	return error;
}

/* fdt_subnode_offset() takes a name without unit address for any. */
static int delete_matches(void *fdt, int node, const char *name)
{
	int child, error = 0;

	while (!error && (child = fdt_subnode_offset(fdt, node, name)) >= 0)
		error = fdt_del_node(fdt, child);
	return error;
}

static int delete_property(void *fdt, int node, const char *name)
{
	int error = fdt_delprop(fdt, node, name);

	return error == -FDT_ERR_NOTFOUND ? 0 : error;
}

static int prepend_string(void *fdt, int node, const char *name, const char *string)
{
	int old_len, len = (int)strlen(string) + 1;
	void *value;
	int error;

	if (!fdt_getprop(fdt, node, name, &old_len))
		old_len = 0;
	error = fdt_setprop_placeholder(fdt, node, name, old_len + len, &value);
	if (error)
		return error;
	memmove((char *)value + len, value, (size_t)old_len);
	memcpy(value, string, (size_t)len);
	return 0;
}

/* Call @act for each string of the list @name in @update, if there is one. */
static int for_each_string(void *fdt, int node, const void *cfg, int update, const char *name,
			   int (*act)(void *fdt, int node, const char *string))
{
	struct string_list list;
	const char *string;
	int error = string_list_open(&list, cfg, update, name);

	while (!error && (string = string_list_next(&list)))
		error = act(fdt, node, string);
	return error;
}

static int prepend_strings(void *fdt, int node, const void *cfg, int update)
{
	struct string_list list;
	const char *name;
	int error = string_list_open(&list, cfg, update, PROP_CFG_PREPEND_STRINGLIST);

	while (!error && (name = string_list_next(&list))) {
		const char *string = string_list_next(&list);

		error = string ? prepend_string(fdt, node, name, string) : -FDT_ERR_BADVALUE;
	}
	return error;
}

static int merge_properties(void *fdt, int node, const void *cfg, int update)
{
	int prop, error = 0;

	fdt_for_each_property_offset (prop, cfg, update) {
		const char *name;
		int len;
		const void *value = fdt_getprop_by_offset(cfg, prop, &name, &len);

		if (!value)
			return len;
		if (!is_directive(name))
			error = fdt_setprop(fdt, node, name, value, len);
		if (error)
			return error;
	}
	return 0;
}

static int merge(void *fdt, int node, const void *cfg, int update, unsigned int depth)
{
	int child, error = 0;

	if (depth == NODE_UPDATE_MAX_DEPTH)
		return -FDT_ERR_BADSTRUCTURE;
	if (fdt_getprop(cfg, update, PROP_CFG_DELETE_SUBNODES, NULL))
		error = delete_subnodes(fdt, node);
	if (!error)
		error = for_each_string(fdt, node, cfg, update, PROP_CFG_DELETE_NODE,
					delete_matches);
	if (!error)
		error = for_each_string(fdt, node, cfg, update, PROP_CFG_DELETE_PROP,
					delete_property);
	if (!error)
		error = merge_properties(fdt, node, cfg, update);
	if (!error)
		error = prepend_strings(fdt, node, cfg, update);
	if (error)
		return error;
	fdt_for_each_subnode (child, cfg, update) {
		int to = node_update_add_child(fdt, node, fdt_get_name(cfg, child, NULL));

		error = to < 0 ? to : merge(fdt, to, cfg, child, depth + 1);
		if (error)
			return error;
	}
	return 0;
}

int node_update_merge(void *fdt, int node, const void *cfg, int update)
{
	return merge(fdt, node, cfg, update, 0);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/partition/properties.h"

#include <libfdt.h>
#include <string.h>

#include "hv/partition/memory.h"
#include "hv/partition/node_update.h"

void properties_init(struct properties *properties)
{
	fdt_create_empty_tree(properties->set, sizeof(properties->set));
}

void properties_begin_start(struct properties *properties)
{
	lock_acquire(&properties->lock);
	properties->starting = true;
	lock_release(&properties->lock);
}

void properties_end_start(struct properties *properties, const void *built)
{
	lock_acquire(&properties->lock);
	properties->starting = false;
	properties->built = built;
	lock_release(&properties->lock);
}

const void *properties_set_tree(const struct properties *properties)
{
	return properties->set;
}

/* Copy a string, so that the guest no longer changes it, and see that it fits a tree. */
static uint32_t take_string(const struct properties_call *call, uint64_t gpa, char *to)
{
	size_t n = memory_access(call->caller, gpa, MEMORY_READ, to, HCALL_DTPROP_MAX_NAME);

	if (!memchr(to, 0, n))
		return n == HCALL_DTPROP_MAX_NAME ? EV_EINVAL : EV_EFAULT;
	for (; *to; to++)
		if (*to <= ' ' || *to > '~')
			return EV_EINVAL;
	return EV_SUCCESS;
}

static _Bool is_path(const char *path)
{
	unsigned int depth = 0;

	if (path[0] != '/')
		return false;
	if (!path[1])
		return true;
	for (; *path; path++)
		if (*path == '/' && (!path[1] || path[1] == '/' || ++depth > PROPERTIES_MAX_DEPTH))
			return false;
	return true;
}

/* With the lock, which stays taken. */
static uint32_t open_call(struct properties *properties, const struct properties_call *call,
			  uint32_t len)
{
	uint32_t status = take_string(call, call->path, properties->path);

	if (!status)
		status = take_string(call, call->name, properties->name);
	if (status)
		return status;
	if (!is_path(properties->path) || !properties->name[0] || strchr(properties->name, '/'))
		return EV_EINVAL;
	if (!memory_has(call->caller, call->value, len))
		return EV_EFAULT;
	return properties->starting ? EV_INVALID_STATE : EV_SUCCESS;
}

static const void *find(const struct properties *properties, const void *fdt, int *len)
{
	int node = fdt ? fdt_path_offset(fdt, properties->path) : -1;

	return node < 0 ? NULL : fdt_getprop(fdt, node, properties->name, len);
}

uint32_t properties_get(struct properties *properties, const struct properties_call *call,
			uint32_t *len)
{
	const void *value;
	uint32_t status;
	int size;

	lock_acquire(&properties->lock);
	status = open_call(properties, call, *len);
	if (!status) {
		value = find(properties, properties->set, &size);
		if (!value)
			value = find(properties, properties->built, &size);
		if (!value) {
			status = EV_ENOENT;
		} else {
			if ((uint32_t)size > *len)
				status = EV_BUFFER_OVERFLOW;
			else
				memory_access(call->caller, call->value, MEMORY_WRITE,
					      (void *)(uintptr_t)value, (size_t)size);
			*len = (uint32_t)size;
		}
	}
	lock_release(&properties->lock);
	return status;
}

/* The node of the path; *@made is the first that had to be made, or stays 0. */
static int make_node(struct properties *properties, int *made)
{
	char *name = properties->path + 1;
	int node = 0;

	while (node >= 0 && *name) {
		char *end = strchr(name, '/');
		int parent = node;

		if (end)
			*end = 0;
		node = node_update_find_child(properties->set, parent, name);
		if (node == -FDT_ERR_NOTFOUND) {
			node = fdt_add_subnode(properties->set, parent, name);
			if (node > 0 && !*made)
				*made = node;
		}
		name = end ? end + 1 : name + strlen(name);
	}
	return node;
}

uint32_t properties_set(struct properties *properties, const struct properties_call *call,
			uint32_t len)
{
	uint32_t status;
	void *value;

	lock_acquire(&properties->lock);
	status = open_call(properties, call, len);
	if (!status) {
		int made = 0, node = make_node(properties, &made);

		if (node >= 0)
			node = fdt_setprop_placeholder(properties->set, node, properties->name,
						       (int)len, &value);
		if (node >= 0)
			memory_access(call->caller, call->value, MEMORY_READ, value, len);
		else if (made)
			fdt_del_node(properties->set, made);
		if (node < 0)
			status = EV_ENOMEM;
	}
	lock_release(&properties->lock);
	return status;
}

_Bool properties_copy_tree(struct properties *properties, void *buf, size_t size)
{
	_Bool done;

	lock_acquire(&properties->lock);
	done = properties->built && !properties->starting &&
	       fdt_totalsize(properties->built) <= size;
	if (done)
		memcpy(buf, properties->built, fdt_totalsize(properties->built));
	lock_release(&properties->lock);
	return done;
}

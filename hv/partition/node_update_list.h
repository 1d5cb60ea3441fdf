/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading a string list property, strings one after the other. */
#ifndef HV_PARTITION_NODE_UPDATE_LIST_H
#define HV_PARTITION_NODE_UPDATE_LIST_H

#include <libfdt.h>
#include <string.h>

struct string_list {
	const char *at, *end;
};

/*
 * Begin with property @name of @node; without one the list is empty.  -FDT_ERR_BADVALUE when it
 * does not end in a NUL.
 */
static inline int string_list_open(struct string_list *list, const void *fdt, int node,
				   const char *name)
{
	int len;
	const char *value = fdt_getprop(fdt, node, name, &len);

	if (!value) {
		value = "";
		len = 0;
	}
	if (len && value[len - 1])
		return -FDT_ERR_BADVALUE;
	list->at = value;
	list->end = value + len;
	return 0;
}

/* The next string, or NULL at the end. */
static inline const char *string_list_next(struct string_list *list)
{
	const char *string = list->at;

	if (string == list->end)
		return NULL;
	list->at += strlen(string) + 1;
	return string;
}

#endif

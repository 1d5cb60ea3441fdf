/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/partition/guest_tree_writer.h"

#include <string.h>

#include "protocol/names.h"

void guest_tree_begin(struct guest_tree *t, const char *name)
{
	if (!t->error)
		t->error = fdt_begin_node(t->fdt, name);
}

void guest_tree_end(struct guest_tree *t)
{
	if (!t->error)
		t->error = fdt_end_node(t->fdt);
}

void guest_tree_bytes(struct guest_tree *t, const char *name, const void *value, int len)
{
	if (!t->error)
		t->error = fdt_property(t->fdt, name, value, len);
}

void guest_tree_empty(struct guest_tree *t, const char *name)
{
	guest_tree_bytes(t, name, "", 0);
}

void guest_tree_string(struct guest_tree *t, const char *name, const char *value)
{
	guest_tree_bytes(t, name, value, (int)strlen(value) + 1);
}

void guest_tree_u32(struct guest_tree *t, const char *name, uint32_t value)
{
	guest_tree_cells(t, name, &value, 1);
}

void guest_tree_u64(struct guest_tree *t, const char *name, uint64_t value)
{
	fdt64_t number = cpu_to_fdt64(value);

	guest_tree_bytes(t, name, &number, sizeof(number));
}

void guest_tree_cells(struct guest_tree *t, const char *name, const uint32_t *cells, int count)
{
	void *value;
	int i;

	if (!t->error)
		t->error = fdt_property_placeholder(t->fdt, name, 4 * count, &value);
	for (i = 0; !t->error && i < count; i++)
		fdt32_st((uint8_t *)value + 4 * i, cells[i]);
}

void guest_tree_shape(struct guest_tree *t, uint32_t address_cells, uint32_t size_cells)
{
	guest_tree_u32(t, PROP_ADDRESS_CELLS, address_cells);
	guest_tree_u32(t, PROP_SIZE_CELLS, size_cells);
}

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

void guest_tree_list(struct guest_tree *t, const char *name, const char *strings)
{
	const char *end = strings;

	while (*end)
		end += strlen(end) + 1;
	guest_tree_bytes(t, name, strings, (int)(end - strings));
}

uint8_t *guest_tree_room(struct guest_tree *t, const char *name, unsigned int cells)
{
	void *value = NULL;

	if (!t->error)
		t->error = fdt_property_placeholder(t->fdt, name, 4 * (int)cells, &value);
	return t->error ? NULL : value;
}

void guest_tree_put(struct guest_tree *t, uint8_t **at, uint64_t value, unsigned int cells)
{
	if (cells == 1 && value >> 32)
		t->error = -FDT_ERR_BADNCELLS;
	if (cells == 2)
		fdt32_st(*at, (uint32_t)(value >> 32));
	fdt32_st(*at + 4 * (cells - 1), (uint32_t)value);
	*at += 4 * cells;
}

void guest_tree_cells(struct guest_tree *t, const char *name, const uint32_t *cells, int count)
{
	uint8_t *to = guest_tree_room(t, name, (unsigned int)count);
	int i;

	for (i = 0; to && i < count; i++)
		guest_tree_put(t, &to, cells[i], 1);
}

bool guest_tree_claim(struct guest_tree *t, enum plan_claim claim, uint32_t handle)
{
	const bool active =
		t->facts->holds ? t->facts->holds(t->part, handle) : claim == PLAN_CLAIM_ACTIVE;

	if (claim == PLAN_CLAIM_EXCLUSIVE)
		return true;
	guest_tree_string(t, PROP_HV_CLAIMABLE, active ? CLAIMABLE_ACTIVE : CLAIMABLE_STANDBY);
	return active;
}

void guest_tree_shape(struct guest_tree *t, uint32_t address_cells, uint32_t size_cells)
{
	guest_tree_u32(t, PROP_ADDRESS_CELLS, address_cells);
	guest_tree_u32(t, PROP_SIZE_CELLS, size_cells);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading flat trees whose structure has been checked and whose content has not. */
#include "hv/config/parse.h"
#include "protocol/names.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { MAX_BUS_LEVELS = 16 };

const char *tree_name(const void *fdt, int node)
{
	const char *name = fdt_get_name(fdt, node, NULL);

	return name ? name : "?";
}

bool tree_is_named(const void *fdt, int node, const char *wanted)
{
	const char *name = tree_name(fdt, node);
	const size_t len = strlen(wanted);

	return strncmp(name, wanted, len) == 0 && (name[len] == '\0' || name[len] == '@');
}

uint64_t tree_cells(const fdt32_t *cell, int count)
{
	const uint64_t first = fdt32_ld(cell);

	return count == 1 ? first : first << 32 | fdt32_ld(cell + 1);
}

/* The property when it has @want bytes; else NULL and TREE_ABSENT or TREE_BAD in *@result. */
static const fdt32_t *get_sized(struct parse *p, int node, const char *property, int want,
				int *result)
{
	int len;
	const void *value = fdt_getprop(p->cfg, node, property, &len);

	*result = 0;
	if (value && len == want)
		return value;
	*result = value ? TREE_BAD : TREE_ABSENT;
	if (value)
		report_error(p, node, property, "has %d bytes, not %d\nwrite %s", len, want,
			     want == 4 ? "one cell: <number>"
				       : "two cells, high word first: <0x0 0x10000000>");
	return NULL;
}

int tree_u32(struct parse *p, int node, const char *property, uint32_t *value)
{
	int result;
	const fdt32_t *cell = get_sized(p, node, property, 4, &result);

	if (cell)
		*value = fdt32_ld(cell);
	return result;
}

int tree_u64(struct parse *p, int node, const char *property, uint64_t *value)
{
	int result;
	const fdt32_t *cell = get_sized(p, node, property, 8, &result);

	if (cell)
		*value = tree_cells(cell, 2);
	return result;
}

int tree_reference(struct parse *p, int node, const char *property)
{
	int len;
	const fdt32_t *cell = fdt_getprop(p->cfg, node, property, &len);

	if (!cell)
		return TREE_ABSENT;
	if (len != 4) {
		report_error(p, node, property,
			     "is not a reference: %d bytes\nwrite <&label>, with the brackets",
			     len);
		return TREE_BAD;
	}
	const int target = fdt_node_offset_by_phandle(p->cfg, fdt32_ld(cell));
	if (target < 0) {
		report_error(p, node, property,
			     "no node has phandle 0x%" PRIx32 "\npoint it to a node: <&label>",
			     fdt32_ld(cell));
		return TREE_BAD;
	}
	return target;
}

bool tree_u64_required(struct parse *p, int node, const char *property, uint64_t *value)
{
	const int result = tree_u64(p, node, property, value);

	if (result == TREE_ABSENT)
		report_error(p, node, property,
			     "is missing\nwrite two cells: %s = <0x0 0x10000000>", property);
	return result == 0;
}

int tree_choice(struct parse *p, int node, const char *property, const char *const *choices,
		int count)
{
	const char *value = tree_string(p->cfg, node, property);
	char list[80];
	size_t used = 0;

	if (!fdt_getprop(p->cfg, node, property, NULL))
		return TREE_ABSENT;
	for (int i = 0; i < count; i++) {
		if (value && strcmp(value, choices[i]) == 0)
			return i;
		used += (size_t)snprintf(list + used, sizeof(list) - used, "%s\"%s\"",
					 i ? ", " : "", choices[i]);
	}
	report_error(p, node, property, "`%.40s` is not known\nuse one of %s", value ? value : "",
		     list);
	return TREE_BAD;
}

uint8_t tree_period(struct parse *p, int node, const char *property)
{
	uint32_t period;

	if (tree_u32(p, node, property, &period) != 0)
		return PLAN_NO_PERIOD;
	if (period <= 63)
		return (uint8_t)period;
	report_error(p, node, property, "period %" PRIu32 " is out of range\nuse 0 to 63", period);
	return PLAN_NO_PERIOD;
}

bool tree_claim(struct parse *p, int node, enum plan_claim *claim)
{
	static const char *const states[] = { CLAIMABLE_ACTIVE, CLAIMABLE_STANDBY };
	const int state = tree_choice(p, node, PROP_CFG_CLAIMABLE, states, 2);

	if (state >= 0)
		*claim = state ? PLAN_CLAIM_STANDBY : PLAN_CLAIM_ACTIVE;
	return state != TREE_BAD;
}

bool tree_switch(struct parse *p, int node, const char *property)
{
	int len;

	if (!fdt_getprop(p->cfg, node, property, &len))
		return false;
	if (len)
		report_warning(p, node, property,
			       "is a switch: on because it is there, whatever its value\n"
			       "delete it to turn it off, or write `%s;`",
			       property);
	return true;
}

uint64_t tree_number(const void *fdt, int node, const char *property)
{
	int len;
	const fdt32_t *cell = fdt_getprop(fdt, node, property, &len);

	return cell && (len == 4 || len == 8) ? tree_cells(cell, len / 4) : 0;
}

const char *tree_string(const void *fdt, int node, const char *property)
{
	int len;
	const char *value = fdt_getprop(fdt, node, property, &len);

	return value && len > 0 && memchr(value, '\0', (size_t)len) ? value : NULL;
}

static bool is_cells(int count)
{
	return count == 1 || count == 2;
}

bool tree_translate_up(const void *fdt, int bus, int parent, struct plan_range *range)
{
	const int child_cells = fdt_address_cells(fdt, bus);
	const int parent_cells = fdt_address_cells(fdt, parent);
	const int size_cells = fdt_size_cells(fdt, bus);
	int len;
	const fdt32_t *row = fdt_getprop(fdt, bus, PROP_RANGES, &len);

	if (!row || !is_cells(child_cells) || !is_cells(parent_cells) || !is_cells(size_cells))
		return false;
	if (len == 0)
		return true;
	const int row_cells = child_cells + parent_cells + size_cells;
	for (; len >= row_cells * 4; len -= row_cells * 4, row += row_cells) {
		const struct plan_range window = {
			.tpa = tree_cells(row, child_cells),
			.size = tree_cells(row + child_cells + parent_cells, size_cells),
		};
		if (range_contains(&window, range)) {
			range->tpa += tree_cells(row + child_cells, parent_cells) - window.tpa;
			return true;
		}
	}
	return false;
}

bool tree_translate(const void *fdt, int node, struct plan_range *range)
{
	int bus = fdt_parent_offset(fdt, node);
	int len;
	const fdt32_t *reg = fdt_getprop(fdt, node, PROP_REG, &len);

	if (bus < 0 || !reg)
		return false;
	const int address_cells = fdt_address_cells(fdt, bus);
	const int size_cells = fdt_size_cells(fdt, bus);
	if (!is_cells(address_cells) || !is_cells(size_cells) ||
	    len < (address_cells + size_cells) * 4)
		return false;
	range->tpa = tree_cells(reg, address_cells);
	range->size = tree_cells(reg + address_cells, size_cells);

	/* Finding a parent costs a walk through the tree, so that the depth has to have a bound. */
	for (int level = 0; level < MAX_BUS_LEVELS; level++) {
		const int parent = fdt_parent_offset(fdt, bus);

		if (parent < 0) /* @bus is the root */
			return true;
		if (!tree_translate_up(fdt, bus, parent, range))
			return false;
		bus = parent;
	}
	return false;
}

int tree_end(const void *fdt, int node)
{
	int depth = 0;

	do
		node = fdt_next_node(fdt, node, &depth);
	while (node >= 0 && depth > 0);
	return node >= 0 ? node : INT_MAX;
}

int tree_next(const void *fdt, int node, int *depth)
{
	int skip = INT_MAX; /* nodes at this depth and below belong to a node-update */

	do {
		node = fdt_next_node(fdt, node, depth);
		if (node < 0 || *depth <= 0)
			return -FDT_ERR_NOTFOUND;
		if (*depth <= skip)
			skip = tree_is_named(fdt, node, NODE_CFG_NODE_UPDATE) ||
					       tree_is_named(fdt, node,
							     NODE_CFG_NODE_UPDATE_PHANDLE)
				       ? *depth
				       : INT_MAX;
	} while (*depth >= skip);
	return node;
}

bool tree_is_below(const void *fdt, int top, int node)
{
	int depth = 0;

	for (int n = fdt_next_node(fdt, top, &depth); n >= 0 && depth > 0;
	     n = fdt_next_node(fdt, n, &depth)) {
		if (n == node)
			return true;
	}
	return false;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/config/place.h"

#include <libfdt.h>
#include <string.h>

#include "hv/config/tree.h"
#include "protocol/names.h"

int place_node(const struct place *at)
{
	return at->nodes[at->depth];
}

bool place_find(struct place *at, const void *fdt, const char *device)
{
	*at = (struct place){ .fdt = fdt };
	if (*device != '/')
		device = tree_string(fdt, fdt_path_offset(fdt, "/aliases"), device);
	if (!device || *device != '/')
		return false;
	while (*device == '/') {
		const char *name = ++device;

		while (*device && *device != '/')
			device++;
		if (device == name)
			continue;
		const int child =
			fdt_subnode_offset_namelen(fdt, place_node(at), name, (int)(device - name));
		if (child < 0 || at->depth == PLACE_MAX_DEPTH)
			return false;
		at->nodes[++at->depth] = child;
	}
	return true;
}

bool place_next(struct place *at, int top)
{
	int node = place_node(at);
	int depth = at->depth;

	do
		node = fdt_next_node(at->fdt, node, &depth);
	while (node >= 0 && depth > PLACE_MAX_DEPTH);
	if (node < 0 || depth <= top)
		return false;
	at->depth = depth;
	at->nodes[depth] = node;
	return true;
}

static enum place_row to_physical(const struct place *at, struct plan_range *range)
{
	for (int level = at->depth - 1; level > 0; level--) {
		if (!tree_translate_up(at->fdt, at->nodes[level], at->nodes[level - 1], range))
			return PLACE_ROW_OUTSIDE;
	}
	return PLACE_ROW_OK;
}

static bool is_cells(int count)
{
	return count == 1 || count == 2;
}

enum place_row place_reg(const struct place *at, unsigned int n, struct plan_range *range)
{
	int len;
	const fdt32_t *reg = fdt_getprop(at->fdt, place_node(at), PROP_REG, &len);

	if (!reg || at->depth == 0)
		return PLACE_ROW_END;
	const int bus = at->nodes[at->depth - 1];
	const int address_cells = fdt_address_cells(at->fdt, bus);
	const int size_cells = fdt_size_cells(at->fdt, bus);
	if (!is_cells(address_cells) || !is_cells(size_cells))
		return n == 0 ? PLACE_ROW_OUTSIDE : PLACE_ROW_END;
	const int row = address_cells + size_cells;
	if ((unsigned int)len / 4U / (unsigned int)row <= n)
		return PLACE_ROW_END;
	reg += n * (unsigned int)row;
	range->tpa = tree_cells(reg, address_cells);
	range->size = tree_cells(reg + address_cells, size_cells);
	return to_physical(at, range);
}

enum place_row place_window(const struct place *at, unsigned int n, struct plan_range *range)
{
	int len;
	const int node = place_node(at);
	const fdt32_t *row = fdt_getprop(at->fdt, node, PROP_RANGES, &len);

	if (!row || at->depth == 0)
		return PLACE_ROW_END;
	const int child_cells = fdt_address_cells(at->fdt, node);
	const int parent_cells = fdt_address_cells(at->fdt, at->nodes[at->depth - 1]);
	const int size_cells = fdt_size_cells(at->fdt, node);
	/* A bus of PCI has addresses of three cells. */
	if (child_cells < 1 || !is_cells(parent_cells) || !is_cells(size_cells))
		return n == 0 ? PLACE_ROW_OUTSIDE : PLACE_ROW_END;
	const int cells = child_cells + parent_cells + size_cells;
	if ((unsigned int)len / 4U / (unsigned int)cells <= n)
		return PLACE_ROW_END;
	row += n * (unsigned int)cells + (unsigned int)child_cells;
	range->tpa = tree_cells(row, parent_cells);
	range->size = tree_cells(row + parent_cells, size_cells);
	return to_physical(at, range);
}

/* The controller to which the node's interrupts go, or negative. */
static int find_controller(const struct place *at)
{
	for (int level = at->depth; level >= 0; level--) {
		int len;
		const fdt32_t *cell =
			fdt_getprop(at->fdt, at->nodes[level], PROP_INTERRUPT_PARENT, &len);

		if (cell && len == 4)
			return fdt_node_offset_by_phandle(at->fdt, fdt32_ld(cell));
	}
	return -FDT_ERR_NOTFOUND;
}

/* How many cells an interrupt of @controller has: 0 when the tree does not say. */
static unsigned int interrupt_cells(const void *fdt, int controller)
{
	const uint64_t cells =
		controller < 0 ? 0 : tree_number(fdt, controller, PROP_INTERRUPT_CELLS);

	return cells <= 4 ? (unsigned int)cells : 0;
}

static void read_specifier(const fdt32_t *cell, unsigned int cells, int controller,
			   struct place_interrupt *interrupt)
{
	*interrupt = (struct place_interrupt){
		.controller = controller,
		.source = fdt32_ld(cell),
		.sense = cells > 1 ? fdt32_ld(cell + 1) : 0,
		.type = cells > 2 ? fdt32_ld(cell + 2) : 0,
	};
}

/* Row @n of interrupt-map: unit address, interrupt, controller, its unit address, its interrupt. */
static bool read_map(const struct place *at, unsigned int n, struct place_interrupt *interrupt)
{
	const int node = place_node(at);
	int len;
	const fdt32_t *cell = fdt_getprop(at->fdt, node, PROP_INTERRUPT_MAP, &len);
	const int child_cells = fdt_address_cells(at->fdt, node);

	if (!cell || child_cells < 0)
		return false;
	const unsigned int key = (unsigned int)child_cells + interrupt_cells(at->fdt, node);
	unsigned int left = (unsigned int)len / 4;
	for (;; n--) {
		if (left <= key)
			return false;
		const int controller = fdt_node_offset_by_phandle(at->fdt, fdt32_ld(cell + key));
		const unsigned int cells = interrupt_cells(at->fdt, controller);
		/* A controller without #address-cells has none, whatever libfdt's default. */
		const unsigned int unit = controller < 0
						  ? 0
						  : (unsigned int)tree_number(at->fdt, controller,
									      PROP_ADDRESS_CELLS);

		if (cells == 0 || unit > 3 || left < key + 1 + unit + cells)
			return false;
		if (n == 0) {
			read_specifier(cell + key + 1 + unit, cells, controller, interrupt);
			interrupt->row = cell;
			interrupt->key_cells = key;
			interrupt->row_cells = key + 1 + unit + cells;
			return true;
		}
		cell += key + 1 + unit + cells;
		left -= key + 1 + unit + cells;
	}
}

bool place_interrupt(const struct place *at, unsigned int n, struct place_interrupt *interrupt)
{
	int len;
	const fdt32_t *cell = fdt_getprop(at->fdt, place_node(at), PROP_INTERRUPTS, &len);
	const int controller = cell ? find_controller(at) : -FDT_ERR_NOTFOUND;
	const unsigned int cells = interrupt_cells(at->fdt, controller);
	const unsigned int own = cells ? (unsigned int)len / 4 / cells : 0;

	if (n >= own)
		return read_map(at, n - own, interrupt);
	read_specifier(cell + n * cells, cells, controller, interrupt);
	return true;
}

bool place_is_msi(const struct place *at)
{
	return fdt_node_check_compatible(at->fdt, place_node(at), COMPAT_MPIC_MSI) == 0 ||
	       fdt_node_check_compatible(at->fdt, place_node(at), COMPAT_MPIC_MSI_43) == 0;
}

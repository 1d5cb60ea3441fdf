/* SPDX-License-Identifier: BSD-2-Clause */
/* dma-window and dma-subwindow: what a device may reach by DMA. */
#include "hv/config/parse.h"
#include "protocol/names.h"

#include <inttypes.h>

enum { PAGE = 4096 };

/* A power of two, and @base a multiple of it.  Returns false when one of them is missing or wrong.
 */
static bool check_window(struct parse *p, int node, struct plan_range *window)
{
	if (!tree_u64_required(p, node, PROP_CFG_GUEST_ADDR, &window->tpa) ||
	    !tree_u64_required(p, node, PROP_CFG_SIZE, &window->size))
		return false;
	if (!is_power_of_two(window->size) || window->size < PAGE) {
		report_error(p, node, PROP_CFG_SIZE,
			     "0x%" PRIx64 " is not a power of two of 4 KiB or more\nuse one",
			     window->size);
		return false;
	}
	if (window->tpa & (window->size - 1)) {
		report_error(p, node, PROP_CFG_GUEST_ADDR,
			     "0x%" PRIx64 " is not a multiple of the size 0x%" PRIx64 "\n"
			     "use 0x%" PRIx64,
			     window->tpa, window->size, window->tpa & ~(window->size - 1));
		return false;
	}
	return true;
}

/* Subwindows divide the window into equal parts, of which each has one or none. */
static void check_subwindow(struct parse *p, int node, const struct plan_range *window,
			    uint64_t part)
{
	struct plan_range sub = { .size = part };

	if (!tree_u64_required(p, node, PROP_CFG_GUEST_ADDR, &sub.tpa) ||
	    tree_u64(p, node, PROP_CFG_SIZE, &sub.size) == TREE_BAD)
		return;
	tree_switch(p, node, PROP_CFG_MSI_SUBWINDOW);
	tree_switch(p, node, PROP_CFG_CCSR_SUBWINDOW);
	if (!range_contains(window, &sub) || sub.tpa & (part - 1) || sub.size > part)
		report_error(p, node, PROP_CFG_GUEST_ADDR,
			     "0x%" PRIx64 " + 0x%" PRIx64 " is no part of the window 0x%" PRIx64
			     " + 0x%" PRIx64 "\n"
			     "begin at a multiple of 0x%" PRIx64 " and be no longer",
			     sub.tpa, sub.size, window->tpa, window->size, part);
}

static void check_one(struct parse *p, int node)
{
	struct plan_range window;
	uint32_t count = 1;
	int depth = 0, shift = 0;

	if (!check_window(p, node, &window) ||
	    tree_u32(p, node, PROP_CFG_SUBWINDOW_COUNT, &count) == TREE_BAD)
		return;
	while (UINT32_C(1) << shift < count && shift < 31)
		shift++;
	if (count != UINT32_C(1) << shift || window.size >> shift < PAGE) {
		report_error(p, node, PROP_CFG_SUBWINDOW_COUNT,
			     "%" PRIu32
			     " is not a power of two that leaves pages\nuse 1, 2, 4, ...",
			     count);
		return;
	}
	for (int sub = node_next(p->cfg, node, &depth, NODE_SUBWINDOW); sub >= 0;
	     sub = node_next(p->cfg, sub, &depth, NODE_SUBWINDOW))
		check_subwindow(p, sub, &window, window.size >> shift);
}

void windows_check_reference(struct parse *p, int node)
{
	if (fdt_getprop(p->cfg, node, PROP_CFG_DMA_WINDOW, NULL))
		node_reference(p, node, PROP_CFG_DMA_WINDOW, NODE_WINDOW);
}

void windows_check(struct parse *p)
{
	int depth = 0;

	for (int node = node_next(p->cfg, 0, &depth, NODE_WINDOW); node >= 0;
	     node = node_next(p->cfg, node, &depth, NODE_WINDOW))
		check_one(p, node);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include <libfdt.h>
#include <string.h>

#include "hv/booke/tlb.h"
#include "hv/boot/boot.h"
#include "hv/console/panic.h"

enum { DEPTH_MAX = 32 };

/*
 * Walk the whole tree once, so that nobody has to doubt it afterwards: every tag in its place,
 * every name within the blob.  (libfdt as Linux carries it has no fdt_check_full().)
 */
static int check_structure(const void *fdt)
{
	int offset = 0;
	int next = 0;
	int depth = 0;
	bool ended = false; /* the root node has */

	for (;; offset = next) {
		const char *name;
		int error;

		switch (fdt_next_tag(fdt, offset, &next)) {
		case FDT_BEGIN_NODE:
			if (ended || ++depth > DEPTH_MAX)
				return -FDT_ERR_BADSTRUCTURE;
			break;
		case FDT_END_NODE:
			if (--depth < 0)
				return -FDT_ERR_BADSTRUCTURE;
			ended = depth == 0;
			break;
		case FDT_PROP:
			if (!depth || !fdt_getprop_by_offset(fdt, offset, &name, &error))
				return -FDT_ERR_BADSTRUCTURE;
			break;
		case FDT_NOP:
			break;
		default: /* FDT_END, also where something is cut off */
			return ended && next >= 0 ? 0 : -FDT_ERR_BADSTRUCTURE;
		}
		if (next < 0)
			return next;
	}
}

void boot_tree_open(struct boot_tree *tree, const char *what, uint64_t tpa, unsigned int which)
{
	size_t len;
	int error;

	tree->tpa = tpa;
	tree->fdt = tlb_window(which, tpa, &len);
	if (tpa & 7)
		panic("%s tree at 0x%llx: load it at a multiple of 8", what, tpa);
	error = fdt_check_header(tree->fdt);
	if (!error && fdt_version(tree->fdt) < 16) /* nodes could be without a name */
		error = -FDT_ERR_BADVERSION;
	if (error)
		panic("no %s tree at 0x%llx (%s): load it there, or name its address", what, tpa,
		      fdt_strerror(error));
	tree->size = fdt_totalsize(tree->fdt);
	if (tree->size > PLAN_MAX_TREE)
		panic("%s tree at 0x%llx has %zu bytes: at most %u are supported", what, tpa,
		      tree->size, PLAN_MAX_TREE);
	if (tree->size > len)
		panic("%s tree at 0x%llx crosses a multiple of 16 MiB: load it lower", what, tpa);
	error = check_structure(tree->fdt);
	if (error)
		panic("%s tree at 0x%llx is damaged (%s): load it again", what, tpa,
		      fdt_strerror(error));
}

void boot_tree_keep(struct boot_tree *tree, const char *what, struct arena *arena)
{
	void *copy = arena_alloc(arena, tree->size, 8);

	if (!copy)
		panic("hv-memory has no room for the %s tree of %zu bytes: make it larger", what,
		      tree->size);
	tree->fdt = memcpy(copy, tree->fdt, tree->size);
}

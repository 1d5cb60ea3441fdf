/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a partition's first core begins: its tree, and the initial mapping around both. */
#include "hv/config/parse.h"
#include "protocol/names.h"

#include <inttypes.h>
#include <limits.h>

enum {
	PAGE = 4096,
	DTB_WINDOW_LEAST = 0x4000,
};

static const uint64_t FOUR_GIB = UINT64_C(1) << 32;

/* The window for the guest's tree.  False when there is none that can be checked further. */
static bool parse_dtb_window(struct parse *p, unsigned int index)
{
	struct plan_partition *part = &p->plan->partitions[index];
	int len;
	const fdt32_t *cell = fdt_getprop(p->cfg, part->node, PROP_CFG_DTB_WINDOW, &len);
	const int want = (p->address_cells + p->size_cells) * 4;

	if (!cell || len != want) {
		if (cell)
			report_error(
				p, part->node, PROP_CFG_DTB_WINDOW,
				"has %d bytes, not %d\n"
				"write address and size in the hardware tree's cells, %d and %d",
				len, want, p->address_cells, p->size_cells);
		else
			report_error(p, part->node, PROP_CFG_DTB_WINDOW,
				     "is missing\n"
				     "say where the guest's device tree goes: guest address, size");
		return false;
	}
	part->dtb_gpa = tree_cells(cell, p->address_cells);
	part->dtb_size = tree_cells(cell + p->address_cells, p->size_cells);
	if (part->dtb_gpa % PAGE || part->dtb_size % PAGE) {
		report_error(p, part->node, PROP_CFG_DTB_WINDOW,
			     "0x%" PRIx64 " + 0x%" PRIx64 " is not whole pages\n"
			     "use multiples of 0x%x",
			     part->dtb_gpa, part->dtb_size, PAGE);
		return false;
	}
	if (part->dtb_size < DTB_WINDOW_LEAST) {
		report_error(p, part->node, PROP_CFG_DTB_WINDOW,
			     "size 0x%" PRIx64 " is too small for a tree\nuse at least 0x%x",
			     part->dtb_size, DTB_WINDOW_LEAST);
		return false;
	}
	if (p->memory_unsure & 1U << index)
		return false;
	if (!range_is_guest_memory(p->plan, index, part->dtb_gpa, part->dtb_size)) {
		report_error(p, part->node, PROP_CFG_DTB_WINDOW,
			     "0x%" PRIx64 " + 0x%" PRIx64 " is not all guest memory\n"
			     "put it into a guest-phys-mem-area",
			     part->dtb_gpa, part->dtb_size);
		return false;
	}
	return true;
}

/* Bytes of the structure of @node and all below it. */
static uint64_t node_size(const void *fdt, int node)
{
	const int end = tree_end(fdt, node);

	return (uint64_t)((end == INT_MAX ? (int)fdt_size_dt_struct(fdt) : end) - node);
}

/* About as much as the guest's tree takes: what is copied from both trees, and its own nodes. */
static void check_dtb_room(struct parse *p, const struct plan_partition *part)
{
	enum { OWN_NODES = 2048, HANDLE = 48 };
	const struct plan *plan = p->plan;
	uint64_t need = OWN_NODES + node_size(p->cfg, part->node) +
			HANDLE * (uint64_t)(part->end_handle - PLAN_FIRST_GUEST_HANDLE);

	for (unsigned int i = 0; i < part->num_cpus; i++)
		need += node_size(p->hw, plan->cpus[part->cpus[i]].hw_node);
	for (unsigned int i = 0; i < part->num_devices; i++) {
		const struct plan_device *device = &plan->devices[part->first_device + i];

		if (!devices_is_part(plan, device))
			need += node_size(p->hw, device->hw_node);
	}
	if (need > part->dtb_size)
		report_warning(p, part->node, PROP_CFG_DTB_WINDOW,
			       "0x%" PRIx64 " bytes may be too few: the guest's tree takes about "
			       "0x%" PRIx64 "\nuse 0x%" PRIx64 " or more",
			       part->dtb_size, need,
			       (need + need / 4 + PAGE - 1) & ~(uint64_t)(PAGE - 1));
}

static bool check_dtb_images(struct parse *p, const struct plan_partition *part)
{
	const struct plan_range window = { part->dtb_gpa, part->dtb_size };

	for (unsigned int i = 0; i < part->num_images; i++) {
		const struct plan_image *image = &p->plan->images[part->first_image + i];
		const struct plan_range target = { image->dst_gpa, image->size };

		if (image->dst_gpa != PLAN_DST_FROM_HEADERS && range_overlaps(&window, &target)) {
			report_overlap(p, part->node, PROP_CFG_DTB_WINDOW, "", &window, "the image",
				       &target, NULL);
			return false;
		}
	}
	return true;
}

static bool check_map_base(struct parse *p, const struct plan_partition *part, const char *property,
			   uint64_t base)
{
	const uint64_t size = part->init_map_size;

	if (base & (size - 1)) {
		report_error(p, part->node, property,
			     "0x%" PRIx64 " is not a multiple of the size 0x%" PRIx64 "\n"
			     "use 0x%" PRIx64,
			     base, size, base & ~(size - 1));
		return false;
	}
	return true;
}

static bool parse_init_map(struct parse *p, struct plan_partition *part)
{
	part->init_map_size = UINT64_C(1) << 30;
	if (tree_u64(p, part->node, PROP_CFG_INIT_MAP_SIZE, &part->init_map_size) == TREE_BAD ||
	    tree_u64(p, part->node, PROP_CFG_INIT_MAP_PADDR, &part->init_map_paddr) == TREE_BAD ||
	    tree_u64(p, part->node, PROP_CFG_INIT_MAP_VADDR, &part->init_map_vaddr) == TREE_BAD)
		return false;
	if (!is_power_of_two(part->init_map_size) || part->init_map_size < PAGE ||
	    part->init_map_size > FOUR_GIB) {
		report_error(p, part->node, PROP_CFG_INIT_MAP_SIZE,
			     "0x%" PRIx64 " is no size of a mapping\n"
			     "use a power of two, 0x%x to 0x%" PRIx64,
			     part->init_map_size, PAGE, FOUR_GIB);
		return false;
	}
	if (part->init_map_vaddr >= FOUR_GIB) {
		report_error(p, part->node, PROP_CFG_INIT_MAP_VADDR,
			     "0x%" PRIx64 " is beyond 32 bits\nuse less than 0x%" PRIx64,
			     part->init_map_vaddr, FOUR_GIB);
		return false;
	}
	return check_map_base(p, part, PROP_CFG_INIT_MAP_PADDR, part->init_map_paddr) &&
	       check_map_base(p, part, PROP_CFG_INIT_MAP_VADDR, part->init_map_vaddr);
}

/* The guest begins with the initial mapping and nothing else: what it needs first has to be inside.
 */
static void check_map_covers(struct parse *p, const struct plan_partition *part)
{
	const struct plan_range map = { part->init_map_paddr, part->init_map_size };
	const struct plan_range window = { part->dtb_gpa, part->dtb_size };
	const uint64_t end = map.tpa + map.size;

	for (unsigned int i = 0; i < part->num_images; i++) {
		const struct plan_image *image = &p->plan->images[part->first_image + i];
		const struct plan_range entry = { image->dst_gpa, 1 };

		if (image->kind != PLAN_IMAGE_BOOT || image->dst_gpa == PLAN_DST_FROM_HEADERS ||
		    range_contains(&map, &entry))
			continue;
		report_error(p, part->node, PROP_CFG_INIT_MAP_PADDR,
			     "the initial mapping, 0x%" PRIx64 " + 0x%" PRIx64
			     ", does not hold the guest image at 0x%" PRIx64 "\nuse 0x%" PRIx64,
			     map.tpa, map.size, image->dst_gpa, image->dst_gpa & ~(map.size - 1));
		return;
	}
	if (!range_contains(&map, &window))
		report_error(p, part->node, PROP_CFG_DTB_WINDOW,
			     "0x%" PRIx64 " + 0x%" PRIx64
			     " is not inside the initial mapping, 0x%" PRIx64 " + 0x%" PRIx64 "\n"
			     "end below 0x%" PRIx64 ", or raise init-map-size",
			     window.tpa, window.size, map.tpa, map.size, end);
}

void entry_check(struct parse *p)
{
	for (unsigned int i = 0; i < p->plan->num_partitions; i++) {
		struct plan_partition *part = &p->plan->partitions[i];
		const bool mapped = parse_init_map(p, part);

		if (!parse_dtb_window(p, i) || !check_dtb_images(p, part))
			continue;
		check_dtb_room(p, part);
		if (mapped)
			check_map_covers(p, part);
	}
}

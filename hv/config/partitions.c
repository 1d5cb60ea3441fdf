/* SPDX-License-Identifier: BSD-2-Clause */
/* The partition node: label, cores, switches, and where its first core begins. */
#include "hv/config/parse.h"
#include "protocol/names.h"

#include <inttypes.h>
#include <string.h>

enum {
	PAGE = 4096,
	DTB_WINDOW_LEAST = 0x4000,
};

static const uint64_t FOUR_GIB = UINT64_C(1) << 32;

static bool is_printable(const char *s)
{
	for (; *s; s++) {
		if (*s < ' ' || *s > '~')
			return false;
	}
	return true;
}

static void parse_label(struct parse *p, struct plan_partition *part)
{
	int len;
	const char *label = fdt_getprop(p->cfg, part->node, PROP_CFG_LABEL, &len);

	part->label = tree_name(p->cfg, part->node);
	if (!label) {
		report_warning(p, part->node, PROP_CFG_LABEL,
			       "is missing\nthe partition is called %.40s", part->label);
	} else if (len < 2 || label[len - 1] != '\0' || strlen(label) != (size_t)len - 1 ||
		   !is_printable(label)) {
		report_error(p, part->node, PROP_CFG_LABEL,
			     "is not one string of printable characters\nuse a short name");
		return;
	} else if (len - 1 > PLAN_MAX_LABEL) {
		report_error(p, part->node, PROP_CFG_LABEL, "has %d characters\nuse at most %d",
			     len - 1, PLAN_MAX_LABEL);
		return;
	} else {
		part->label = label;
	}
	for (const struct plan_partition *other = p->plan->partitions; other < part; other++) {
		if (strcmp(other->label, part->label) == 0) {
			report_error(p, part->node, PROP_CFG_LABEL,
				     "`%s` is also the name of %.40s\nuse another", part->label,
				     tree_name(p->cfg, other->node));
			return;
		}
	}
}

static uint16_t find_cpu(const struct plan *plan, uint64_t hwid)
{
	for (uint16_t i = 0; i < plan->num_cpus; i++) {
		if (plan->cpus[i].hwid == hwid)
			return i;
	}
	return PLAN_NONE;
}

/* Give core @hwid to a partition.  False when that cannot be. */
static bool take_cpu(struct parse *p, uint16_t index, uint64_t hwid)
{
	struct plan *plan = p->plan;
	struct plan_partition *part = &plan->partitions[index];
	const uint16_t found = find_cpu(plan, hwid);

	if (found == PLAN_NONE) {
		report_error(p, part->node, PROP_CFG_CPUS,
			     "there is no core %" PRIu64 "\nthis machine has %u cores", hwid,
			     plan->num_cpus);
		return false;
	}
	struct plan_cpu *cpu = &plan->cpus[found];
	if (cpu->partition == index) {
		report_error(p, part->node, PROP_CFG_CPUS,
			     "names core %" PRIu64 " twice\nname each core once", hwid);
		return false;
	}
	if (cpu->partition != PLAN_NONE) {
		report_error(p, part->node, PROP_CFG_CPUS,
			     "core %" PRIu64 " belongs to `%s` already\n"
			     "give each core to one partition",
			     hwid, plan->partitions[cpu->partition].label);
		return false;
	}
	if (found != 0 && cpu->release_tpa == 0) {
		report_error(p, part->node, PROP_CFG_CPUS,
			     "core %" PRIu64 " cannot be started: in the hardware tree it is not "
			     "disabled with enable-method \"spin-table\"\nuse another core",
			     hwid);
		return false;
	}
	cpu->partition = index;
	cpu->vcpu = part->num_cpus;
	part->cpus[part->num_cpus++] = (uint8_t)found;
	return true;
}

static void parse_cpus(struct parse *p, uint16_t index)
{
	const int node = p->plan->partitions[index].node;
	int len = 0;
	const fdt32_t *row = fdt_getprop(p->cfg, node, PROP_CFG_CPUS, &len);

	if (!row || len == 0 || len % 8) {
		report_error(p, node, PROP_CFG_CPUS,
			     "%s\nwrite the first core and how many: cpus = <1 1>",
			     row ? "is not pairs of cells" : "is missing");
		return;
	}
	for (; len > 0; len -= 8, row += 2) {
		const uint64_t first = fdt32_ld(row);
		const uint64_t count = fdt32_ld(row + 1);

		if (count == 0) {
			report_error(p, node, PROP_CFG_CPUS,
				     "0 cores from core %" PRIu64 "\nwrite how many: <%" PRIu64
				     " 1>",
				     first, first);
			return;
		}
		/* Ends at the latest when the machine has no more cores. */
		for (uint64_t i = 0; i < count; i++) {
			if (!take_cpu(p, index, first + i))
				return;
		}
	}
}

void partitions_parse(struct parse *p)
{
	struct plan *plan = p->plan;
	int depth = 0;

	for (int node = node_next(p->cfg, 0, &depth, NODE_PARTITION); node >= 0;
	     node = node_next(p->cfg, node, &depth, NODE_PARTITION)) {
		if (plan->num_partitions == PLAN_MAX_PARTITIONS) {
			report_full(p, node, "partitions", PLAN_MAX_PARTITIONS);
			break;
		}
		struct plan_partition *part = &plan->partitions[plan->num_partitions];
		part->node = node;
		parse_label(p, part);
		parse_cpus(p, plan->num_partitions);
		part->no_auto_start = tree_switch(p, node, PROP_CFG_NO_AUTO_START);
		part->privileged = tree_switch(p, node, PROP_CFG_PRIVILEGED);
		plan->num_partitions++;
	}
	if (plan->num_partitions == 0)
		report_warning(p, 0, NULL,
			       "has no partition\nadd { compatible = \"partition\"; ... }");
}

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

static bool check_dtb_images(struct parse *p, const struct plan_partition *part)
{
	const struct plan_range window = { part->dtb_gpa, part->dtb_size };

	for (unsigned int i = 0; i < part->num_images; i++) {
		const struct plan_image *image = &p->plan->images[part->first_image + i];
		const struct plan_range target = { image->dst_gpa, image->size };

		if (image->dst_gpa != PLAN_DST_FROM_HEADERS && range_overlaps(&window, &target)) {
			report_error(p, part->node, PROP_CFG_DTB_WINDOW,
				     "0x%" PRIx64 " + 0x%" PRIx64
				     " overlaps the image that goes to 0x%" PRIx64 " + 0x%" PRIx64
				     "\nuse 0x%" PRIx64 " or above",
				     window.tpa, window.size, target.tpa, target.size,
				     (target.tpa + target.size + PAGE - 1) & ~(uint64_t)(PAGE - 1));
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

void partitions_check_entry(struct parse *p)
{
	for (unsigned int i = 0; i < p->plan->num_partitions; i++) {
		struct plan_partition *part = &p->plan->partitions[i];
		const bool mapped = parse_init_map(p, part);

		if (parse_dtb_window(p, i) && check_dtb_images(p, part) && mapped)
			check_map_covers(p, part);
	}
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* phys-mem-area, hv-memory, guest-phys-mem-area. */
#include "hv/config/parse.h"
#include "protocol/names.h"

#include <inttypes.h>

enum { PAGE = 4096 };

/* Physical addresses of the cores that Beryl knows: 36 bits, guests included. */
static const uint64_t PHYSICAL_END = UINT64_C(1) << 36;
/* The spin table of a guest whose memory ends below it. */
static const uint64_t SPIN_TABLE = 0xfffff000;

static uint64_t power_of_two_below(uint64_t value)
{
	while (value & (value - 1))
		value &= value - 1;
	return value;
}

static bool check_area_form(struct parse *p, const struct plan_pma *pma)
{
	if (!is_power_of_two(pma->size) || pma->size < PAGE) {
		const uint64_t below = power_of_two_below(pma->size);

		if (pma->size < PAGE)
			report_error(p, pma->node, PROP_CFG_SIZE,
				     "0x%" PRIx64 " is less than a page\nuse at least 0x%x",
				     pma->size, PAGE);
		else
			report_error(p, pma->node, PROP_CFG_SIZE,
				     "0x%" PRIx64 " is not a power of two\n"
				     "use 0x%" PRIx64 " or 0x%" PRIx64
				     ", or two areas of different sizes",
				     pma->size, below, below << 1);
		return false;
	}
	if (pma->tpa & (pma->size - 1)) {
		const uint64_t down = pma->tpa & ~(pma->size - 1);

		report_error(p, pma->node, PROP_CFG_ADDR,
			     "0x%" PRIx64 " is not a multiple of the size 0x%" PRIx64 "\n"
			     "use 0x%" PRIx64 " or 0x%" PRIx64,
			     pma->tpa, pma->size, down, down + pma->size);
		return false;
	}
	return true;
}

static void check_area_place(struct parse *p, const struct plan_pma *pma)
{
	const struct plan *plan = p->plan;
	const struct plan_range range = { pma->tpa, pma->size };

	if (plan->num_memory && !range_is_ram(plan, &range)) {
		const struct plan_range *last = &plan->memory[plan->num_memory - 1];

		report_error(p, pma->node, PROP_CFG_ADDR,
			     "0x%" PRIx64 " + 0x%" PRIx64 " is not all RAM\n"
			     "stay below 0x%" PRIx64 ", where RAM ends",
			     pma->tpa, pma->size, last->tpa + last->size);
		return;
	}
	for (const struct plan_pma *other = plan->pmas; other < pma; other++) {
		const struct plan_range taken = { other->tpa, other->size };

		if (range_overlaps(&range, &taken)) {
			report_error(p, pma->node, PROP_CFG_ADDR,
				     "0x%" PRIx64 " + 0x%" PRIx64 " overlaps %.40s: 0x%" PRIx64
				     " + 0x%" PRIx64 "\n"
				     "begin at 0x%" PRIx64
				     " or above; to share memory, name one area twice",
				     pma->tpa, pma->size, tree_name(p->cfg, other->node),
				     other->tpa, other->size,
				     (other->tpa + other->size + pma->size - 1) & ~(pma->size - 1));
			return;
		}
	}
}

/* Numbers of ways of the platform cache. */
static void check_ways(struct parse *p, int node)
{
	int len;
	const fdt32_t *way = fdt_getprop(p->cfg, node, PROP_CFG_CPC_WAYS, &len);

	if (!way)
		return;
	bool good = len && len % 4 == 0;
	for (int i = 0; good && i < len / 4; i++)
		good = fdt32_ld(way + i) < 32;
	if (!good)
		report_error(p, node, PROP_CFG_CPC_WAYS,
			     "is not a list of ways\nwrite their numbers, 0 to 31: <0 1 2>");
}

static void parse_area(struct parse *p, int node)
{
	struct plan *plan = p->plan;
	struct plan_pma pma = { .node = node };
	const bool has_addr = tree_u64_required(p, node, PROP_CFG_ADDR, &pma.tpa);

	tree_switch(p, node, PROP_CFG_USE_NO_LAW);
	check_ways(p, node);
	pma.zero = tree_switch(p, node, PROP_CFG_ZERO_PMA);
	if (!tree_u64_required(p, node, PROP_CFG_SIZE, &pma.size) || !has_addr ||
	    !check_area_form(p, &pma))
		return;
	plan->pmas[plan->num_pmas] = pma;
	check_area_place(p, &plan->pmas[plan->num_pmas++]);
}

/* The area that a node's phys-mem names, or PLAN_NONE, reported or not. */
static uint16_t find_area(struct parse *p, int node)
{
	const int target = node_reference(p, node, PROP_CFG_PHYS_MEM, NODE_PMA);

	for (uint16_t i = 0; i < p->plan->num_pmas; i++) {
		if (p->plan->pmas[i].node == target)
			return i;
	}
	return PLAN_NONE;
}

/* What a warm reboot keeps: an offset in hv-memory, and a size. */
static void parse_persistent(struct parse *p, int node)
{
	const struct plan_range *memory = &p->plan->hv_memory;
	int len;
	const fdt32_t *cell = fdt_getprop(p->cfg, node, PROP_CFG_PERSISTENT, &len);

	if (!cell)
		return;
	if (len != 16) {
		report_error(p, node, PROP_CFG_PERSISTENT,
			     "has %d bytes, not 16\nwrite offset and size, two cells each", len);
		return;
	}
	const struct plan_range whole = { 0, memory->size };
	const struct plan_range kept = { tree_cells(cell, 2), tree_cells(cell + 2, 2) };
	if (kept.size == 0 || (kept.tpa | kept.size) % PAGE || kept.tpa < PLAN_HV_IMAGE_SPACE ||
	    !range_contains(&whole, &kept)) {
		report_error(p, node, PROP_CFG_PERSISTENT,
			     "0x%" PRIx64 " + 0x%" PRIx64 " is not whole pages of hv-memory\n"
			     "stay between 0x%x, below which the hypervisor is, and 0x%" PRIx64,
			     kept.tpa, kept.size, PLAN_HV_IMAGE_SPACE, memory->size);
		return;
	}
	p->plan->persistent = (struct plan_range){ memory->tpa + kept.tpa, kept.size };
}

/* The loader's spin table, or what it keeps for other reasons. */
static void check_loader(struct parse *p, int node, const struct plan_pma *pma)
{
	const struct plan_range memory = { pma->tpa, pma->size };
	struct plan_range other;

	if (range_memreserve(p, &memory, &other))
		report_overlap(p, node, PROP_CFG_PHYS_MEM, "", &memory,
			       "memory that the loader reserves", &other,
			       "give the hypervisor another area");
}

static void parse_hv_memory(struct parse *p)
{
	int depth = 0;
	const int node = node_next(p->cfg, p->hv_config, &depth, NODE_HV_MEMORY);

	if (node < 0) {
		report_error(p, p->hv_config, NULL,
			     "has no hv-memory\n"
			     "add { compatible = \"hv-memory\"; phys-mem = <&label>; }");
		return;
	}
	const int second = node_next(p->cfg, node, &depth, NODE_HV_MEMORY);
	if (second >= 0)
		report_error(p, second, NULL, "is the second hv-memory\ndelete it");
	p->hv_pma = find_area(p, node);
	if (p->hv_pma != PLAN_NONE) {
		const struct plan_pma *pma = &p->plan->pmas[p->hv_pma];

		p->plan->hv_memory = (struct plan_range){ pma->tpa, pma->size };
		parse_persistent(p, node);
		check_loader(p, node, pma);
		if (pma->size < PLAN_HV_MEMORY_LEAST)
			report_error(p, node, PROP_CFG_PHYS_MEM,
				     "%.40s has 0x%" PRIx64 " bytes\n"
				     "the hypervisor needs 0x%x or more",
				     tree_name(p->cfg, pma->node), pma->size, PLAN_HV_MEMORY_LEAST);
	}
}

void memory_parse_areas(struct parse *p)
{
	int depth = 0;

	for (int node = node_next(p->cfg, 0, &depth, NODE_PMA); node >= 0;
	     node = node_next(p->cfg, node, &depth, NODE_PMA)) {
		if (p->plan->num_pmas == PLAN_MAX_PMAS) {
			report_full(p, node, "phys-mem-areas", PLAN_MAX_PMAS);
			break;
		}
		parse_area(p, node);
	}
	parse_hv_memory(p);
}

/* What a guest may be given of a machine that is shared with the hypervisor and the loader. */
static bool check_guest_area(struct parse *p, int node, uint16_t index)
{
	const struct plan_pma *pma = &p->plan->pmas[index];
	const struct plan_range range = { pma->tpa, pma->size };
	struct plan_range other;

	if (index == p->hv_pma) {
		report_error(p, node, PROP_CFG_PHYS_MEM,
			     "%.40s is the hypervisor's memory\ngive the guest another area",
			     tree_name(p->cfg, pma->node));
		return false;
	}
	/* Areas that overlap the hypervisor's have been reported as such. */
	const char *what = range_reserved(p, &range, false, &other);
	if (what && !range_overlaps(&range, &p->plan->hv_memory))
		report_overlap(p, node, PROP_CFG_PHYS_MEM, "", &range, what, &other,
			       "give the guest another area");
	return true;
}

static bool check_guest_place(struct parse *p, const struct plan_partition *part, int node,
			      uint64_t gpa, const struct plan_pma *pma)
{
	const uint64_t size = pma->size;
	const struct plan_range range = { gpa, size };

	if (gpa & (size - 1)) {
		report_error(p, node, PROP_CFG_GUEST_ADDR,
			     "0x%" PRIx64 " is not a multiple of the area's size 0x%" PRIx64 "\n"
			     "use 0x%" PRIx64,
			     gpa, size, gpa & ~(size - 1));
		return false;
	}
	/* One page above is kept for the spin table. */
	if (gpa >= PHYSICAL_END || size >= PHYSICAL_END - gpa) {
		report_error(p, node, PROP_CFG_GUEST_ADDR,
			     "0x%" PRIx64 " + 0x%" PRIx64 " leaves no page below 36 bits for the "
			     "spin table\nend below 0x%" PRIx64,
			     gpa, size, PHYSICAL_END - PAGE);
		return false;
	}
	for (unsigned int i = part->first_gpma; i < p->plan->num_gpmas; i++) {
		const struct plan_gpma *other = &p->plan->gpmas[i];
		const struct plan_range taken = { other->gpa, p->plan->pmas[other->pma].size };

		if (range_overlaps(&range, &taken)) {
			report_overlap(p, node, PROP_CFG_GUEST_ADDR, "", &range,
				       tree_name(p->cfg, other->node), &taken, NULL);
			return false;
		}
	}
	return true;
}

/* Returns false when the partition's memory is not what its author meant. */
static bool parse_guest_area(struct parse *p, struct plan_partition *part, int node, bool dma_only)
{
	struct plan *plan = p->plan;
	const uint16_t index = find_area(p, node);

	if (index == PLAN_NONE || !check_guest_area(p, node, index))
		return false;
	const struct plan_pma *pma = &plan->pmas[index];
	uint64_t gpa = pma->tpa;
	if (tree_u64(p, node, PROP_CFG_GUEST_ADDR, &gpa) == TREE_BAD)
		return false;
	if (!check_guest_place(p, part, node, gpa, pma))
		return false;
	plan->gpmas[plan->num_gpmas++] = (struct plan_gpma){
		.pma = index,
		.gpa = gpa,
		.node = node,
	};
	plan->pmas[index].users |= UINT32_C(1) << (part - plan->partitions);
	if (dma_only)
		part->num_dma_gpmas++;
	else
		part->num_gpmas++;
	return true;
}

/* The areas that are mapped, or those that are not. */
static void parse_areas(struct parse *p, unsigned int index, bool dma_only)
{
	struct plan_partition *part = &p->plan->partitions[index];
	int depth = 0;

	for (int node = node_next(p->cfg, part->node, &depth, NODE_GPMA); node >= 0;
	     node = node_next(p->cfg, node, &depth, NODE_GPMA)) {
		if (!fdt_getprop(p->cfg, node, PROP_CFG_DMA_ONLY, NULL) == dma_only)
			continue;
		tree_switch(p, node, PROP_CFG_DMA_ONLY);
		if (p->plan->num_gpmas == PLAN_MAX_GPMAS) {
			report_full(p, node, "guest-phys-mem-areas", PLAN_MAX_GPMAS);
			p->memory_unsure |= 1U << index;
			break;
		}
		if (!parse_guest_area(p, part, node, dma_only))
			p->memory_unsure |= 1U << index;
	}
}

static void parse_guest(struct parse *p, unsigned int index)
{
	struct plan *plan = p->plan;
	struct plan_partition *part = &plan->partitions[index];
	uint64_t end = 0;

	part->first_gpma = plan->num_gpmas;
	parse_areas(p, index, false);
	parse_areas(p, index, true);
	if (part->num_gpmas == 0 && !(p->memory_unsure & 1U << index)) {
		report_error(p, part->node, NULL,
			     "has no memory\n"
			     "add { compatible = \"guest-phys-mem-area\"; phys-mem = <&label>; }");
		p->memory_unsure |= 1U << index;
	}
	for (unsigned int i = 0; i < part->num_gpmas; i++) {
		const struct plan_gpma *gpma = &plan->gpmas[part->first_gpma + i];

		if (gpma->gpa + plan->pmas[gpma->pma].size > end)
			end = gpma->gpa + plan->pmas[gpma->pma].size;
	}
	part->spin_table_gpa = end > SPIN_TABLE ? end : SPIN_TABLE;
}

void memory_parse_guests(struct parse *p)
{
	for (unsigned int i = 0; i < p->plan->num_partitions; i++)
		parse_guest(p, i);
}

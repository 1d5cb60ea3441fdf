/* SPDX-License-Identifier: BSD-2-Clause */
/* The registers of devices: where they are, where the guest finds them, and who reaches them. */
#include "hv/config/parse.h"
#include "protocol/names.h"

#include <inttypes.h>

enum { PAGE = 4096 };

static const uint64_t PHYSICAL_END = UINT64_C(1) << 36;

static struct plan_range whole_pages(const struct plan_range *range)
{
	const uint64_t first = range->tpa & ~(uint64_t)(PAGE - 1);

	return (struct plan_range){
		first,
		(range->tpa + range->size + PAGE - 1 - first) & ~(uint64_t)(PAGE - 1),
	};
}

static struct plan_range region_tpa(const struct plan_region *region)
{
	return (struct plan_range){ region->tpa, region->size };
}

static struct plan_range region_gpa(const struct plan_region *region)
{
	const struct plan_range range = { region->gpa, region->size };

	return whole_pages(&range);
}

/* The first region of everything that @device's owner has. */
static unsigned int first_of_owner(const struct plan *plan, const struct plan_device *device)
{
	const uint16_t part = device->partition;

	return part == PLAN_NONE ? 0
				 : plan->devices[plan->partitions[part].first_device].first_region;
}

/* Where device-ranges puts @range.  False when it leaves it out, which has been reported. */
static bool to_guest(struct parse *p, const struct plan_device *device,
		     const struct plan_range *range, uint64_t *gpa)
{
	enum { ROW = 6 };
	const int node =
		device->partition == PLAN_NONE ? -1 : p->plan->partitions[device->partition].node;
	int len = 0;
	const fdt32_t *row =
		node < 0 ? NULL : fdt_getprop(p->cfg, node, PROP_CFG_DEVICE_RANGES, &len);

	*gpa = range->tpa;
	if (!row || len == 0 || len % (ROW * 4))
		return true;
	for (; len > 0; len -= ROW * 4, row += ROW) {
		const struct plan_range window = { tree_cells(row, 2), tree_cells(row + 4, 2) };

		if (range_contains(&window, range)) {
			*gpa = tree_cells(row + 2, 2) + (range->tpa - window.tpa);
			return true;
		}
	}
	report_error(p, device->node, PROP_CFG_DEVICE,
		     "registers 0x%" PRIx64 " + 0x%" PRIx64 " are outside of device-ranges\n"
		     "add a row to device-ranges of the partition, or delete it",
		     range->tpa, range->size);
	return false;
}

static bool check_place(struct parse *p, const struct plan_device *device,
			const struct plan_range *range)
{
	if (range->tpa >= PHYSICAL_END || range->size > PHYSICAL_END - range->tpa) {
		report_error(p, device->node, PROP_CFG_DEVICE,
			     "registers 0x%" PRIx64 " + 0x%" PRIx64 " go beyond 36 bits\n"
			     "correct the hardware tree",
			     range->tpa, range->size);
		return false;
	}
	for (unsigned int i = 0; i < p->plan->num_memory; i++) {
		const struct plan_range *ram = &p->plan->memory[i];

		if (range_overlaps(range, ram)) {
			report_overlap(p, device->node, PROP_CFG_DEVICE, "register range ", range,
				       "RAM", ram, "correct the hardware tree");
			return false;
		}
	}
	return true;
}

/* Add a row.  False when the table is full. */
static bool add_region(struct parse *p, struct plan_device *device, const struct plan_range *range)
{
	struct plan *plan = p->plan;
	uint64_t gpa;

	if (range->size == 0 || !check_place(p, device, range))
		return true;
	for (unsigned int i = first_of_owner(plan, device); i < plan->num_regions; i++) {
		const struct plan_range earlier = region_tpa(&plan->regions[i]);

		if (range_contains(&earlier, range))
			return true;
	}
	if (!to_guest(p, device, range, &gpa))
		return true;
	if (plan->num_regions == PLAN_MAX_REGIONS) {
		report_full(p, device->node, "stretches of registers", PLAN_MAX_REGIONS);
		return false;
	}
	plan->regions[plan->num_regions++] =
		(struct plan_region){ .tpa = range->tpa, .gpa = gpa, .size = range->size };
	device->num_regions++;
	return true;
}

static bool add_rows(struct parse *p, struct plan_device *device, const struct place *at,
		     enum place_row (*read)(const struct place *, unsigned int,
					    struct plan_range *))
{
	struct plan_range range;
	enum place_row row;

	for (unsigned int n = 0; (row = read(at, n, &range)) != PLACE_ROW_END; n++) {
		if (row == PLACE_ROW_OK && !add_region(p, device, &range))
			return false;
	}
	return true;
}

void regions_parse(struct parse *p, struct plan_device *device, struct place at)
{
	const int top = at.depth;
	const bool map_ranges = device->partition != PLAN_NONE &&
				fdt_getprop(p->cfg, device->node, PROP_CFG_MAP_RANGES, NULL);

	do {
		if (place_is_msi(&at) || updates_delete(p, device->node, &at, top, NULL))
			continue;
		if (!updates_delete(p, device->node, &at, top, PROP_REG) &&
		    !add_rows(p, device, &at, place_reg))
			return;
		if (map_ranges && at.depth == top && !add_rows(p, device, &at, place_window))
			return;
	} while (place_next(&at, top));
}

/* The guest's memory, its spin table and its devices may not lie over each other. */
static void check_guest_places(struct parse *p, const struct plan_device *device,
			       const struct plan_region *region)
{
	const struct plan_partition *part = &p->plan->partitions[device->partition];
	const struct plan_range pages = region_gpa(region);
	const struct plan_range spin_table = { part->spin_table_gpa, PAGE };
	struct plan_range other = spin_table;
	const char *what = range_overlaps(&pages, &spin_table) ? "the spin table" : NULL;

	for (unsigned int i = 0; !what && i < part->num_gpmas; i++) {
		const struct plan_gpma *gpma = &p->plan->gpmas[part->first_gpma + i];

		other = (struct plan_range){ gpma->gpa, p->plan->pmas[gpma->pma].size };
		if (range_overlaps(&pages, &other))
			what = tree_name(p->cfg, gpma->node);
	}
	if (what)
		report_overlap(p, device->node, PROP_CFG_DEVICE, "guest address ", &pages, what,
			       &other,
			       "move the memory by guest-addr, or the registers by device-ranges");
}

/* Two owners whose registers share bytes: a page is no matter, the guest gets no more of it than
 * its registers.  @device is a partition's. */
static bool check_neighbour(struct parse *p, const struct plan_device *device,
			    const struct plan_device *other, const struct plan_region *mine,
			    const struct plan_region *theirs)
{
	const struct plan_range a = region_tpa(mine), b = region_tpa(theirs);

	if (!range_overlaps(&a, &b))
		return true;
	report_error(p, device->node, PROP_CFG_DEVICE,
		     "registers 0x%" PRIx64 " + 0x%" PRIx64
		     " overlap those of %.40s, which belongs to %.40s\n"
		     "give both one owner",
		     a.tpa, a.size, tree_name(p->hw, other->hw_node),
		     other->partition == PLAN_NONE ? "the hypervisor"
						   : p->plan->partitions[other->partition].label);
	return false;
}

/* Every device that comes before @device, in the order of the table, and is not its owner's. */
static void check_neighbours(struct parse *p, const struct plan_device *device)
{
	const struct plan *plan = p->plan;

	for (const struct plan_device *other = plan->devices; other < device; other++) {
		if (other->partition == device->partition || devices_are_claimed(device, other))
			continue;
		for (unsigned int n = 0; n < device->num_regions * other->num_regions; n++) {
			const unsigned int mine = n % device->num_regions;
			const unsigned int theirs = n / device->num_regions;

			if (!check_neighbour(p, device, other,
					     &plan->regions[device->first_region + mine],
					     &plan->regions[other->first_region + theirs]))
				return;
		}
	}
}

void regions_check(struct parse *p)
{
	struct plan *plan = p->plan;

	for (unsigned int i = 0; i < plan->num_devices; i++) {
		const struct plan_device *device = &plan->devices[i];

		if (device->partition == PLAN_NONE)
			continue;
		for (unsigned int n = 0; n < device->num_regions; n++)
			check_guest_places(p, device, &plan->regions[device->first_region + n]);
		check_neighbours(p, device);
	}
}

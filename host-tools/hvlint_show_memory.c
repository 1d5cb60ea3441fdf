/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory maps: a line for each thing, with a bar that shows where it lies. */
#include <inttypes.h>
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/hvlint_show.h"
#include "host-tools/say.h"

enum {
	COLUMNS = 32, /* of the bar */
	MAX_ITEMS = PLAN_MAX_PMAS + PLAN_MAX_GPMAS + PLAN_MAX_IMAGES + LINT_MAX_LOADS,
};

/* What a bar is made of. */
enum {
	FILL_MEMORY = '#',
	FILL_INSIDE = '=', /* lies in memory of others, or in what is free */
	FILL_HOLE = '.',
};

struct item {
	struct plan_range range;
	char fill;
	char *label;
};

struct map {
	struct item items[MAX_ITEMS];
	unsigned int count;
};

static void add(struct map *map, uint64_t addr, uint64_t size, char fill, char *label)
{
	map->items[map->count++] = (struct item){ { addr, size }, fill, label };
}

static int compare(const void *a, const void *b)
{
	const struct plan_range *left = &((const struct item *)a)->range;
	const struct plan_range *right = &((const struct item *)b)->range;

	if (left->tpa != right->tpa)
		return left->tpa < right->tpa ? -1 : 1;
	return left->size > right->size ? -1 : left->size < right->size;
}

static void clear(struct map *map)
{
	for (unsigned int i = 0; i < map->count; i++)
		free(map->items[i].label);
	map->count = 0;
}

/* Where @addr falls on a bar that shows @whole. */
static unsigned int column_of(const struct plan_range *whole, uint64_t addr)
{
	return (unsigned int)((addr - whole->tpa) / ((whole->size + COLUMNS - 1) / COLUMNS));
}

static void draw(const struct plan_range *whole, const struct plan_range *range, char fill,
		 const char *label)
{
	char bar[COLUMNS + 1];
	const uint64_t end = range->tpa + range->size - 1;

	memset(bar, ' ', COLUMNS);
	bar[COLUMNS] = '\0';
	if (range->tpa >= whole->tpa && end < whole->tpa + whole->size)
		for (unsigned int i = column_of(whole, range->tpa); i <= column_of(whole, end); i++)
			bar[i] = fill;
	lint_show_line("  0x%09" PRIx64 " %8s |%s| %s", range->tpa, lint_show_size(range->size),
		       bar, label);
}

/* Everything in @whole, with what is between. */
static void draw_map(struct map *map, const struct plan_range *whole)
{
	uint64_t end = whole->tpa;
	struct plan_range hole;

	for (unsigned int i = 0; i < map->count; i++) {
		const struct plan_range *range = &map->items[i].range;

		if (range->tpa < whole->tpa || range->tpa - whole->tpa >= whole->size)
			continue;
		hole = (struct plan_range){ end, range->tpa - end };
		if (range->tpa > end)
			draw(whole, &hole, FILL_HOLE, "free");
		draw(whole, range, map->items[i].fill, map->items[i].label);
		if (range->tpa + range->size > end)
			end = range->tpa + range->size;
	}
	hole = (struct plan_range){ end, whole->tpa + whole->size - end };
	if (hole.size && end < whole->tpa + whole->size)
		draw(whole, &hole, FILL_HOLE, "free");
}

/* The labels of all partitions in @users. */
static char *names_of(const struct plan *plan, uint32_t users)
{
	char *names = say_format("%s", "");

	for (unsigned int i = 0; i < plan->num_partitions; i++) {
		char *more;

		if (!(users & 1U << i))
			continue;
		more = say_format("%s%s%s", names, *names ? ", " : "", plan->partitions[i].label);
		free(names);
		names = more;
	}
	return names;
}

static void add_areas(struct map *map, const struct lint *lint)
{
	const struct plan *plan = &lint->plan;

	for (unsigned int i = 0; i < plan->num_pmas; i++) {
		const struct plan_pma *pma = &plan->pmas[i];
		const char *name = lint_show_name(lint, pma->node);
		char *users = names_of(plan, pma->users);

		if (pma->tpa == plan->hv_memory.tpa)
			add(map, pma->tpa, pma->size, FILL_MEMORY, say_format("hypervisor"));
		else
			add(map, pma->tpa, pma->size, FILL_MEMORY,
			    say_format("%s: %s", *users ? users : "nobody", name));
		free(users);
	}
}

/* Windows that begin together are one image. */
static void add_windows(struct map *map, const struct plan *plan)
{
	for (unsigned int i = 0; i < plan->num_images; i++) {
		const struct plan_image *image = &plan->images[i];
		uint64_t size = 0;
		uint32_t users = 0;
		bool first = true;
		char *names;

		for (unsigned int other = 0; other < plan->num_images; other++) {
			if (plan->images[other].src_tpa != image->src_tpa)
				continue;
			first = first && other >= i;
			if (plan->images[other].size > size)
				size = plan->images[other].size;
			for (unsigned int p = 0; p < plan->num_partitions; p++)
				if (other - plan->partitions[p].first_image <
				    plan->partitions[p].num_images)
					users |= 1U << p;
		}
		if (!first)
			continue;
		names = names_of(plan, users);
		add(map, image->src_tpa, size, FILL_INSIDE,
		    say_format("%s of %s", image->kind == PLAN_IMAGE_ROOTFS ? "rootfs" : "image",
			       names));
		free(names);
	}
}

static void add_loads(struct map *map, const struct lint_loads *loads)
{
	for (unsigned int i = 0; i < loads->count; i++) {
		const struct lint_load *load = &loads->list[i];
		const char *slash = strrchr(load->path, '/');

		if (load->kind != LINT_LOAD_IMAGE)
			add(map, load->range.tpa, load->range.size, FILL_INSIDE,
			    say_format("%s", slash ? slash + 1 : load->path));
	}
}

static bool is_ram(const struct plan *plan, uint64_t tpa)
{
	for (unsigned int i = 0; i < plan->num_memory; i++)
		if (tpa - plan->memory[i].tpa < plan->memory[i].size)
			return true;
	return false;
}

void lint_show_memory(const struct lint *lint)
{
	static struct map map;
	const struct plan *plan = &lint->plan;

	add_areas(&map, lint);
	add_windows(&map, plan);
	add_loads(&map, &lint->loads);
	qsort(map.items, map.count, sizeof(map.items[0]), compare);
	for (unsigned int i = 0; i < plan->num_memory; i++) {
		const struct plan_range *ram = &plan->memory[i];

		lint_show_line("RAM at 0x%" PRIx64 ", %s; a column is %s", ram->tpa,
			       lint_show_size(ram->size),
			       lint_show_size((ram->size + COLUMNS - 1) / COLUMNS));
		draw_map(&map, ram);
	}
	for (unsigned int i = 0; i < map.count; i++)
		if (!is_ram(plan, map.items[i].range.tpa))
			draw(&(struct plan_range){ 0, 1 }, &map.items[i].range, FILL_INSIDE,
			     map.items[i].label);
	clear(&map);
}

static void add_guest_images(struct map *map, const struct plan *plan,
			     const struct plan_partition *part)
{
	static const char *const names[] = { "image", "guest image", "root file system" };

	for (unsigned int i = 0; i < part->num_images; i++) {
		const struct plan_image *image = &plan->images[part->first_image + i];

		if (image->dst_gpa != PLAN_DST_FROM_HEADERS)
			add(map, image->dst_gpa, image->size, FILL_INSIDE,
			    say_format("%s", names[image->kind]));
	}
}

void lint_show_guest_memory(const struct lint *lint, unsigned int part)
{
	static struct map map;
	const struct plan *plan = &lint->plan;
	const struct plan_partition *partition = &plan->partitions[part];
	struct plan_range whole = { UINT64_MAX, 0 };
	uint64_t end = 0;

	for (unsigned int i = 0; i < partition->num_gpmas + partition->num_dma_gpmas; i++) {
		const struct plan_gpma *gpma = &plan->gpmas[partition->first_gpma + i];
		const struct plan_pma *pma = &plan->pmas[gpma->pma];

		if (gpma->gpa < whole.tpa)
			whole.tpa = gpma->gpa;
		if (gpma->gpa + pma->size > end)
			end = gpma->gpa + pma->size;
		add(&map, gpma->gpa, pma->size, FILL_MEMORY,
		    say_format("%s%s", lint_show_name(lint, pma->node),
			       i >= partition->num_gpmas ? ", DMA only" : ""));
	}
	whole.size = end - whole.tpa;
	add_guest_images(&map, plan, partition);
	add(&map, partition->dtb_gpa, partition->dtb_size, FILL_INSIDE, say_format("device tree"));
	qsort(map.items, map.count, sizeof(map.items[0]), compare);
	draw_map(&map, &whole);
	draw(&whole, &(struct plan_range){ partition->spin_table_gpa, 4096 }, FILL_INSIDE,
	     "spin table");
	clear(&map);
}

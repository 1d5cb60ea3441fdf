/* SPDX-License-Identifier: BSD-2-Clause */
/* guest-image, load-image-table, linux-rootfs: where from, where to, and what is in the way. */
#include "hv/config/parse.h"
#include "protocol/names.h"

#include <inttypes.h>

/* Where an image stands in the configuration, for findings. */
struct mention {
	int node;
	const char *property;
	uint16_t partition;
};

/* Flash is as good a source as RAM. */
static bool is_flash(const struct parse *p, const struct plan_range *window)
{
	int node = -1;

	while ((node = fdt_node_offset_by_compatible(p->hw, node, "cfi-flash")) >= 0) {
		struct plan_range flash;

		if (tree_translate(p->hw, node, &flash) && range_contains(&flash, window))
			return true;
	}
	return false;
}

static void report_source(struct parse *p, const struct mention *at,
			  const struct plan_range *window, const struct plan_range *other,
			  const char *what)
{
	if (other->tpa > window->tpa)
		report_error(p, at->node, at->property,
			     "source 0x%" PRIx64 " + 0x%" PRIx64 " runs into %s at 0x%" PRIx64 "\n"
			     "end the window at 0x%" PRIx64 ": length 0x%" PRIx64,
			     window->tpa, window->size, what, other->tpa, other->tpa,
			     other->tpa - window->tpa);
	else
		report_error(p, at->node, at->property,
			     "source 0x%" PRIx64 " + 0x%" PRIx64 " begins inside %s, 0x%" PRIx64
			     " + 0x%" PRIx64 "\nload the image to 0x%" PRIx64 " or above",
			     window->tpa, window->size, what, other->tpa, other->size,
			     other->tpa + other->size);
}

/* The memory of a guest that would be running while the image is read. */
static bool overlaps_guest(const struct parse *p, const struct plan_range *window,
			   struct plan_range *other)
{
	for (unsigned int i = 0; i < p->plan->num_gpmas; i++) {
		const struct plan_pma *pma = &p->plan->pmas[p->plan->gpmas[i].pma];

		*other = (struct plan_range){ pma->tpa, pma->size };
		if (range_overlaps(window, other))
			return true;
	}
	return false;
}

/* Windows that begin together are one image which several partitions load. */
static bool overlaps_image(const struct parse *p, const struct plan_range *window,
			   struct plan_range *other)
{
	for (unsigned int i = 0; i < p->plan->num_images; i++) {
		const struct plan_image *image = &p->plan->images[i];

		*other = (struct plan_range){ image->src_tpa, image->size };
		if (other->tpa != window->tpa && range_overlaps(window, other))
			return true;
	}
	return false;
}

static bool check_source(struct parse *p, const struct mention *at, const struct plan_image *image)
{
	const struct plan_range window = { image->src_tpa, image->size };
	struct plan_range other;
	const char *what;

	if (!range_is_ram(p->plan, &window) && !is_flash(p, &window))
		report_error(p, at->node, at->property,
			     "source 0x%" PRIx64 " + 0x%" PRIx64 " is neither all RAM nor flash\n"
			     "say where the loader puts the image: source, destination, length",
			     window.tpa, window.size);
	else if ((what = range_reserved(p, &window, true, &other)))
		report_source(p, at, &window, &other, what);
	else if (overlaps_guest(p, &window, &other))
		report_source(p, at, &window, &other, "guest memory");
	else if (overlaps_image(p, &window, &other))
		report_source(p, at, &window, &other, "another image");
	else
		return true;
	return false;
}

static void check_destination(struct parse *p, const struct mention *at,
			      const struct plan_image *image)
{
	const struct plan_partition *part = &p->plan->partitions[at->partition];
	const struct plan_range target = { image->dst_gpa, image->size };

	if (image->dst_gpa == PLAN_DST_FROM_HEADERS) {
		if (image->kind == PLAN_IMAGE_ROOTFS)
			report_error(p, at->node, at->property,
				     "a root file system has no headers to say where it goes\n"
				     "write the destination: source, destination, length");
		return;
	}
	if (p->memory_unsure & 1U << at->partition)
		return;
	if (!range_is_guest_memory(p->plan, at->partition, target.tpa, target.size)) {
		report_error(p, at->node, at->property,
			     "destination 0x%" PRIx64 " + 0x%" PRIx64 " is not all guest memory\n"
			     "put it into a guest-phys-mem-area",
			     target.tpa, target.size);
		return;
	}
	for (unsigned int i = part->first_image; i < p->plan->num_images; i++) {
		const struct plan_image *before = &p->plan->images[i];
		const struct plan_range taken = { before->dst_gpa, before->size };

		if (taken.tpa == PLAN_DST_FROM_HEADERS || !range_overlaps(&target, &taken))
			continue;
		report_overlap(p, at->node, at->property, "destination ", &target, "the image",
			       &taken, NULL);
		return;
	}
}

static void parse_row(struct parse *p, const struct mention *at, enum plan_image_kind kind,
		      const fdt32_t *cell)
{
	struct plan *plan = p->plan;
	struct plan_image image = {
		.kind = kind,
		.src_tpa = tree_cells(cell, p->address_cells),
		.dst_gpa = tree_cells(cell + p->address_cells, p->address_cells),
		.size = tree_cells(cell + 2 * p->address_cells, p->size_cells),
	};

	if (p->address_cells == 1 && image.dst_gpa == UINT32_MAX)
		image.dst_gpa = PLAN_DST_FROM_HEADERS;
	if (image.size == 0) {
		report_error(
			p, at->node, at->property,
			"length 0\nsay how long the image may be: source, destination, length");
		return;
	}
	if (plan->num_images == PLAN_MAX_IMAGES) {
		report_full(p, at->node, "images", PLAN_MAX_IMAGES);
		return;
	}
	/* With a window of which nothing is known, no other image is to be blamed. */
	if (!check_source(p, at, &image))
		return;
	check_destination(p, at, &image);
	plan->images[plan->num_images++] = image;
}

static void parse_images(struct parse *p, uint16_t partition, const char *property,
			 enum plan_image_kind kind)
{
	const struct mention at = { p->plan->partitions[partition].node, property, partition };
	const int row = 2 * p->address_cells + p->size_cells;
	int len;
	const fdt32_t *cell = fdt_getprop(p->cfg, at.node, property, &len);

	if (!cell)
		return;
	if (len == 0 || len % (row * 4)) {
		report_error(p, at.node, property,
			     "has %d bytes, not a multiple of %d\n"
			     "write source, destination, length in the hardware tree's cells: "
			     "%d, %d and %d",
			     len, row * 4, p->address_cells, p->address_cells, p->size_cells);
		return;
	}
	if (kind != PLAN_IMAGE_TABLE && len > row * 4) {
		report_warning(p, at.node, property,
			       "only the first image counts\n"
			       "use load-image-table for what else is to be loaded");
		len = row * 4;
	}
	for (; len > 0; len -= row * 4, cell += row)
		parse_row(p, &at, kind, cell);
}

void images_parse(struct parse *p)
{
	struct plan *plan = p->plan;

	for (uint16_t i = 0; i < plan->num_partitions; i++) {
		struct plan_partition *part = &plan->partitions[i];

		part->first_image = plan->num_images;
		parse_images(p, i, PROP_CFG_LOAD_IMAGE_TABLE, PLAN_IMAGE_TABLE);
		parse_images(p, i, PROP_CFG_GUEST_IMAGE, PLAN_IMAGE_BOOT);
		parse_images(p, i, PROP_CFG_LINUX_ROOTFS, PLAN_IMAGE_ROOTFS);
		part->num_images = (uint16_t)(plan->num_images - part->first_image);
		if (!part->no_auto_start &&
		    !fdt_getprop(p->cfg, part->node, PROP_CFG_GUEST_IMAGE, NULL))
			report_warning(p, part->node, PROP_CFG_GUEST_IMAGE,
				       "is missing: there is nothing to start\n"
				       "name an image, or add no-auto-start");
	}
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Images that are at hand, loaded into nowhere by the hypervisor's own loader. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/hvlint_check.h"
#include "host-tools/say.h"
#include "protocol/names.h"

enum { PAGE = 4096 };

/* An image that is being loaded into nowhere. */
struct dry_run {
	const struct plan *plan;
	unsigned int part;
	const struct lint_load *file;
};

static size_t read_file(void *ctx, uint64_t offset, void *buf, size_t len)
{
	const struct dry_run *run = ctx;
	const uint64_t size = run->file->range.size;
	const size_t here = offset >= size	  ? 0
			    : len < size - offset ? len
						  : (size_t)(size - offset);

	memcpy(buf, run->file->data + offset, here);
	return here;
}

static size_t write_nowhere(void *ctx, uint64_t gpa, const void *buf, size_t len)
{
	const struct dry_run *run = ctx;
	size_t done = 0;

	(void)buf;
	while (done < len) {
		uint64_t here;

		if (plan_gpa_to_tpa(run->plan, run->part, gpa + done, &here) == UINT64_MAX)
			break;
		done += here < len - done ? (size_t)here : len - done;
	}
	return done;
}

static const char *property_of(const struct plan_image *image)
{
	static const char *const properties[] = {
		[PLAN_IMAGE_TABLE] = PROP_CFG_LOAD_IMAGE_TABLE,
		[PLAN_IMAGE_BOOT] = PROP_CFG_GUEST_IMAGE,
		[PLAN_IMAGE_ROOTFS] = PROP_CFG_LINUX_ROOTFS,
	};

	return properties[image->kind];
}

int lint_image_load(const struct lint *lint, unsigned int part, const struct plan_image *image,
		    const struct lint_load *file, struct image_result *result)
{
	static _Alignas(16) uint8_t work[IMAGE_WORK_SIZE];
	struct dry_run run = { &lint->plan, part, file };
	const struct image_io io = {
		.read = read_file,
		.write = write_nowhere,
		.ctx = &run,
		.src_size = file->range.size < image->size ? file->range.size : image->size,
		.work = work,
	};
	const int error = image_load(&io, image->dst_gpa, result);

	if (error == 0 && result->format == IMAGE_RAW)
		result->end_gpa = result->start_gpa + image->size;
	return error;
}

static bool overlap(uint64_t a, uint64_t a_end, uint64_t b, uint64_t b_end)
{
	return a < b_end && b < a_end;
}

/* Where an image really goes: a compressed one takes more than its window. */
struct extent {
	const char *file;
	struct image_result to;
};

static void check_tree_window(struct lint *lint, const struct plan_partition *part,
			      const struct extent *extent)
{
	const struct image_result *to = &extent->to;

	if (overlap(to->start_gpa, to->end_gpa, part->dtb_gpa, part->dtb_gpa + part->dtb_size))
		lint_report(lint, part, PROP_CFG_DTB_WINDOW,
			    "0x%" PRIx64 " + 0x%" PRIx64 " overlaps %s, which goes to 0x%" PRIx64
			    " + 0x%" PRIx64 "\nuse 0x%" PRIx64 " or above",
			    part->dtb_gpa, part->dtb_size, extent->file, to->start_gpa,
			    to->end_gpa - to->start_gpa,
			    (to->end_gpa + PAGE - 1) & ~(uint64_t)(PAGE - 1));
}

static void check_entry(struct lint *lint, const struct plan_partition *part,
			const struct extent *extent)
{
	const uint64_t entry = extent->to.entry_gpa;

	if (entry < part->init_map_paddr || entry - part->init_map_paddr >= part->init_map_size)
		lint_report(lint, part, PROP_CFG_GUEST_IMAGE,
			    "%s is entered at 0x%" PRIx64
			    ", outside of the initial mapping, 0x%" PRIx64 " + 0x%" PRIx64
			    "\nset init-map-paddr or init-map-size",
			    extent->file, entry, part->init_map_paddr, part->init_map_size);
}

/* The image that is loaded over one of the @count before it. */
static void check_others(struct lint *lint, const struct plan_partition *part, const char *property,
			 const struct extent *extents, unsigned int count)
{
	const struct image_result *to = &extents[count].to;

	for (unsigned int i = 0; i < count; i++) {
		const struct image_result *other = &extents[i].to;

		if (overlap(to->start_gpa, to->end_gpa, other->start_gpa, other->end_gpa))
			lint_report(lint, part, property,
				    "%s goes to 0x%" PRIx64 " + 0x%" PRIx64
				    ", over %s at 0x%" PRIx64 " + 0x%" PRIx64 "\nmove one of them",
				    extents[count].file, to->start_gpa, to->end_gpa - to->start_gpa,
				    extents[i].file, other->start_gpa,
				    other->end_gpa - other->start_gpa);
	}
}

static void report_image(struct lint *lint, const struct plan_partition *part,
			 const struct plan_image *image, const struct lint_load *file, int error)
{
	char *text = say_format("%s", image_strerror(error));
	char *colon = strstr(text, ": ");

	if (error == IMAGE_TRUNCATED) {
		lint_report(lint, part, property_of(image),
			    "%s is cut off: its headers name more bytes\ncopy it again",
			    file->path);
	} else {
		if (colon)
			*colon = '\0';
		lint_report(lint, part, property_of(image), "%s: %s%s%s", file->path, text,
			    colon ? "\n" : "", colon ? colon + 2 : "");
	}
	free(text);
}

/* Load it.  False when it is not at hand, or not to be loaded, which has been reported. */
static bool check_image(struct lint *lint, unsigned int index, const struct plan_image *image,
			struct extent *extent)
{
	const struct plan_partition *part = &lint->plan.partitions[index];
	const struct lint_load *file = lint_loads_find(&lint->loads, image->src_tpa);
	int error;

	if (!file)
		return false;
	extent->file = file->path;
	if (file->range.size > image->size) {
		lint_report(lint, part, property_of(image),
			    "%s has 0x%" PRIx64 " bytes, more than the window of 0x%" PRIx64
			    "\nuse length 0x%" PRIx64 " or more",
			    file->path, file->range.size, image->size,
			    (file->range.size + PAGE - 1) & ~(uint64_t)(PAGE - 1));
		return false;
	}
	error = lint_image_load(lint, index, image, file, &extent->to);
	if (error == 0)
		return true;
	report_image(lint, part, image, file, error);
	return false;
}

void lint_check_images(struct lint *lint, unsigned int index)
{
	static struct extent extents[PLAN_MAX_IMAGES];
	const struct plan_partition *part = &lint->plan.partitions[index];
	unsigned int count = 0;

	for (unsigned int i = 0; i < part->num_images; i++) {
		const struct plan_image *image = &lint->plan.images[part->first_image + i];

		if (!check_image(lint, index, image, &extents[count]))
			continue;
		if (image->kind == PLAN_IMAGE_BOOT)
			check_entry(lint, part, &extents[count]);
		check_tree_window(lint, part, &extents[count]);
		check_others(lint, part, property_of(image), extents, count);
		count++;
	}
}

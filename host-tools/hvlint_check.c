/* SPDX-License-Identifier: BSD-2-Clause */
#include "host-tools/hvlint_check.h"

#include <inttypes.h>
#include <libfdt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/say.h"
#include "protocol/names.h"

enum {
	PAGE = 4096,
	TREE_MOST = 16 << 20, /* both source trees fit many times over */
};

static const char *path_of(const struct lint *lint, const struct plan_partition *part)
{
	static char path[512];

	return fdt_get_path(lint->config.fdt, part->node, path, sizeof(path)) == 0 ? path
										   : part->label;
}

/* @text holds problem and remedy, with a newline between them. */
__attribute__((format(printf, 4, 5))) static void report(struct lint *lint,
							 const struct plan_partition *part,
							 const char *property, const char *text,
							 ...)
{
	struct plan_finding finding = { .severity = PLAN_ERROR, .property = property };
	char *problem, *remedy;
	va_list args;

	va_start(args, text);
	if (vasprintf(&problem, text, args) < 0)
		problem = say_format("%s", text);
	va_end(args);
	remedy = strchr(problem, '\n');
	if (remedy)
		*remedy++ = '\0';
	finding.node = path_of(lint, part);
	finding.problem = problem;
	finding.remedy = remedy;
	lint_tree_report(&lint->config, &lint->findings, &finding);
	free(problem);
}

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

/*
 * Where the image goes.  A raw one goes where the plan says, with all of its window.  False when it
 * cannot be loaded, *@error then says why.
 */
static bool load(const struct lint *lint, unsigned int part, const struct plan_image *image,
		 const struct lint_load *file, struct image_result *result, int *error)
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

	*error = image_load(&io, image->dst_gpa, result);
	if (*error == 0 && result->format == IMAGE_RAW)
		result->end_gpa = result->start_gpa + image->size;
	return *error == 0;
}

static bool overlap(uint64_t a, uint64_t a_end, uint64_t b, uint64_t b_end)
{
	return a < b_end && b < a_end;
}

/* An image whose headers say where it goes was not checked before. */
static void check_target(struct lint *lint, const struct plan_partition *part,
			 const struct plan_image *image, const struct lint_load *file,
			 const struct image_result *to)
{
	const uint64_t map_end = part->init_map_paddr + part->init_map_size;

	if (image->dst_gpa == PLAN_DST_FROM_HEADERS &&
	    overlap(to->start_gpa, to->end_gpa, part->dtb_gpa, part->dtb_gpa + part->dtb_size))
		report(lint, part, PROP_CFG_DTB_WINDOW,
		       "0x%" PRIx64 " + 0x%" PRIx64 " overlaps %s, which goes to 0x%" PRIx64
		       " + 0x%" PRIx64 "\nuse 0x%" PRIx64 " or above",
		       part->dtb_gpa, part->dtb_size, file->path, to->start_gpa,
		       to->end_gpa - to->start_gpa,
		       (to->end_gpa + PAGE - 1) & ~(uint64_t)(PAGE - 1));
	if (image->kind == PLAN_IMAGE_BOOT &&
	    (to->entry_gpa < part->init_map_paddr || to->entry_gpa >= map_end))
		report(lint, part, PROP_CFG_GUEST_IMAGE,
		       "%s is entered at 0x%" PRIx64 ", outside of the initial mapping, 0x%" PRIx64
		       " + 0x%" PRIx64 "\nset init-map-paddr or init-map-size",
		       file->path, to->entry_gpa, part->init_map_paddr, part->init_map_size);
}

static void check_image(struct lint *lint, unsigned int index, const struct plan_image *image)
{
	const struct plan_partition *part = &lint->plan.partitions[index];
	const struct lint_load *file = lint_loads_find(&lint->loads, image->src_tpa);
	struct image_result result;
	int error;

	if (!file)
		return;
	if (file->range.size > image->size) {
		report(lint, part, property_of(image),
		       "%s has 0x%" PRIx64 " bytes, more than the window of 0x%" PRIx64
		       "\nuse length 0x%" PRIx64 " or more",
		       file->path, file->range.size, image->size,
		       (file->range.size + PAGE - 1) & ~(uint64_t)(PAGE - 1));
		return;
	}
	if (load(lint, index, image, file, &result, &error)) {
		check_target(lint, part, image, file, &result);
	} else if (error == IMAGE_TRUNCATED) {
		report(lint, part, property_of(image),
		       "%s is cut off: its headers name more bytes\n"
		       "copy it again",
		       file->path);
	} else {
		char *text = say_format("%s", image_strerror(error));
		char *colon = strstr(text, ": ");

		if (colon)
			*colon = '\0';
		report(lint, part, property_of(image), "%s: %s%s%s", file->path, text,
		       colon ? "\n" : "", colon ? colon + 2 : "");
		free(text);
	}
}

static int build(const struct lint *lint, unsigned int part, const struct guest_tree_facts *life,
		 void *buf, size_t size)
{
	const struct plan_partition *partition = &lint->plan.partitions[part];
	struct guest_tree_facts facts = *life;

	for (unsigned int i = 0; i < partition->num_images; i++) {
		const struct plan_image *image = &lint->plan.images[partition->first_image + i];
		const struct lint_load *file = lint_loads_find(&lint->loads, image->src_tpa);
		struct image_result result;
		int error;

		if (image->kind != PLAN_IMAGE_ROOTFS)
			continue;
		facts.initrd_start = image->dst_gpa;
		facts.initrd_end = image->dst_gpa + image->size;
		if (file && load(lint, part, image, file, &result, &error)) {
			facts.initrd_start = result.start_gpa;
			facts.initrd_end = result.end_gpa;
		}
	}
	return guest_tree_build(&lint->plan, part, lint->hw.fdt, lint->config.fdt, &facts, buf,
				size);
}

int lint_build_tree(const struct lint *lint, unsigned int part, void *buf, size_t size)
{
	static const struct guest_tree_facts first = { 0 };

	return build(lint, part, &first, buf, size);
}

/* The longest that the tree gets: in a later life, which has to be told of the one before. */
static void check_tree(struct lint *lint, unsigned int index, void *buf)
{
	static const struct guest_tree_facts later = {
		.stopped_by = "hypervisor",
		.reason_stopped = "watchdog-expiration",
		.sys_reset_status = "power-on-reset",
	};
	const struct plan_partition *part = &lint->plan.partitions[index];
	const uint64_t room = part->dtb_size < IMAGE_WORK_SIZE ? part->dtb_size : IMAGE_WORK_SIZE;
	const int size = build(lint, index, &later, buf, TREE_MOST);

	/* The plan has only estimated it. */
	lint_findings_drop(&lint->findings, path_of(lint, part), PROP_CFG_DTB_WINDOW);
	if (size < 0)
		report(lint, part, NULL,
		       "the guest's tree cannot be made: %s\n"
		       "look at its node-updates",
		       fdt_strerror(size));
	else if ((uint64_t)size > room && room < part->dtb_size)
		report(lint, part, NULL,
		       "the guest's tree takes 0x%x bytes, the hypervisor makes at "
		       "most 0x%x\ngive it fewer devices",
		       (unsigned int)size, IMAGE_WORK_SIZE);
	else if ((uint64_t)size > room)
		report(lint, part, PROP_CFG_DTB_WINDOW,
		       "0x%" PRIx64 " bytes are too few: the guest's tree takes 0x%x\n"
		       "use 0x%x or more",
		       part->dtb_size, (unsigned int)size,
		       ((unsigned int)size + PAGE - 1) & ~(unsigned int)(PAGE - 1));
}

void lint_check_guests(struct lint *lint)
{
	void *buf = malloc(TREE_MOST);

	if (!buf) {
		say_error("out of memory");
		exit(2);
	}
	for (unsigned int i = 0; i < lint->plan.num_partitions; i++) {
		const struct plan_partition *part = &lint->plan.partitions[i];

		for (unsigned int n = 0; n < part->num_images; n++)
			check_image(lint, i, &lint->plan.images[part->first_image + n]);
		check_tree(lint, i, buf);
	}
	free(buf);
}

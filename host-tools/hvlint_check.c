/* SPDX-License-Identifier: BSD-2-Clause */
#include "host-tools/hvlint_check.h"

#include <inttypes.h>
#include <libfdt.h>
#include <stdarg.h>
#include <stdlib.h>

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

void lint_report(struct lint *lint, const struct plan_partition *part, const char *property,
		 const char *text, ...)
{
	struct plan_finding finding = { .severity = PLAN_ERROR, .property = property };
	char *problem;
	va_list args;

	va_start(args, text);
	problem = lint_findings_format(&finding.remedy, text, args);
	va_end(args);
	finding.node = path_of(lint, part);
	finding.problem = problem;
	lint_tree_report(&lint->config, &lint->findings, &finding);
	free(problem);
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

		if (image->kind != PLAN_IMAGE_ROOTFS)
			continue;
		facts.initrd_start = image->dst_gpa;
		facts.initrd_end = image->dst_gpa + image->size;
		if (file && lint_image_load(lint, part, image, file, &result) == 0) {
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
		lint_report(lint, part, NULL,
			    "the guest's tree cannot be made: %s\n"
			    "look at its node-updates",
			    fdt_strerror(size));
	else if ((uint64_t)size > room && room < part->dtb_size)
		lint_report(lint, part, NULL,
			    "the guest's tree takes 0x%x bytes, the hypervisor makes at "
			    "most 0x%x\ngive it fewer devices",
			    (unsigned int)size, IMAGE_WORK_SIZE);
	else if ((uint64_t)size > room)
		lint_report(lint, part, PROP_CFG_DTB_WINDOW,
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
		lint_check_images(lint, i);
		check_tree(lint, i, buf);
	}
	free(buf);
}

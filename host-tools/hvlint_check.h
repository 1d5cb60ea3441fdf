/* SPDX-License-Identifier: BSD-2-Clause */
/* Checks of a valid plan that only a PC has the room and the files for. */
#ifndef HOST_TOOLS_HVLINT_CHECK_H
#define HOST_TOOLS_HVLINT_CHECK_H

#include "host-tools/hvlint_load.h"
#include "hv/partition/guest_tree.h"

/* All that there is to check. */
struct lint {
	struct lint_tree config, hw;
	struct lint_loads loads;
	struct lint_findings findings;
	struct plan_input input;
	struct plan plan;
};

/* Run each image that is at hand through the hypervisor's own loader, and build each guest's tree.
 */
void lint_check_guests(struct lint *lint);

/* An error of @part.  @text holds problem and remedy, with a newline between them. */
void lint_report(struct lint *lint, const struct plan_partition *part, const char *property,
		 const char *text, ...) __attribute__((format(printf, 4, 5)));

/* The images of partition @part that are at hand: what is in them, and where they go. */
void lint_check_images(struct lint *lint, unsigned int part);

/*
 * Where @image of partition @part goes when @file is loaded for it; a raw one with all of its
 * window.  Returns 0 or an enum image_error.
 */
int lint_image_load(const struct lint *lint, unsigned int part, const struct plan_image *image,
		    const struct lint_load *file, struct image_result *result);

/*
 * Build the tree of partition @part as for its first start, at most @size bytes, into @buf.
 * Returns its size or a negative libfdt error, as guest_tree_build().
 */
int lint_build_tree(const struct lint *lint, unsigned int part, void *buf, size_t size);

#endif

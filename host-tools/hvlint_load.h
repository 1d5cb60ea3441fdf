/* SPDX-License-Identifier: BSD-2-Clause */
/* What the boot loader is said to load: where, and whether that can work. */
#ifndef HOST_TOOLS_HVLINT_LOAD_H
#define HOST_TOOLS_HVLINT_LOAD_H

#include "host-tools/hvlint_options.h"
#include "host-tools/hvlint_tree.h"
#include "hv/partition/image.h"

enum lint_load_kind {
	LINT_LOAD_IMAGE, /* what partitions load from there */
	LINT_LOAD_HW,
	LINT_LOAD_CONFIG,
	LINT_LOAD_HYPERVISOR, /* its uImage */
};

struct lint_load {
	enum lint_load_kind kind;
	const char *path;
	struct plan_range range;
	const uint8_t *data; /* range.size bytes */
};

struct lint_loads {
	struct lint_load list[LINT_MAX_LOADS];
	unsigned int count;
};

/*
 * Look at the files that @options name and tell them apart by what they hold.  Returns 0, or -1
 * after saying which cannot be read.
 */
int lint_loads_open(struct lint_loads *loads, const struct lint_options *options);

void lint_loads_close(struct lint_loads *loads);

/* Say in @input where trees and hypervisor are. */
void lint_loads_fill(const struct lint_loads *loads, struct plan_input *input);

/* Files over each other, beside RAM, and where the hypervisor cannot use them. */
void lint_loads_check(const struct lint_loads *loads, const struct plan *plan,
		      struct lint_findings *findings);

/* The image that begins at @tpa, or NULL. */
const struct lint_load *lint_loads_find(const struct lint_loads *loads, uint64_t tpa);

#endif

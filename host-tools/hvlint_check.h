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

/*
 * Build the tree of partition @part as for its first start, at most @size bytes, into @buf.
 * Returns its size or a negative libfdt error, as guest_tree_build().
 */
int lint_build_tree(const struct lint *lint, unsigned int part, void *buf, size_t size);

#endif

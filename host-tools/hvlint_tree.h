/* SPDX-License-Identifier: BSD-2-Clause */
/* A device tree that was given to hvlint, as a blob or as source; dtc compiles the latter. */
#ifndef HOST_TOOLS_HVLINT_TREE_H
#define HOST_TOOLS_HVLINT_TREE_H

#include "host-tools/hvlint_findings.h"
#include "host-tools/hvlint_source.h"

struct lint_tree {
	const char *path; /* as given; "-": standard input */
	void *fdt;	  /* checked: fdt_check_full() has passed */
	size_t size;
	struct lint_source source; /* empty for a blob */
};

enum lint_result {
	LINT_OK,
	LINT_FAULTY, /* the source has faults, which are among the findings */
	LINT_FAILED, /* nothing to check; said on standard error */
};

/* Read the tree at @path, which is kept by reference; @what it is, for messages. */
enum lint_result lint_tree_open(struct lint_tree *tree, const char *path, const char *what,
				struct lint_findings *findings);

void lint_tree_close(struct lint_tree *tree);

/* Report what is wrong with @node, a path in @tree, at the place where that stands in the source.
 */
void lint_tree_report(const struct lint_tree *tree, struct lint_findings *findings,
		      const struct plan_finding *finding);

/* Print a flat tree on standard output as source.  Returns 0, or -1 after saying why not. */
int lint_tree_print(const void *fdt);

#endif

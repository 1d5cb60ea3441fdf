/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where in its sources each node and property of a tree stands: read from what
 * "dtc -T -T -O dts" writes behind each of them, slash-star file:line:column-line:column.
 */
#ifndef HOST_TOOLS_HVLINT_SOURCE_H
#define HOST_TOOLS_HVLINT_SOURCE_H

#include <stddef.h>
#include <stdio.h>

struct lint_place {
	char *what; /* "/node/path", or "/node/path property" */
	char *file;
	int line;
};

struct lint_source {
	struct lint_place *places; /* sorted */
	size_t count;
};

/* Read dtc's annotated output. */
void lint_source_read(struct lint_source *source, FILE *annotated);

/*
 * Where @property (NULL: none) of @node stands; else the node; else the nearest node above it.
 * NULL when nothing is known.
 */
const struct lint_place *lint_source_find(const struct lint_source *source, const char *node,
					  const char *property);

void lint_source_free(struct lint_source *source);

#endif

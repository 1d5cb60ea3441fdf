/* SPDX-License-Identifier: BSD-2-Clause */
/* What hvlint has found: kept until the end, then printed in the order of the source. */
#ifndef HOST_TOOLS_HVLINT_FINDINGS_H
#define HOST_TOOLS_HVLINT_FINDINGS_H

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include "hv/config/plan.h"

struct lint_finding {
	enum plan_severity severity;
	const char *file;     /* as the user or an include names it */
	int line;	      /* 0: not known, as in a blob */
	const char *node;     /* path, or NULL: the file as a whole */
	const char *property; /* or NULL */
	const char *problem;
	const char *remedy; /* or NULL */
};

struct lint_findings {
	struct lint_finding *list;
	size_t count;
	unsigned int errors, warnings;
};

/* Add a copy of @finding.  What is printed is printable, whatever the strings hold. */
void lint_findings_add(struct lint_findings *findings, const struct lint_finding *finding);

/*
 * Format two sentences, what is wrong and what would be right, with a newline between them.
 * Returns the first, to be freed, and the second in *@remedy, in the same memory; NULL when there
 * is none.
 */
char *lint_findings_format(const char **remedy, const char *text, va_list args)
	__attribute__((format(printf, 2, 0)));

/* Forget warnings on this property: something better is known. */
void lint_findings_drop(struct lint_findings *findings, const char *node, const char *property);

/* One line each: "FILE:LINE: error: NODE PROPERTY: PROBLEM; REMEDY". */
void lint_findings_print(struct lint_findings *findings, FILE *out);

/* All in one JSON document.  Returns 0, or -1 when there is no memory. */
int lint_findings_print_json(struct lint_findings *findings, const char *config, const char *hw);

void lint_findings_free(struct lint_findings *findings);

#endif

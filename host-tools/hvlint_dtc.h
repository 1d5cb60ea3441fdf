/* SPDX-License-Identifier: BSD-2-Clause */
/* dtc as a child, between files in memory. */
#ifndef HOST_TOOLS_HVLINT_DTC_H
#define HOST_TOOLS_HVLINT_DTC_H

#include <stdio.h>

#include "host-tools/hvlint_findings.h"

/* A run of dtc: what it read and wrote. */
struct lint_dtc {
	FILE *out, *messages;
};

/* A file in memory, empty. */
FILE *lint_dtc_memory(const char *name);

enum {
	LINT_DTC_ANNOTATE = 1, /* say of each node and property where it stands */
};

/*
 * Run "dtc -q -I @from -O @to" on the file at @path, or on @in when @path is "-".  Returns its exit
 * status, 0 for success; its output and what it said are in @run in any case, to be read from the
 * beginning.  -1 when it cannot be started, which has been said.
 */
int lint_dtc_run(struct lint_dtc *run, const char *from, const char *to, int flags,
		 const char *path, int in);

/* Make findings of what it said about a source.  Returns how many of its lines name a place. */
unsigned int lint_dtc_report(const struct lint_dtc *run, struct lint_findings *findings);

/* Say on standard error what it said. */
void lint_dtc_say(const struct lint_dtc *run);

void lint_dtc_close(struct lint_dtc *run);

#endif

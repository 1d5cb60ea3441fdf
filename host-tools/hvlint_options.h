/* SPDX-License-Identifier: BSD-2-Clause */
/* hvlint's command line. */
#ifndef HOST_TOOLS_HVLINT_OPTIONS_H
#define HOST_TOOLS_HVLINT_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

enum {
	LINT_MAX_LOADS = 64,
	LINT_FIRST_PORT = 18900, /* mux_server's usual one */
};

/* What the loader does before it starts the hypervisor: put a file somewhere. */
struct lint_load_option {
	uint64_t addr;
	const char *path;
};

struct lint_options {
	const char *config; /* source or blob; so hw */
	const char *hw;
	struct lint_load_option loads[LINT_MAX_LOADS];
	unsigned int num_loads;
	bool has_boot_cpu;
	uint32_t boot_cpu;
	uint16_t port;
	bool json, show, strict;
	const char *guest_tree; /* label of a partition, or NULL */
};

/*
 * Read the command line.  Returns -1 to go on, otherwise the exit status: after --help and the like
 * (0), and after an error, which has been reported (2).  Keeps pointers into @argv.
 */
int lint_options_parse(struct lint_options *options, int argc, char **argv);

#endif

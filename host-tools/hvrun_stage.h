/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the machine is to load, put together in a private directory under the names by which U-Boot
 * fetches it. The addresses are those of Topaz's board walk-through.
 */
#ifndef HOST_TOOLS_HVRUN_STAGE_H
#define HOST_TOOLS_HVRUN_STAGE_H

#include <stddef.h>
#include <stdint.h>

#include "host-tools/hvrun_options.h"

enum stage_part {
	STAGE_GUEST,
	STAGE_ROOTFS,
	STAGE_HYPERVISOR,
	STAGE_HW_TREE,
	STAGE_CONFIG_TREE,
	STAGE_PARTS,
};

struct stage_file {
	const char *name; /* in the directory */
	const char *what; /* for messages */
	uint32_t addr;
	uint32_t room; /* bytes up to what lies behind it */
	size_t size;
	char *path;
};

struct stage {
	char *build;   /* build/, found from where this program stands */
	char *dir;     /* private; NULL when there is none */
	char *log_dir; /* absolute */
	int log_lock;  /* held on the log directory while we run */
	char *hv_elf;  /* for a start without U-Boot */
	char *config;  /* what the configuration tree was made from */
	struct stage_file files[STAGE_PARTS];
};

/*
 * Make the private directory and the log directory and fill the former.  Returns 0, or -1 after
 * reporting what is missing or wrong.
 */
int stage_open(struct stage *stage, const struct hvrun_options *options);

/* Remove the private directory.  Harmless after a failed stage_open(). */
void stage_close(struct stage *stage);

/* A path below the log directory.  The caller frees it. */
char *stage_log(const struct stage *stage, const char *name);

#endif

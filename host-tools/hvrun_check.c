// SPDX-License-Identifier: BSD-2-Clause
#include "host-tools/hvrun_check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "host-tools/child.h"
#include "host-tools/say.h"

enum { HVLINT_ERRORS = 1 };

/* Under the name by which the user knows the file. */
static void add_load(struct child_args *args, const struct stage_file *file)
{
	char *path = realpath(file->path, NULL);

	child_arg(args, "--load");
	child_arg(args, "0x%x=%s", file->addr, path ? path : file->path);
	free(path);
}

int check_stage(const struct stage *stage, const struct hvrun_options *options)
{
	struct child_args args = { 0 };
	struct child child;
	char *log = stage_log(stage, "tools.log");
	int rc;

	child_arg(&args, "%s/bin/hvlint", stage->build);
	child_arg(&args, "--hw");
	child_arg(&args, "%s", stage->files[STAGE_HW_TREE].path);
	/* Without U-Boot, QEMU loads the hypervisor and its tree, where it likes. */
	for (int part = 0; part < STAGE_PARTS; part++)
		if (!options->kernel_boot || (part != STAGE_HYPERVISOR && part != STAGE_HW_TREE))
			add_load(&args, &stage->files[part]);
	child_arg(&args, "--");
	child_arg(&args, "%s", stage->config);
	fflush(stdout);
	rc = child_start(&child, "hvlint", &args, -1, STDOUT_FILENO, log);
	if (rc == 0)
		rc = child_wait(&child);
	if (rc < 0) {
		say_error("%s cannot be started: %s", args.argv[0], strerror(-rc));
	} else if (rc == HVLINT_ERRORS) {
		say_error("with these errors nothing would start");
	} else if (rc > 0) {
		say_error("the configuration cannot be checked:");
		say_tail(log, 10);
	}
	child_args_clear(&args);
	free(log);
	return rc == 0 ? 0 : -1;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "host-tools/hvlint_tree.h"

#include <errno.h>
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host-tools/hvlint_dtc.h"
#include "host-tools/say.h"

enum { FIRST_PIECE = 1 << 16 };

/* All of @file, up to what the hypervisor takes of a tree and a byte more.  NULL: error in errno.
 */
static void *read_all(FILE *file, size_t *size)
{
	size_t room = FIRST_PIECE;
	char *data = malloc(room), *more;

	*size = 0;
	while (data) {
		*size += fread(data + *size, 1, room - *size, file);
		if (*size < room || room > PLAN_MAX_TREE)
			break;
		room = room * 2 < PLAN_MAX_TREE ? room * 2 : PLAN_MAX_TREE + 1;
		more = realloc(data, room);
		if (!more)
			free(data);
		data = more;
	}
	if (data && ferror(file)) {
		free(data);
		data = NULL;
	}
	return data;
}

/* Is it a tree that the hypervisor would take? */
static int check_blob(const struct lint_tree *tree, const char *what)
{
	int error = tree->size < sizeof(struct fdt_header) ? -FDT_ERR_TRUNCATED
							   : fdt_check_header(tree->fdt);

	if (tree->size > PLAN_MAX_TREE) {
		say_error("%s (the %s) has more than %d bytes: the hypervisor takes no larger tree",
			  tree->path, what, PLAN_MAX_TREE);
		return -1;
	}
	if (error == 0 && fdt_totalsize(tree->fdt) > tree->size) {
		say_error("%s (the %s) is cut off: its header says %u bytes, the file has %zu",
			  tree->path, what, fdt_totalsize(tree->fdt), tree->size);
		return -1;
	}
	if (error == 0 && fdt_version(tree->fdt) < 16) /* nodes could be without a name */
		error = -FDT_ERR_BADVERSION;
	if (error == 0)
		error = fdt_check_full(tree->fdt, tree->size);
	if (error == 0)
		return 0;
	say_error("%s (the %s) is damaged, or no device tree: %s", tree->path, what,
		  fdt_strerror(error));
	return -1;
}

static enum lint_result read_blob(struct lint_tree *tree, const char *what, FILE *file)
{
	tree->fdt = read_all(file, &tree->size);
	if (!tree->fdt) {
		say_error("%s (the %s): %s", tree->path, what, strerror(errno));
		return LINT_FAILED;
	}
	return check_blob(tree, what) == 0 ? LINT_OK : LINT_FAILED;
}

/* The annotated tree is source again: what is checked is what the places are of. */
static enum lint_result compile_annotated(struct lint_tree *tree, const char *what, FILE *annotated)
{
	struct lint_dtc run;
	enum lint_result result = LINT_FAILED;
	int rc;

	rewind(annotated);
	fflush(annotated);
	rc = lint_dtc_run(&run, "dts", "dtb", 0, "-", fileno(annotated));
	if (rc == 0) {
		result = read_blob(tree, what, run.out);
	} else if (rc > 0) {
		say_error("%s (the %s): dtc cannot read what it wrote itself:", tree->path, what);
		lint_dtc_say(&run);
	}
	lint_dtc_close(&run);
	return result;
}

static enum lint_result compile(struct lint_tree *tree, const char *what,
				struct lint_findings *findings)
{
	struct lint_dtc run;
	enum lint_result result = LINT_FAILED;
	const int rc =
		lint_dtc_run(&run, "dts", "dts", LINT_DTC_ANNOTATE, tree->path, STDIN_FILENO);

	if (rc == 0) {
		lint_source_read(&tree->source, run.out);
		result = compile_annotated(tree, what, run.out);
	} else if (rc > 0 && lint_dtc_report(&run, findings) > 0) {
		result = LINT_FAULTY;
	} else if (rc > 0) {
		say_error("%s (the %s): dtc cannot compile it:", tree->path, what);
		lint_dtc_say(&run);
	}
	lint_dtc_close(&run);
	return result;
}

enum lint_result lint_tree_open(struct lint_tree *tree, const char *path, const char *what,
				struct lint_findings *findings)
{
	unsigned char magic[4] = { 0 };
	enum lint_result result;
	struct stat st;
	FILE *file;

	*tree = (struct lint_tree){ .path = path };
	if (strcmp(path, "-") == 0)
		return compile(tree, what, findings);
	file = fopen(path, "re");
	if (!file || fstat(fileno(file), &st) != 0 || S_ISDIR(st.st_mode)) {
		say_error("%s (the %s): %s", path, what, strerror(file ? EISDIR : errno));
		result = LINT_FAILED;
	} else if (!S_ISREG(st.st_mode)) { /* a pipe: what is read of it is gone */
		result = compile(tree, what, findings);
	} else if (fread(magic, 1, sizeof(magic), file) == sizeof(magic) &&
		   memcmp(magic, "\xd0\x0d\xfe\xed", sizeof(magic)) == 0) {
		rewind(file);
		result = read_blob(tree, what, file);
	} else {
		result = compile(tree, what, findings);
	}
	if (file)
		fclose(file);
	return result;
}

void lint_tree_close(struct lint_tree *tree)
{
	free(tree->fdt);
	lint_source_free(&tree->source);
	*tree = (struct lint_tree){ 0 };
}

void lint_tree_report(const struct lint_tree *tree, struct lint_findings *findings,
		      const struct plan_finding *finding)
{
	const struct lint_place *place =
		lint_source_find(&tree->source, finding->node, finding->property);
	const struct lint_finding kept = {
		.severity = finding->severity,
		.file = place ? place->file : tree->path,
		.line = place ? place->line : 0,
		.node = finding->node,
		.property = finding->property,
		.problem = finding->problem,
		.remedy = finding->remedy,
	};

	lint_findings_add(findings, &kept);
}

int lint_tree_print(const void *fdt)
{
	FILE *in = lint_dtc_memory("tree");
	struct lint_dtc run;
	int rc = -1, c;

	if (fwrite(fdt, fdt_totalsize(fdt), 1, in) != 1 || fflush(in) != 0) {
		say_error("no place for the tree: %s", strerror(errno));
	} else {
		rewind(in);
		rc = lint_dtc_run(&run, "dtb", "dts", 0, "-", fileno(in));
		while (rc == 0 && (c = fgetc(run.out)) != EOF)
			putchar(c);
		if (rc > 0) {
			say_error("dtc does not take the guest's tree:");
			lint_dtc_say(&run);
		}
		lint_dtc_close(&run);
	}
	fclose(in);
	return rc == 0 ? 0 : -1;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Trees for tests of the plan: the demo machine's, edited; and a collector of findings. */
#ifndef TESTS_UNIT_PLAN_TREES_H
#define TESTS_UNIT_PLAN_TREES_H

#include "hv/config/plan.h"

enum { TREE_SPACE = 128 * 1024, MAX_CELLS = 8, MAX_EDITS = 12 };

/* Paths begin with "hw:" when the hardware tree is meant. */
struct tree_edit {
	enum {
		EDIT_NONE,
		EDIT_CELLS,  /* property = cells */
		EDIT_STRING, /* property = string; "" makes it empty */
		EDIT_REF,    /* property = phandle of the node at path @text */
		EDIT_DELETE_PROP,
		EDIT_ADD_NODE,
		EDIT_DELETE_NODE,
		EDIT_HV_IMAGE, /* cells: where the hypervisor was loaded, how much */
		EDIT_RESERVE,  /* cells: add to the hardware tree's memreserve */
	} kind;
	const char *path;
	const char *property;
	const char *text;
	unsigned int num_cells;
	uint32_t cells[MAX_CELLS];
};

/* clang-format off */
#define NUM_CELLS(...) (sizeof((uint32_t[]){ __VA_ARGS__ }) / 4)
#define CELLS(path, property, ...) \
	{ EDIT_CELLS, path, property, NULL, NUM_CELLS(__VA_ARGS__), { __VA_ARGS__ } }
#define STRING(path, property, text) { EDIT_STRING, path, property, text, 0, { 0 } }
#define REF(path, property, target) { EDIT_REF, path, property, target, 0, { 0 } }
#define DELETE_PROP(path, property) { EDIT_DELETE_PROP, path, property, NULL, 0, { 0 } }
#define ADD_NODE(path) { EDIT_ADD_NODE, path, NULL, NULL, 0, { 0 } }
#define DELETE_NODE(path) { EDIT_DELETE_NODE, path, NULL, NULL, 0, { 0 } }
#define HV_IMAGE(tpa, size) { EDIT_HV_IMAGE, "", NULL, NULL, 2, { tpa, size } }
#define RESERVE(tpa, size) { EDIT_RESERVE, "hw:/", NULL, NULL, 2, { tpa, size } }
#define NO_EDIT { EDIT_NONE, NULL, NULL, NULL, 0, { 0 } }
/* clang-format on */

/* What plan_parse() said. */
struct collected {
	unsigned int errors, warnings;
	enum plan_severity severity; /* and the rest: of the first finding */
	char node[200], property[64], problem[300], remedy[300];
	char all[TREE_SPACE]; /* every finding, a line each, as far as there is room */
};

struct plan_trees {
	struct plan plan;
	struct plan_input in; /* as the walk-through's loader leaves the machine */
	struct collected said;
	unsigned int returned; /* by plan_parse() */
	_Alignas(8) char cfg[TREE_SPACE];
	_Alignas(8) char hw[TREE_SPACE];
};

/* Read a tree into @space, which has TREE_SPACE bytes. */
void plan_trees_read(const char *path, char *space);
/* The demo machine, in memory of its own: to be freed with free(). */
struct plan_trees *plan_trees_load(void);
void plan_trees_edit(struct plan_trees *trees, const struct tree_edit *edit);
/* Run plan_parse() on what is there. */
void plan_trees_parse(struct plan_trees *trees);

/* A fault and the one finding that it makes. */
struct plan_case {
	const char *name;
	struct tree_edit edits[MAX_EDITS];
	enum plan_severity severity;
	const char *node;     /* where the finding is, entirely */
	const char *property; /* the same, or NULL for the node as a whole */
	const char *problem;  /* a part of it */
	const char *remedy;
};

/* Run each case as a test named for it.  Returns the number that failed. */
int plan_cases_run(const struct plan_case *cases, size_t count);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/plan_trees.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

void plan_trees_read(const char *path, char *space)
{
	static char file[TREE_SPACE];
	FILE *f = fopen(path, "rb");

	if (!f)
		fail_msg("%s is missing: run from the project's root, through make", path);
	assert_true(fread(file, 1, sizeof(file), f) < sizeof(file));
	fclose(f);
	assert_int_equal(fdt_open_into(file, space, TREE_SPACE), 0);
}

struct plan_trees *plan_trees_load(void)
{
	struct plan_trees *trees = calloc(1, sizeof(*trees));

	assert_non_null(trees);
	plan_trees_read("build/unit/demo.dtb", trees->cfg);
	plan_trees_read("build/unit/ppce500.dtb", trees->hw);
	trees->in = (struct plan_input){
		.cfg_fdt = trees->cfg,
		.hw_fdt = trees->hw,
		.boot_hwid = 0,
		.hv_image = { 0x0, 0x40000 },
		.hw_tree = { 0x2ffe0000, 0x8000 },
		.cfg_tree = { 0x78900000, 0x2000 },
		.reserved = { { { 0x78700000, 0x20000 }, "the hypervisor's uImage" } },
	};
	return trees;
}

static int must_find(const void *fdt, const char *path)
{
	const int node = fdt_path_offset(fdt, path);

	if (node < 0)
		fail_msg("%s: %s", path, fdt_strerror(node));
	return node;
}

static uint32_t phandle_of(void *fdt, const char *path)
{
	uint32_t phandle = fdt_get_phandle(fdt, must_find(fdt, path));

	if (phandle == 0) {
		assert_int_equal(fdt_generate_phandle(fdt, &phandle), 0);
		assert_int_equal(fdt_setprop_u32(fdt, must_find(fdt, path), "phandle", phandle), 0);
	}
	return phandle;
}

static int add_node(void *fdt, const char *path)
{
	char parent[200];

	snprintf(parent, sizeof(parent), "%s", path);
	*strrchr(parent, '/') = '\0';
	return fdt_add_subnode(fdt, must_find(fdt, *parent ? parent : "/"), strrchr(path, '/') + 1);
}

void plan_trees_edit(struct plan_trees *trees, const struct tree_edit *edit)
{
	const bool in_hw = strncmp(edit->path, "hw:", 3) == 0;
	const char *path = edit->path + (in_hw ? 3 : 0);
	void *fdt = in_hw ? trees->hw : trees->cfg;
	uint32_t cells[MAX_CELLS];
	int result = 0;

	for (unsigned int i = 0; i < edit->num_cells; i++)
		cells[i] = cpu_to_fdt32(edit->cells[i]);
	switch (edit->kind) {
	case EDIT_NONE:
		return;
	case EDIT_CELLS:
		result = fdt_setprop(fdt, must_find(fdt, path), edit->property, cells,
				     (int)(4 * edit->num_cells));
		break;
	case EDIT_STRING:
		result = fdt_setprop(fdt, must_find(fdt, path), edit->property, edit->text,
				     *edit->text ? (int)strlen(edit->text) + 1 : 0);
		break;
	case EDIT_REF: {
		const uint32_t phandle = phandle_of(fdt, edit->text);

		result = fdt_setprop_u32(fdt, must_find(fdt, path), edit->property, phandle);
		break;
	}
	case EDIT_DELETE_PROP:
		result = fdt_delprop(fdt, must_find(fdt, path), edit->property);
		break;
	case EDIT_ADD_NODE:
		result = add_node(fdt, path);
		break;
	case EDIT_DELETE_NODE:
		result = fdt_del_node(fdt, must_find(fdt, path));
		break;
	case EDIT_HV_IMAGE:
		trees->in.hv_image = (struct plan_range){ edit->cells[0], edit->cells[1] };
		break;
	case EDIT_RESERVE:
		result = fdt_add_mem_rsv(fdt, edit->cells[0], edit->cells[1]);
		break;
	}
	if (result < 0)
		fail_msg("edit of %s %s: %s", edit->path, edit->property, fdt_strerror(result));
}

static void collect(void *ctx, const struct plan_finding *finding)
{
	struct collected *said = ctx;
	const size_t used = strlen(said->all);

	if (said->errors + said->warnings == 0) {
		said->severity = finding->severity;
		snprintf(said->node, sizeof(said->node), "%s", finding->node);
		snprintf(said->property, sizeof(said->property), "%s",
			 finding->property ? finding->property : "");
		snprintf(said->problem, sizeof(said->problem), "%s", finding->problem);
		snprintf(said->remedy, sizeof(said->remedy), "%s", finding->remedy);
	}
	if (finding->severity == PLAN_ERROR)
		said->errors++;
	else
		said->warnings++;
	snprintf(said->all + used, sizeof(said->all) - used, "%s: %s %s: %s. %s.\n",
		 finding->severity == PLAN_ERROR ? "error" : "warning", finding->node,
		 finding->property ? finding->property : "", finding->problem, finding->remedy);
}

void plan_trees_parse(struct plan_trees *trees)
{
	const struct plan_report report = { .finding = collect, .ctx = &trees->said };

	memset(&trees->said, 0, sizeof(trees->said));
	trees->returned = plan_parse(&trees->plan, &trees->in, &report);
}

static void run_case(void **state)
{
	const struct plan_case *c = *state;
	struct plan_trees *trees = plan_trees_load();
	const struct collected *said = &trees->said;

	for (int i = 0; i < MAX_EDITS && c->edits[i].kind != EDIT_NONE; i++)
		plan_trees_edit(trees, &c->edits[i]);
	plan_trees_parse(trees);
	if (said->errors + said->warnings != 1 || said->severity != c->severity ||
	    strcmp(said->node, c->node) != 0 ||
	    strcmp(said->property, c->property ? c->property : "") != 0 ||
	    !strstr(said->problem, c->problem) || !strstr(said->remedy, c->remedy))
		fail_msg("wanted one %s, %s %s: ...%s... ...%s...; got\n%s",
			 c->severity == PLAN_ERROR ? "error" : "warning", c->node,
			 c->property ? c->property : "", c->problem, c->remedy, said->all);
	assert_int_equal(trees->returned, said->errors);
	free(trees);
}

int plan_cases_run(const struct plan_case *cases, size_t count)
{
	struct CMUnitTest *tests = calloc(count, sizeof(*tests));

	assert_non_null(tests);
	for (size_t i = 0; i < count; i++) {
		tests[i] = (struct CMUnitTest){
			.name = cases[i].name,
			.test_func = run_case,
			.initial_state = (void *)(uintptr_t)&cases[i],
		};
	}
	const int failed = _cmocka_run_group_tests("plan", tests, count, NULL, NULL);
	free(tests);
	return failed;
}

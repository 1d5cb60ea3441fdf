/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Any tree as the configuration (first byte even) or the hardware (odd) of the demo machine, or
 * (bit 1) of one whose partitions have devices and everything else that a guest can have.  What
 * libfdt's own check lets through is parsed to a plan, and a plan that is accepted is good for the
 * trees of its guests.
 */
#include <libfdt.h>
#include <stdio.h>
#include <string.h>

#include "hv/partition/guest_tree.h"
#include "tests/fuzz/fuzz.h"

enum { TREE_MAX = 64 * 1024 };

static void *demo[2][2]; /* configuration, hardware: plain, with devices */

static void *load(const char *path)
{
	FILE *file = fopen(path, "rb");
	void *tree = malloc(TREE_MAX);

	if (!file || fread(tree, 1, TREE_MAX, file) == 0) {
		fprintf(stderr, "%s is missing: run from the project's root, through make\n", path);
		exit(1);
	}
	fclose(file);
	return tree;
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	demo[0][0] = load("build/unit/demo.dtb");
	demo[0][1] = load("build/unit/ppce500.dtb");
	demo[1][0] = load("build/fuzz/plan_devices.dtb");
	demo[1][1] = load("build/fuzz/plan_hardware.dtb");
	return 0;
}

static void on_finding(void *ctx, const struct plan_finding *finding)
{
	unsigned *errors = ctx;

	FUZZ_CHECK(finding->node && finding->problem && finding->remedy);
	FUZZ_CHECK(strlen(finding->problem) > 0);
	*errors += finding->severity == PLAN_ERROR;
}

static void build_guests(const struct plan *plan, const struct plan_input *in)
{
	const struct guest_tree_facts facts = { .initrd_start = 0x2000000,
						.initrd_end = 0x2010000 };
	static uint8_t tree[TREE_MAX];

	for (unsigned i = 0; i < plan->num_partitions; i++) {
		int size = guest_tree_build(plan, i, in->hw_fdt, in->cfg_fdt, &facts, tree,
					    sizeof(tree));
		uint64_t here;

		FUZZ_CHECK(size < 0 || fdt_check_full(tree, (size_t)size) == 0);
		FUZZ_CHECK(plan_gpa_to_tpa(plan, i, plan->partitions[i].dtb_gpa, &here) !=
			   UINT64_MAX);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct plan plan;
	unsigned errors = 0;
	const struct plan_report report = { .finding = on_finding, .ctx = &errors };
	void *const *machine = demo[size && data[0] & 2 ? 1 : 0];
	struct plan_input in = {
		.cfg_fdt = machine[0],
		.hw_fdt = machine[1],
		.hv_image = { 0x0, 0x40000 },
		.hw_tree = { 0x2ffe0000, 0x8000 },
		.cfg_tree = { 0x78900000, 0x2000 },
		.reserved = { { { 0x78700000, 0x20000 }, "the hypervisor's uImage" } },
	};
	uint8_t *tree;

	if (size < 1 + sizeof(struct fdt_header) || size > TREE_MAX)
		return 0;
	tree = malloc(size - 1);
	memcpy(tree, data + 1, size - 1);
	fdt_set_totalsize(tree, (uint32_t)size - 1);
	*(data[0] & 1 ? &in.hw_fdt : &in.cfg_fdt) = tree;
	if (fdt_version(tree) >= 16 && fdt_check_full(tree, size - 1) == 0) {
		FUZZ_CHECK(plan_parse(&plan, &in, &report) == errors);
		if (errors == 0)
			build_guests(&plan, &in);
	}
	free(tree);
	return 0;
}

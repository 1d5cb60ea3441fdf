/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * hvlint: check a configuration tree on a PC, by the code with which the hypervisor reads it
 * (hv/config, hv/partition), and show what machine would result.
 */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/hvlint_check.h"
#include "host-tools/hvlint_options.h"
#include "host-tools/hvlint_show.h"
#include "host-tools/say.h"

enum { CLEAN = 0, FAULTY = 1, FAILED = 2 };

/* The plan says by a prefix which of the trees a node stands in. */
static void take_finding(void *ctx, const struct plan_finding *finding)
{
	static const char prefix[] = "hardware:";
	struct lint *lint = ctx;
	struct plan_finding copy = *finding;
	const bool in_hw = strncmp(finding->node, prefix, sizeof(prefix) - 1) == 0;

	if (in_hw)
		copy.node += sizeof(prefix) - 1;
	lint_tree_report(in_hw ? &lint->hw : &lint->config, &lint->findings, &copy);
}

static void check(struct lint *lint, const struct lint_options *options)
{
	const struct plan_report report = { take_finding, lint };

	lint->input = (struct plan_input){
		.hw_fdt = lint->hw.fdt,
		.cfg_fdt = lint->config.fdt,
		.boot_hwid = options->has_boot_cpu ? options->boot_cpu
						   : fdt_boot_cpuid_phys(lint->hw.fdt),
	};
	lint_loads_fill(&lint->loads, &lint->input);
	if (plan_parse(&lint->plan, &lint->input, &report) == 0)
		lint_check_guests(lint);
	lint_loads_check(&lint->loads, &lint->plan, &lint->findings);
}

static int open_trees(struct lint *lint, const struct lint_options *options)
{
	const enum lint_result hw =
		lint_tree_open(&lint->hw, options->hw, "hardware tree", &lint->findings);
	const enum lint_result config = lint_tree_open(&lint->config, options->config,
						       "configuration tree", &lint->findings);

	if (hw == LINT_FAILED || config == LINT_FAILED)
		return FAILED;
	return hw == LINT_FAULTY || config == LINT_FAULTY ? FAULTY : CLEAN;
}

static int print_guest_tree(const struct lint *lint, const char *label)
{
	static _Alignas(8) char tree[IMAGE_WORK_SIZE];

	for (unsigned int i = 0; i < lint->plan.num_partitions; i++) {
		if (strcmp(lint->plan.partitions[i].label, label) != 0)
			continue;
		if (lint_build_tree(lint, i, tree, sizeof(tree)) < 0)
			return -1; /* which is among the findings */
		return lint_tree_print(tree);
	}
	say_error("no partition has the label `%s`", label);
	return -1;
}

/* What goes to standard output: findings, or what was asked for instead. */
static int print(struct lint *lint, const struct lint_options *options, bool valid)
{
	const bool picture = options->show || options->guest_tree;
	int rc = 0;

	if (options->json)
		rc = lint_findings_print_json(&lint->findings, options->config, options->hw);
	else
		lint_findings_print(&lint->findings, picture ? stderr : stdout);
	if (picture && !valid) {
		say_error("with errors there is no machine to show");
	} else if (options->show) {
		lint_show(lint, options->port);
	} else if (options->guest_tree) {
		rc = print_guest_tree(lint, options->guest_tree);
	}
	if (fflush(stdout) != 0 || ferror(stdout)) {
		say_error("standard output cannot be written");
		rc = -1;
	}
	return rc;
}

int main(int argc, char **argv)
{
	static struct lint lint;
	struct lint_options options;
	int status;

	say_set_program("hvlint");
	status = lint_options_parse(&options, argc, argv);
	if (status >= 0)
		return status;
	status = lint_loads_open(&lint.loads, &options) == 0 ? open_trees(&lint, &options) : FAILED;
	if (status == CLEAN)
		check(&lint, &options);
	if (status != FAILED) {
		const bool valid = status == CLEAN && lint.findings.errors == 0;

		if (!valid || (options.strict && lint.findings.warnings))
			status = FAULTY;
		if (print(&lint, &options, valid) != 0)
			status = FAILED;
	}
	lint_findings_free(&lint.findings);
	lint_loads_close(&lint.loads);
	lint_tree_close(&lint.config);
	lint_tree_close(&lint.hw);
	return status;
}

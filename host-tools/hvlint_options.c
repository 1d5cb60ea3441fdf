/* SPDX-License-Identifier: BSD-2-Clause */
#include "host-tools/hvlint_options.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/say.h"
#include "hv/config/nearest.h"
#include "mux-server/completion.h"

struct option {
	const char *name;  /* with its dashes */
	const char *value; /* what follows, for the help; NULL: nothing */
	const char *help;
	bool (*set)(struct lint_options *options, char *value); /* false: value is wrong.
							   NULL: print_instead() */
	const char *right;					/* what would be a right value */
};

static bool parse_number(const char *text, uint64_t most, uint64_t *number)
{
	char *end;

	errno = 0;
	*number = strtoull(text, &end, 0);
	return *text >= '0' && *text <= '9' && *end == '\0' && errno == 0 && *number <= most;
}

static bool set_hw(struct lint_options *options, char *value)
{
	options->hw = value;
	return true;
}

static bool set_load(struct lint_options *options, char *value)
{
	struct lint_load_option *load = &options->loads[options->num_loads];
	char *equals = strchr(value, '=');
	bool good;

	if (!equals || !equals[1] || options->num_loads == LINT_MAX_LOADS)
		return false;
	*equals = '\0';
	load->path = equals + 1;
	good = parse_number(value, (UINT64_C(1) << 36) - 1, &load->addr);
	*equals = '=';
	options->num_loads += good;
	return good;
}

static bool set_boot_cpu(struct lint_options *options, char *value)
{
	uint64_t number;

	if (!parse_number(value, UINT32_MAX, &number))
		return false;
	options->boot_cpu = (uint32_t)number;
	options->has_boot_cpu = true;
	return true;
}

static bool set_port(struct lint_options *options, char *value)
{
	uint64_t number;

	if (!parse_number(value, 65535 - 31, &number) || number == 0)
		return false;
	options->port = (uint16_t)number;
	return true;
}

static bool set_guest_tree(struct lint_options *options, char *value)
{
	options->guest_tree = value;
	return true;
}

static bool set_json(struct lint_options *options, char *value)
{
	(void)value;
	options->json = true;
	return true;
}

static bool set_show(struct lint_options *options, char *value)
{
	(void)value;
	options->show = true;
	return true;
}

static bool set_strict(struct lint_options *options, char *value)
{
	(void)value;
	options->strict = true;
	return true;
}

static const struct option table[] = {
	{ "--hw", "FILE", "hardware tree, as the boot loader passes it on; required", set_hw,
	  NULL },
	{ "--load", "ADDR=FILE", "the boot loader puts FILE there: image, tree, uImage; repeat",
	  set_load, "an address, '=' and a file; at most 64 of these" },
	{ "--boot-cpu", "N", "number of the core that boots, if the tree does not say",
	  set_boot_cpu, "the number of a core" },
	{ "--strict", NULL, "warnings count as errors for the exit status", set_strict, NULL },
	{ "--json", NULL, "print the findings as one JSON document", set_json, NULL },
	{ "--show", NULL, "draw the machine that would result", set_show, NULL },
	{ "--port", "P", "its first TCP port; default 18900", set_port,
	  "the first of 32 TCP ports" },
	{ "--guest-tree", "LABEL", "print the tree that this partition would be given",
	  set_guest_tree, NULL },
	{ "--completion", "bash|zsh|fish", "print completion for a shell and exit", NULL, NULL },
	{ "--help", NULL, "print this and exit", NULL, NULL },
	{ "--version", NULL, "print the version and exit", NULL, NULL },
};

enum { NUM_OPTIONS = sizeof(table) / sizeof(table[0]), HELP_COLUMN = 22 };

static void print_help(void)
{
	puts("usage: hvlint --hw FILE [OPTION...] CONFIG\n"
	     "Check a hypervisor configuration tree against a hardware tree.  Either is a .dtb\n"
	     "or a .dts; - is a .dts from standard input.\n");
	for (int i = 0; i < NUM_OPTIONS; i++) {
		int width = printf("  %s%s%s", table[i].name, table[i].value ? " " : "",
				   table[i].value ? table[i].value : "");

		if (width >= HELP_COLUMN) {
			putchar('\n');
			width = 0;
		}
		printf("%*s%s\n", HELP_COLUMN - width, "", table[i].help);
	}
	puts("\nExit status: 0 no error was found, 1 there are errors, 2 it could not be checked.");
}

static const struct option *find(const char *name, size_t length)
{
	for (int i = 0; i < NUM_OPTIONS; i++)
		if (strlen(table[i].name) == length && strncmp(table[i].name, name, length) == 0)
			return &table[i];
	return NULL;
}

static void report_unknown(const char *word)
{
	struct nearest nearest = nearest_to(word);

	for (int i = 0; i < NUM_OPTIONS; i++)
		nearest_try(&nearest, table[i].name);
	if (nearest.name)
		say_error("there is no option %s; the nearest is %s", word, nearest.name);
	else
		say_error("there is no option %s; --help lists them", word);
}

static bool option_text(size_t index, struct option_text *text)
{
	if (index >= NUM_OPTIONS)
		return false;
	*text = (struct option_text){ table[index].name, table[index].value, table[index].help };
	return true;
}

static int print_completion(const char *shell)
{
	static const struct completion completion = { "hvlint", option_text, "'1:config:_files'" };

	if (completion_print(&completion, shell) == 0)
		return 0;
	say_error("--completion is for bash, zsh or fish, not %s", shell);
	return 2;
}

/* The options that do something else instead.  Returns the exit status. */
static int print_instead(const struct option *option, const char *value)
{
	if (value)
		return print_completion(value);
	if (strcmp(option->name, "--help") == 0)
		print_help();
	else
		puts("hvlint (Beryl) " BERYL_VERSION);
	return 0;
}

/* Take the option at argv[*i], and its value.  Returns -1 to go on, otherwise the exit status. */
static int take_option(struct lint_options *options, char **argv, int *i)
{
	char *word = argv[*i];
	const size_t length = strcspn(word, "=");
	const struct option *option = find(word, length);
	char *value = word[length] == '=' ? word + length + 1 : NULL;

	if (!option) {
		report_unknown(word);
		return 2;
	}
	if (!option->value && value) {
		say_error("%s takes no value", option->name);
		return 2;
	}
	if (option->value && !value && !(value = argv[++*i])) {
		say_error("%s needs a value: %s %s", option->name, option->name, option->value);
		return 2;
	}
	if (!option->set)
		return print_instead(option, value);
	if (option->set(options, value))
		return -1;
	say_error("%s %s: expected %s", option->name, value, option->right);
	return 2;
}

static bool check(const struct lint_options *options)
{
	if (!options->config)
		say_error("which configuration tree? hvlint --hw FILE CONFIG");
	else if (!options->hw)
		say_error("which machine? --hw names its hardware tree, such as QEMU's dumpdtb");
	else if (strcmp(options->hw, "-") == 0 && strcmp(options->config, "-") == 0)
		say_error("only one of the trees can come from standard input");
	else if (options->json + options->show + (options->guest_tree != NULL) > 1)
		say_error("--json, --show and --guest-tree exclude each other");
	else
		return true;
	return false;
}

int lint_options_parse(struct lint_options *options, int argc, char **argv)
{
	bool only_files = false;

	*options = (struct lint_options){ .port = LINT_FIRST_PORT };
	for (int i = 1; i < argc; i++) {
		int status = -1;

		if (only_files || argv[i][0] != '-' || strcmp(argv[i], "-") == 0) {
			if (options->config) {
				say_error("one configuration tree at a time: %s or %s",
					  options->config, argv[i]);
				return 2;
			}
			options->config = argv[i];
		} else if (strcmp(argv[i], "--") == 0) {
			only_files = true;
		} else if (strncmp(argv[i], "--", 2) == 0) {
			status = take_option(options, argv, &i);
		} else {
			say_error("'%s' is not an option; --help lists them", argv[i]);
			status = 2;
		}
		if (status >= 0)
			return status;
	}
	return check(options) ? -1 : 2;
}

// SPDX-License-Identifier: BSD-2-Clause
#include "host-tools/hvrun_options.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/say.h"

struct option {
	const char *name;
	const char *value; /* what follows, for the help; NULL: nothing */
	const char *help;
	bool (*set)(struct hvrun_options *options, const char *value); /* false: value is wrong */
	const char *right; /* what would be a right value */
	size_t text;	   /* without set(): offset of the const char * in struct hvrun_options */
};

static bool parse_number(const char *text, unsigned long min, unsigned long max,
			 unsigned long *number)
{
	char *end;

	errno = 0;
	*number = strtoul(text, &end, 10);
	return *text >= '0' && *text <= '9' && *end == '\0' && errno == 0 && *number >= min &&
	       *number <= max;
}

static bool set_kernel_boot(struct hvrun_options *options, const char *value)
{
	(void)value;
	options->kernel_boot = true;
	return true;
}

static bool set_no_check(struct hvrun_options *options, const char *value)
{
	(void)value;
	options->no_check = true;
	return true;
}

static bool set_cpus(struct hvrun_options *options, const char *value)
{
	unsigned long n;

	if (!parse_number(value, 1, 24, &n))
		return false;
	options->cpus = (unsigned int)n;
	return true;
}

static bool set_memory(struct hvrun_options *options, const char *value)
{
	unsigned long n;

	if (!parse_number(value, 2048, 16384, &n) || n % 64 != 0)
		return false;
	options->memory_mib = (unsigned int)n;
	return true;
}

static bool set_ports(struct hvrun_options *options, const char *value)
{
	char text[8 * HVRUN_MAX_PORTS], *rest = text, *word;
	unsigned long port;

	options->num_ports = 0;
	if (strlen(value) >= sizeof(text))
		return false;
	strcpy(text, value);
	while ((word = strsep(&rest, ","))) {
		if (options->num_ports == HVRUN_MAX_PORTS || !parse_number(word, 0, 65535, &port))
			return false;
		options->ports[options->num_ports++] = (uint16_t)port;
	}
	return true;
}

static bool set_qemu_arg(struct hvrun_options *options, const char *value)
{
	if (options->num_qemu_args == HVRUN_MAX_QEMU_ARGS)
		return false;
	options->qemu_args[options->num_qemu_args++] = value;
	return true;
}

#define TEXT(member) .text = offsetof(struct hvrun_options, member)
#define SET(function, is_right) .set = (function), .right = (is_right)

static const struct option table[] = {
	{ "kernel-boot", NULL, "start the hypervisor without U-Boot, which is faster",
	  SET(set_kernel_boot, NULL) },
	{ "cpus", "N", "cores of the machine (default 4)", SET(set_cpus, "a number from 1 to 24") },
	{ "memory", "MIB", "its memory (default 2048)",
	  SET(set_memory, "a multiple of 64 from 2048 to 16384") },
	{ "ports", "P[,P...]",
	  "TCP port of each channel, or only of the first (default 18900);\n"
	  "0 takes any free port",
	  SET(set_ports, "at most 32 port numbers, separated by commas") },
	{ "hypervisor", "FILE", "hypervisor: a uImage, or with --kernel-boot an ELF file",
	  TEXT(hypervisor) },
	{ "config", "FILE", "configuration tree, as source or blob", TEXT(config) },
	{ "guest", "FILE", "guest kernel image, loaded at 0x78020000", TEXT(guest) },
	{ "rootfs", "FILE", "root file system image, loaded at 0x79300000", TEXT(rootfs) },
	{ "no-check", NULL, "boot what hvlint would not", SET(set_no_check, NULL) },
	{ "log-dir", "DIR", "where the logs go (default build/run/log)", TEXT(log_dir) },
	{ "serial", "DEVICE",
	  "give the machine's UART this QEMU character device and start no\n"
	  "mux_server; needs --kernel-boot",
	  TEXT(serial) },
	{ "qemu-arg", "ARG", "one more argument for QEMU; may be repeated",
	  SET(set_qemu_arg, "at most 32 of these") },
	{ "help", NULL, "print this and exit", NULL, NULL, 0 },
	{ "version", NULL, "print the version and exit", NULL, NULL, 0 },
};

enum { NUM_OPTIONS = sizeof(table) / sizeof(table[0]) };

static void print_help(void)
{
	puts("usage: hvrun [OPTION...]\n"
	     "Boot the hypervisor on QEMU, put each partition's console on a TCP port, and serve until\n"
	     "Ctrl-C or SIGTERM.  From the Makefile: make run ARGS='OPTION...'\n");
	for (int i = 0; i < NUM_OPTIONS; i++) {
		char *left = say_format("--%s%s%s", table[i].name, table[i].value ? " " : "",
					table[i].value ? table[i].value : "");

		for (const char *line = table[i].help; *line != '\0';) {
			int length = (int)strcspn(line, "\n");

			printf("  %-20s %.*s\n", line == table[i].help ? left : "", length, line);
			line += length + (line[length] == '\n');
		}
		free(left);
	}
}

/* How many letters must be put in, taken out or replaced to make @a from @b. */
static unsigned int distance(const char *a, const char *b)
{
	enum { MOST = 32 };
	unsigned int row[MOST + 1], columns = (unsigned int)strnlen(b, MOST);

	for (unsigned int j = 0; j <= columns; j++)
		row[j] = j;
	for (unsigned int i = 1; a[i - 1] != '\0' && i <= MOST; i++) {
		unsigned int diagonal = row[0];

		row[0] = i;
		for (unsigned int j = 1; j <= columns; j++) {
			unsigned int best = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[columns];
}

static const struct option *find(const char *name)
{
	for (int i = 0; i < NUM_OPTIONS; i++)
		if (strcmp(table[i].name, name) == 0)
			return &table[i];
	return NULL;
}

static const struct option *find_nearest(const char *name)
{
	const struct option *nearest = &table[0];

	for (int i = 1; i < NUM_OPTIONS; i++)
		if (distance(name, table[i].name) < distance(name, nearest->name))
			nearest = &table[i];
	return nearest;
}

static bool check(const struct hvrun_options *options)
{
	if (options->serial && !options->kernel_boot) {
		say_error("--serial needs --kernel-boot: with U-Boot, hvrun types on that line");
		return false;
	}
	return true;
}

int hvrun_options_parse(struct hvrun_options *options, int argc, char **argv)
{
	*options = (struct hvrun_options){
		.cpus = 4,
		.memory_mib = 2048,
		.ports = { HVRUN_FIRST_PORT },
		.num_ports = 1,
	};
	for (int i = 1; i < argc; i++) {
		char name[32] = "";
		const char *word = argv[i], *value = NULL;
		const struct option *option;
		size_t length;

		if (strncmp(word, "--", 2) != 0 || word[2] == '\0') {
			say_error("'%s' is not an option; --help lists them", word);
			return 2;
		}
		length = strcspn(word + 2, "=");
		snprintf(name, sizeof(name), "%.*s", (int)length, word + 2);
		option = find(name);
		if (!option) {
			say_error("there is no option --%s; the nearest is --%s", name,
				  find_nearest(name)->name);
			return 2;
		}
		if (word[2 + length] == '=')
			value = word + 2 + length + 1;
		if (!option->value && value) {
			say_error("--%s takes no value", name);
			return 2;
		}
		if (option->value && !value && !(value = argv[++i])) {
			say_error("--%s needs a value: --%s %s", name, name, option->value);
			return 2;
		}
		if (strcmp(name, "help") == 0) {
			print_help();
			return 0;
		}
		if (strcmp(name, "version") == 0) {
			puts("hvrun (Beryl) " BERYL_VERSION);
			return 0;
		}
		if (!option->set) {
			*(const char **)(void *)((char *)options + option->text) = value;
		} else if (!option->set(options, value)) {
			say_error("--%s %s: expected %s", name, value, option->right);
			return 2;
		}
	}
	return check(options) ? -1 : 2;
}

// SPDX-License-Identifier: BSD-2-Clause
/* muxctl: look at and control running mux_servers.  Here the command line is parsed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/muxctl_commands.h"
#include "host-tools/say.h"
#include "mux-server/control_line.h"
#include "mux-server/nearest.h"

enum { GO_ON = -1 };

static int usage_error(const char *nearest, const char *format, const char *what)
{
	char *text = say_format(format, what);

	if (nearest)
		say_error("%s; the nearest is %s", text, nearest);
	else
		say_error("%s; see muxctl --help", text);
	free(text);
	return MUXCTL_USAGE;
}

static bool set_number(double *number, const char *value, double most)
{
	char *end;

	*number = strtod(value, &end);
	return *value >= '0' && *value <= '9' && *end == '\0' && *number <= most;
}

static bool set_bytes(unsigned long *bytes, const char *value)
{
	double number;

	if (!set_number(&number, value, CONTROL_TAIL_MAX))
		return false;
	*bytes = (unsigned long)number;
	return true;
}

static int print_command_help(const struct muxctl_command *command)
{
	if (!command) {
		muxctl_print_help();
		return MUXCTL_OK;
	}
	printf("usage: muxctl ");
	muxctl_print_usage(command);
	printf("\n%s\n", command->help);
	return MUXCTL_OK;
}

/* Act on an option.  Returns GO_ON or an exit status. */
static int set_option(struct muxctl_arguments *arguments, const struct muxctl_option *option,
		      const struct muxctl_command *command, const char *value)
{
	switch (option->letter) {
	case 's':
		return muxctl_servers_add(&arguments->servers, value) < 0 ? MUXCTL_FAILED : GO_ON;
	case 'h':
		return print_command_help(command);
	case 'v':
		printf("muxctl (Beryl) " BERYL_VERSION "\n");
		return MUXCTL_OK;
	case 'c':
		if (muxctl_print_completion(value) == 0)
			return MUXCTL_OK;
		return usage_error(NULL, "--completion is one of bash, zsh, fish, not %s", value);
	case 'j':
		arguments->format = MUXCTL_JSON;
		return GO_ON;
	case 'N':
		arguments->format = MUXCTL_NAMES;
		return GO_ON;
	case 'L':
		arguments->format = MUXCTL_LABGRID;
		return GO_ON;
	case 'C':
		arguments->format = MUXCTL_CONSERVER;
		return GO_ON;
	case 'f':
		arguments->follow = true;
		return GO_ON;
	case 'a':
		arguments->all = true;
		return GO_ON;
	case 'r':
		arguments->regex = value;
		return GO_ON;
	case 'w':
		arguments->send = value;
		return GO_ON;
	case 't':
		if (set_number(&arguments->timeout, value, 1e9))
			return GO_ON;
		return usage_error(NULL, "%s needs a number of seconds", option->name);
	default:
		if (set_bytes(&arguments->bytes, value))
			return GO_ON;
		return usage_error(NULL, "%s needs a number of bytes up to 65536", option->name);
	}
}

/* Does @text name @option, alone or as NAME=VALUE? */
static bool is_option(const struct muxctl_option *option, const char *text)
{
	size_t len = strlen(option->name);

	return strncmp(text, option->name, len) == 0 &&
	       (text[len] == '\0' || (text[len] == '=' && option->name[1] == '-'));
}

/*
 * Take the option at **@next, which stands behind @command, or before all with NULL.  Returns GO_ON
 * or an exit status.
 */
static int take_option(struct muxctl_arguments *arguments, const struct muxctl_command *command,
		       char ***next)
{
	const char *text = *(*next)++, *value = strchr(text, '=');
	const struct muxctl_option *option;
	struct nearest nearest;

	nearest_start(&nearest, text);
	for (size_t i = 0; (option = muxctl_option(i)) != NULL; i++) {
		if (!muxctl_option_fits(option, command))
			continue;
		nearest_try(&nearest, option->name);
		if (is_option(option, text))
			break;
	}
	if (!option)
		return usage_error(nearest.name, "unknown option %s", text);
	if (value && !option->argument)
		return usage_error(NULL, "%s takes no value", option->name);
	if (value)
		value++;
	else if (option->argument && **next)
		value = *(*next)++;
	if (option->argument && !value)
		return usage_error(NULL, "%s needs a value", option->name);
	return set_option(arguments, option, command, value);
}

/* What is missing behind @command?  Returns GO_ON or an exit status. */
static int check(const struct muxctl_arguments *arguments, const struct muxctl_command *command)
{
	if (command->names_console && !arguments->name)
		return usage_error(NULL, "%s needs the NAME of a console", command->name);
	if (command->has_text && !arguments->text)
		return usage_error(NULL, "%s needs a TEXT", command->name);
	if (strchr(command->options, 'r') && !arguments->regex)
		return usage_error(NULL, "%s needs --for REGEX", command->name);
	return GO_ON;
}

static int parse_arguments(struct muxctl_arguments *arguments, const struct muxctl_command *command,
			   char **next)
{
	bool only_operands = false;

	while (*next) {
		int status;

		if (!only_operands && strcmp(*next, "--") == 0) {
			only_operands = true;
			next++;
		} else if (!only_operands && **next == '-') {
			status = take_option(arguments, command, &next);
			if (status != GO_ON)
				return status;
		} else if (command->names_console && !arguments->name) {
			arguments->name = *next++;
		} else if (command->has_text && !arguments->text) {
			arguments->text = *next++;
		} else {
			return usage_error(NULL, "%s is one word too many", *next);
		}
	}
	return check(arguments, command);
}

/* NULL, with the nearest in *@nearest_name, if there is none. */
static const struct muxctl_command *find_command(const char *name, const char **nearest_name)
{
	const struct muxctl_command *command;
	struct nearest nearest;

	nearest_start(&nearest, name);
	for (size_t i = 0; (command = muxctl_command(i)) != NULL; i++) {
		if (strcmp(name, command->name) == 0)
			break;
		nearest_try(&nearest, command->name);
	}
	*nearest_name = nearest.name;
	return command;
}

int main(int argc, char **argv)
{
	static struct muxctl_arguments arguments = { .timeout = -1 };
	const struct muxctl_command *command;
	const char *nearest;
	char **next = argv + 1;
	int status = GO_ON;

	say_set_program("muxctl");
	if (argc < 2) {
		muxctl_print_help();
		return MUXCTL_USAGE;
	}
	while (*next && **next == '-' && status == GO_ON)
		status = take_option(&arguments, NULL, &next);
	if (status != GO_ON)
		return status;
	if (!*next)
		return usage_error(NULL, "no %s given", "command");
	command = find_command(*next, &nearest);
	if (!command)
		return usage_error(nearest, "unknown command %s", *next);
	arguments.bytes = strchr(command->options, 'p') ? 0 : CONTROL_TAIL_MAX;
	status = parse_arguments(&arguments, command, next + 1);
	if (status != GO_ON)
		return status;
	if (arguments.servers.count == 0 && muxctl_servers_add(&arguments.servers, NULL) < 0)
		return MUXCTL_FAILED;
	return command->run(&arguments);
}

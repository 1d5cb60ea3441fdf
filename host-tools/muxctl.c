// SPDX-License-Identifier: BSD-2-Clause
/* muxctl: look at and control running mux_servers.  One table of commands makes parsing and help.
 */
#include "host-tools/muxctl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/say.h"
#include "mux-server/control_line.h"
#include "mux-server/nearest.h"

struct command {
	const char *name;
	const char *usage;
	const char *help;
	bool names_console;
	bool has_text;
	const char *options; /* its letters, see options below */
	int (*run)(struct muxctl_arguments *arguments);
};

static const struct command commands[] = {
	{ "list", "[--json]", "all consoles", false, false, "j", muxctl_list },
	{ "attach", "[--replay N] NAME", "be its terminal; ~. detaches, ~? helps", true, false, "n",
	  muxctl_attach },
	{ "tail", "[-f] [--bytes N] NAME", "what it printed last; -f: and goes on to", true, false,
	  "fn", muxctl_tail },
	{ "send", "NAME TEXT", "type TEXT, with \\n \\r \\t \\e \\xHH \\\\", true, true, "",
	  muxctl_send },
	{ "wait", "--for REGEX [--timeout S] [--send TEXT] [--all] NAME",
	  "until a line matches: exit 0; 124 after S seconds", true, false, "rtsa", muxctl_wait },
	{ "kick", "NAME", "disconnect its clients", true, false, "", muxctl_kick },
	{ "stats", "[--json]", "all counters", false, false, "j", muxctl_stats },
	{ "log", "[--json]", "where the logs are", false, false, "j", muxctl_log },
	{ "suspend", "NAME", "release its target, for a flasher", true, false, "", muxctl_suspend },
	{ "resume", "NAME", "open it again", true, false, "", muxctl_resume },
	{ "break", "NAME", "send a break to its target", true, false, "", muxctl_break },
	{ "reload", "", "read the configuration file again, all or nothing", false, false, "j",
	  muxctl_reload },
};

static const struct {
	const char *name;
	char letter;
	bool has_value;
} options[] = {
	{ "--json", 'j', false },   { "-f", 'f', false },      { "--follow", 'f', false },
	{ "--bytes", 'n', true },   { "--replay", 'n', true }, { "--for", 'r', true },
	{ "--timeout", 't', true }, { "--send", 's', true },   { "--all", 'a', false },
};

enum {
	COMMAND_COUNT = sizeof(commands) / sizeof(commands[0]),
	OPTION_COUNT = sizeof(options) / sizeof(options[0]),
};

static void print_help(void)
{
	printf("usage: muxctl [-s SOCKET]... COMMAND ...\n"
	       "Look at and control running mux_servers.\n\n");
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		printf("  %s %s\n", commands[i].name, commands[i].usage);
		printf("          %s\n", commands[i].help);
	}
	printf("\n-s SOCKET  a control socket, a directory of them or a server's name; without it\n"
	       "           all in $XDG_RUNTIME_DIR/mux_server, for root /run/mux_server\n"
	       "NAME       [SERVER/][BOARD/]CONSOLE; a number stands for the channel\n");
}

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

static const struct command *find_command(const char *name, const char **nearest_name)
{
	struct nearest nearest;

	nearest_start(&nearest, name);
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		if (strcmp(name, commands[i].name) == 0)
			return &commands[i];
		nearest_try(&nearest, commands[i].name);
	}
	*nearest_name = nearest.name;
	return NULL;
}

static bool set_number(double *number, const char *value, double most)
{
	char *end;

	*number = strtod(value, &end);
	return *value >= '0' && *value <= '9' && *end == '\0' && *number <= most;
}

/* Returns false if @value makes no sense. */
static bool set_option(struct muxctl_arguments *arguments, char letter, const char *value)
{
	double bytes;

	switch (letter) {
	case 'j':
		arguments->json = true;
		return true;
	case 'f':
		arguments->follow = true;
		return true;
	case 'a':
		arguments->all = true;
		return true;
	case 'r':
		arguments->regex = value;
		return true;
	case 's':
		arguments->send = value;
		return true;
	case 't':
		return set_number(&arguments->timeout, value, 1e9);
	default:
		if (!set_number(&bytes, value, CONTROL_TAIL_MAX))
			return false;
		arguments->bytes = (unsigned long)bytes;
		return true;
	}
}

/* Parse the option at **@next.  Returns 0 or an exit status. */
static int parse_option(struct muxctl_arguments *arguments, const struct command *command,
			char ***next)
{
	const char *text = *(*next)++;
	struct nearest nearest;

	nearest_start(&nearest, text);
	for (size_t i = 0; i < OPTION_COUNT; i++) {
		const char *value = NULL;
		size_t len = strlen(options[i].name);

		if (!strchr(command->options, options[i].letter))
			continue;
		nearest_try(&nearest, options[i].name);
		if (strncmp(text, options[i].name, len) != 0 || (text[len] && text[len] != '='))
			continue;
		if (text[len] == '=' && !options[i].has_value)
			return usage_error(NULL, "%s takes no value", options[i].name);
		if (options[i].has_value)
			value = text[len] == '=' ? text + len + 1 : *(*next);
		if (options[i].has_value && text[len] != '=' && *(*next))
			(*next)++;
		if (options[i].has_value && !value)
			return usage_error(NULL, "%s needs a value", options[i].name);
		if (!set_option(arguments, options[i].letter, value))
			return usage_error(NULL, "%s needs a number", options[i].name);
		return 0;
	}
	return usage_error(nearest.name, "unknown option %s", text);
}

static int parse_arguments(struct muxctl_arguments *arguments, const struct command *command,
			   char **next)
{
	bool only_operands = false;

	while (*next) {
		if (!only_operands && strcmp(*next, "--") == 0) {
			only_operands = true;
			next++;
		} else if (!only_operands && **next == '-') {
			int status = parse_option(arguments, command, &next);

			if (status != 0)
				return status;
		} else if (command->names_console && !arguments->name) {
			arguments->name = *next++;
		} else if (command->has_text && !arguments->text) {
			arguments->text = *next++;
		} else {
			return usage_error(NULL, "%s is one word too many", *next);
		}
	}
	if (command->names_console && !arguments->name)
		return usage_error(NULL, "%s needs the NAME of a console", command->name);
	if (command->has_text && !arguments->text)
		return usage_error(NULL, "%s needs a TEXT", command->name);
	if (strchr(command->options, 'r') && !arguments->regex)
		return usage_error(NULL, "%s needs --for REGEX", command->name);
	return 0;
}

int main(int argc, char **argv)
{
	static struct muxctl_arguments arguments = { .timeout = -1 };
	const struct command *command;
	const char *nearest;
	char **next = argv + 1;
	int status;

	say_set_program("muxctl");
	if (argc < 2) {
		print_help();
		return MUXCTL_USAGE;
	}
	while (*next && strcmp(*next, "-s") == 0) {
		if (!next[1])
			return usage_error(NULL, "%s needs SOCKET", *next);
		if (muxctl_servers_add(&arguments.servers, next[1]) < 0)
			return MUXCTL_FAILED;
		next += 2;
	}
	if (!*next)
		return usage_error(NULL, "no %s given", "command");
	if (strcmp(*next, "--help") == 0) {
		print_help();
		return MUXCTL_OK;
	}
	if (strcmp(*next, "--version") == 0) {
		printf("muxctl (Beryl) " BERYL_VERSION "\n");
		return MUXCTL_OK;
	}
	command = find_command(*next, &nearest);
	if (!command)
		return usage_error(nearest, "unknown command %s", *next);
	arguments.bytes = strcmp(command->name, "attach") == 0 ? 0 : CONTROL_TAIL_MAX;
	status = parse_arguments(&arguments, command, next + 1);
	if (status != 0)
		return status;
	if (arguments.servers.count == 0 && muxctl_servers_add(&arguments.servers, NULL) < 0)
		return MUXCTL_FAILED;
	return command->run(&arguments);
}

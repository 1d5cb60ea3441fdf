// SPDX-License-Identifier: BSD-2-Clause
#include "host-tools/muxctl_commands.h"

#include <stdio.h>
#include <string.h>

static const struct muxctl_command commands[] = {
	{ "list", "jNLC", false, false, "all consoles, for people or for programs", muxctl_list },
	{ "attach", "p", true, false, "be its terminal; ~. detaches, ~? helps", muxctl_attach },
	{ "tail", "fn", true, false, "what it printed last; -f: and from now on", muxctl_tail },
	{ "send", "", true, true, "type TEXT, with \\n \\r \\t \\e \\xHH \\\\", muxctl_send },
	{ "wait", "rtwa", true, false, "until a line matches; after S seconds exit 124",
	  muxctl_wait },
	{ "kick", "", true, false, "disconnect its clients", muxctl_kick },
	{ "suspend", "", true, false, "release its target, for a flasher", muxctl_suspend },
	{ "resume", "", true, false, "open its target again", muxctl_resume },
	{ "break", "", true, false, "send a break to its target", muxctl_break },
	{ "stats", "j", false, false, "all counters", muxctl_stats },
	{ "log", "j", false, false, "where the logs are", muxctl_log },
	{ "reload", "j", false, false, "read the configuration file again, all or nothing",
	  muxctl_reload },
};

static const struct muxctl_option options[] = {
	{ "-s", 's', "SOCKET", false, MUXCTL_ANYWHERE },
	{ "--help", 'h', NULL, false, MUXCTL_ANYWHERE },
	{ "--version", 'v', NULL, false, MUXCTL_ALONE },
	{ "--completion", 'c', "bash|zsh|fish", false, MUXCTL_ALONE },
	{ "--json", 'j', NULL, false, MUXCTL_OF_COMMAND },
	{ "--names", 'N', NULL, false, MUXCTL_OF_COMMAND },
	{ "--labgrid", 'L', NULL, false, MUXCTL_OF_COMMAND },
	{ "--conserver", 'C', NULL, false, MUXCTL_OF_COMMAND },
	{ "-f", 'f', NULL, false, MUXCTL_OF_COMMAND },
	{ "--follow", 'f', NULL, false, MUXCTL_OF_COMMAND },
	{ "--bytes", 'n', "N", false, MUXCTL_OF_COMMAND },
	{ "--replay", 'p', "N", false, MUXCTL_OF_COMMAND },
	{ "--for", 'r', "REGEX", true, MUXCTL_OF_COMMAND },
	{ "--timeout", 't', "S", false, MUXCTL_OF_COMMAND },
	{ "--send", 'w', "TEXT", false, MUXCTL_OF_COMMAND },
	{ "--all", 'a', NULL, false, MUXCTL_OF_COMMAND },
};

enum {
	COMMAND_COUNT = sizeof(commands) / sizeof(commands[0]),
	OPTION_COUNT = sizeof(options) / sizeof(options[0]),
	HELP_COLUMN = 30,
};

const struct muxctl_command *muxctl_command(size_t index)
{
	return index < COMMAND_COUNT ? &commands[index] : NULL;
}

const struct muxctl_option *muxctl_option(size_t index)
{
	return index < OPTION_COUNT ? &options[index] : NULL;
}

bool muxctl_option_fits(const struct muxctl_option *option, const struct muxctl_command *command)
{
	switch (option->scope) {
	case MUXCTL_OF_COMMAND:
		return command && strchr(command->options, option->letter);
	case MUXCTL_ALONE:
		return !command;
	default:
		return true;
	}
}

int muxctl_print_usage(const struct muxctl_command *command)
{
	int width = printf("%s", command->name);

	for (const char *letter = command->options; *letter; letter++) {
		const struct muxctl_option *option = options;

		while (option->letter != *letter)
			option++;
		width += printf(option->needed ? " %s%s%s" : " [%s%s%s]", option->name,
				option->argument ? " " : "",
				option->argument ? option->argument : "");
	}
	return width + printf("%s%s", command->names_console ? " NAME" : "",
			      command->has_text ? " TEXT" : "");
}

void muxctl_print_help(void)
{
	printf("usage: muxctl [-s SOCKET]... COMMAND\n"
	       "Look at and control running mux_servers.\n\n");
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		int width = printf("  ");

		width += muxctl_print_usage(&commands[i]);
		if (width > HELP_COLUMN - 2) {
			putchar('\n');
			width = 0;
		}
		printf("%*s%s\n", HELP_COLUMN - width, "", commands[i].help);
	}
	printf("\nNAME       [SERVER/][BOARD/]CONSOLE; a number stands for the channel\n"
	       "-s SOCKET  a control socket, a directory of them or a server's name; by default\n"
	       "           all in $XDG_RUNTIME_DIR/mux_server, for root /run/mux_server\n"
	       "also --help, --version, --completion bash|zsh|fish; man muxctl says more\n");
}

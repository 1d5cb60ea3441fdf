/* SPDX-License-Identifier: BSD-2-Clause */
/* Which commands muxctl has, and which options: what parsing, help and completion follow from. */
#ifndef HOST_TOOLS_MUXCTL_COMMANDS_H
#define HOST_TOOLS_MUXCTL_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>

#include "host-tools/muxctl.h"

struct muxctl_command {
	const char *name;
	const char *options; /* their letters, see struct muxctl_option */
	bool names_console;
	bool has_text;
	const char *help;
	int (*run)(struct muxctl_arguments *arguments);
};

enum muxctl_option_scope {
	MUXCTL_OF_COMMAND, /* if the command has its letter */
	MUXCTL_ANYWHERE,
	MUXCTL_ALONE, /* instead of a command */
};

struct muxctl_option {
	const char *name; /* with its dashes */
	char letter;	  /* what it is called in here; names with the same one are the same */
	const char *argument;
	bool needed;
	enum muxctl_option_scope scope;
};

/* The row @index of each table; NULL: there are fewer. */
const struct muxctl_command *muxctl_command(size_t index);
const struct muxctl_option *muxctl_option(size_t index);

/* Can @option follow @command, or with NULL stand before all commands? */
bool muxctl_option_fits(const struct muxctl_option *option, const struct muxctl_command *command);

/* Print what is to be typed for @command, without end of line.  Returns its length. */
int muxctl_print_usage(const struct muxctl_command *command);

/* Print the help, at most a screen of 80 columns and 24 lines, on standard output. */
void muxctl_print_help(void);

/* Print what the shell "bash", "zsh" or "fish" reads to complete a command line.  -1: another
 * shell. */
int muxctl_print_completion(const char *shell);

#endif

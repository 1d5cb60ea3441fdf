// SPDX-License-Identifier: BSD-2-Clause
/* Completion in shells, from the tables of commands and options; names come from `muxctl list`. */
#include <stdio.h>
#include <string.h>

#include "host-tools/muxctl_commands.h"
#include "mux-server/shell_text.h"

/* The names of all commands (or only of those that name a console) between @separator. */
static void put_commands(bool only_naming, char separator)
{
	const struct muxctl_command *command;
	bool first = true;

	for (size_t i = 0; (command = muxctl_command(i)) != NULL; i++) {
		if (only_naming && !command->names_console)
			continue;
		if (!first)
			putchar(separator);
		fputs(command->name, stdout);
		first = false;
	}
}

/* The options that fit @command, separated by blanks. */
static void put_options(const struct muxctl_command *command)
{
	const struct muxctl_option *option;

	for (size_t i = 0; (option = muxctl_option(i)) != NULL; i++)
		if (muxctl_option_fits(option, command))
			printf("%s ", option->name);
}

static void print_bash(void)
{
	const struct muxctl_command *command;
	const struct muxctl_option *option;

	puts("_muxctl()\n{\n"
	     "\tlocal word=${COMP_WORDS[COMP_CWORD]} command= servers=() words= i\n"
	     "\tCOMPREPLY=()\n"
	     "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	     "\t\tcase ${COMP_WORDS[i]} in\n"
	     "\t\t-s) servers+=(-s \"${COMP_WORDS[++i]}\") ;;\n"
	     "\t\t-*) ;;\n"
	     "\t\t*) [[ $command ]] || command=${COMP_WORDS[i]} ;;\n"
	     "\t\tesac\n\tdone\n"
	     "\tcase ${COMP_WORDS[COMP_CWORD-1]} in\n"
	     "\t-s) COMPREPLY=($(compgen -f -- \"$word\")); return ;;");
	for (size_t i = 0; (option = muxctl_option(i)) != NULL; i++) {
		if (!option->argument || option->letter == 's')
			continue;
		printf("\t%s) ", option->name);
		if (strchr(option->argument, '|')) {
			fputs("COMPREPLY=($(compgen -W '", stdout);
			shell_put_choices(option->argument);
			fputs("' -- \"$word\")); ", stdout);
		}
		puts("return ;;");
	}
	fputs("\tesac\n\tcase $command:$word in\n\t:-*) words='", stdout);
	put_options(NULL);
	fputs("' ;;\n\t:*) words='", stdout);
	put_commands(false, ' ');
	puts("' ;;");
	for (size_t i = 0; (command = muxctl_command(i)) != NULL; i++) {
		printf("\t%s:-*) words='", command->name);
		put_options(command);
		puts("' ;;");
	}
	fputs("\tesac\n\tcase $command in\n\t", stdout);
	put_commands(true, '|');
	puts(")\n\t\t[[ $word == -* ]] || words=$(\"$1\" \"${servers[@]}\" list --names 2>/dev/null) "
	     ";;\n\tesac\n"
	     "\tCOMPREPLY=($(compgen -W \"$words\" -- \"$word\"))\n}\n"
	     "complete -F _muxctl muxctl");
}

/* The options of @command as specifications for zsh's _arguments. */
static void put_zsh_options(const struct muxctl_command *command)
{
	const struct muxctl_option *option;

	for (size_t i = 0; (option = muxctl_option(i)) != NULL; i++) {
		if (!muxctl_option_fits(option, command))
			continue;
		printf(" '%s%s", option->letter == 's' ? "*" : "", option->name);
		if (option->argument)
			printf(":%s:", option->argument);
		if (option->letter == 's')
			fputs("_files", stdout);
		if (option->argument && strchr(option->argument, '|')) {
			putchar('(');
			shell_put_choices(option->argument);
			putchar(')');
		}
		putchar('\'');
	}
}

static void print_zsh(void)
{
	const struct muxctl_command *command;

	fputs("#compdef muxctl\n"
	      "_muxctl_names()\n{\n"
	      "\tlocal -a names servers\n"
	      "\t[[ -z ${opt_args[-s]} ]] || servers=(-s \"${opt_args[-s]}\")\n"
	      "\tnames=(${(f)\"$(muxctl $servers list --names 2>/dev/null)\"})\n"
	      "\t(( $#names )) && _describe console names\n}\n"
	      "_muxctl()\n{\n"
	      "\tlocal -A opt_args\n\tlocal -a commands\n\tlocal state\n"
	      "\tcommands=(",
	      stdout);
	for (size_t i = 0; (command = muxctl_command(i)) != NULL; i++) {
		printf("\n\t\t'%s:", command->name);
		shell_put_quoted(command->help, "\\");
		putchar('\'');
	}
	fputs("\n\t)\n\t_arguments -C", stdout);
	put_zsh_options(NULL);
	puts(" '1:command:->command' '*::argument:->argument'\n"
	     "\tcase $state in\n\tcommand) _describe command commands ;;\n"
	     "\targument)\n\t\tcase $words[1] in");
	for (size_t i = 0; (command = muxctl_command(i)) != NULL; i++) {
		printf("\t\t%s) _arguments", command->name);
		put_zsh_options(command);
		puts(command->names_console ? " '1:console:_muxctl_names' ;;" : " ;;");
	}
	puts("\t\tesac ;;\n\tesac\n}\n"
	     "if [[ $funcstack[1] == _muxctl ]]; then _muxctl \"$@\"; else compdef _muxctl muxctl; "
	     "fi");
}

static void print_fish_option(const struct muxctl_option *option, const char *condition)
{
	const char *name = option->name + 1;

	printf("complete -c muxctl -n '%s'", condition);
	if (name[0] == '-')
		printf(" -l %s", name + 1);
	else
		printf(" -s %s", name);
	if (option->letter == 's')
		fputs(" -rF", stdout);
	else if (option->argument)
		fputs(" -x", stdout);
	if (option->argument && strchr(option->argument, '|')) {
		fputs(" -a '", stdout);
		shell_put_choices(option->argument);
		putchar('\'');
	}
	putchar('\n');
}

static void print_fish(void)
{
	const struct muxctl_command *command;
	const struct muxctl_option *option;

	puts("complete -c muxctl -f");
	for (size_t i = 0; (option = muxctl_option(i)) != NULL; i++)
		if (muxctl_option_fits(option, NULL))
			print_fish_option(option, "__fish_use_subcommand");
	for (size_t i = 0; (command = muxctl_command(i)) != NULL; i++) {
		char condition[64];

		printf("complete -c muxctl -n __fish_use_subcommand -a %s -d '", command->name);
		shell_put_quoted(command->help, "\\");
		puts("'");
		snprintf(condition, sizeof(condition), "__fish_seen_subcommand_from %s",
			 command->name);
		for (size_t o = 0; (option = muxctl_option(o)) != NULL; o++)
			if (muxctl_option_fits(option, command))
				print_fish_option(option, condition);
		if (command->names_console)
			printf("complete -c muxctl -n '%s' -a '(muxctl list --names 2>/dev/null)'\n",
			       condition);
	}
}

int muxctl_print_completion(const char *shell)
{
	static const struct {
		const char *name;
		void (*print)(void);
	} shells[] = { { "bash", print_bash }, { "zsh", print_zsh }, { "fish", print_fish } };

	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++) {
		if (strcmp(shell, shells[i].name) == 0) {
			shells[i].print();
			return 0;
		}
	}
	return -1;
}

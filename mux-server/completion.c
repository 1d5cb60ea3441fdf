/* SPDX-License-Identifier: BSD-2-Clause */
/* Completion of the command line in shells, from the table of options. */
#include "mux-server/completion.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "mux-server/shell_text.h"

enum kind { KIND_NONE, KIND_TEXT, KIND_PATH, KIND_CHOICE };

static enum kind kind_of(const char *argument)
{
	if (!argument)
		return KIND_NONE;
	if (strchr(argument, '|'))
		return KIND_CHOICE;
	if (strcmp(argument, "DIR") == 0 || strcmp(argument, "FILE") == 0 ||
	    strcmp(argument, "DTB") == 0 || strcmp(argument, "SOCKET") == 0 ||
	    strcmp(argument, "WHERE") == 0)
		return KIND_PATH;
	return KIND_TEXT;
}

static void print_bash(const struct completion *completion)
{
	struct option_text option;

	printf("_%s()\n{\n\tlocal word=${COMP_WORDS[COMP_CWORD]}\n"
	       "\tCOMPREPLY=()\n\tcase ${COMP_WORDS[COMP_CWORD-1]} in\n",
	       completion->program);
	for (size_t i = 0; completion->option(i, &option); i++) {
		enum kind kind = kind_of(option.argument);

		if (kind == KIND_NONE)
			continue;
		printf("\t%s) ", option.name);
		if (kind == KIND_CHOICE) {
			fputs("COMPREPLY=($(compgen -W '", stdout);
			shell_put_choices(option.argument);
			fputs("' -- \"$word\")); ", stdout);
		} else if (kind == KIND_PATH) {
			fputs("COMPREPLY=($(compgen -f -- \"$word\")); ", stdout);
		}
		puts("return ;;");
	}
	fputs("\tesac\n\tcase $word in\n\t-*) COMPREPLY=($(compgen -W '", stdout);
	for (size_t i = 0; completion->option(i, &option); i++)
		printf("%s%s", i ? " " : "", option.name);
	printf("' -- \"$word\")) ;;\n\t*) COMPREPLY=($(compgen -f -- \"$word\")) ;;\n\tesac\n}\n"
	       "complete -o filenames -F _%s %s\n",
	       completion->program, completion->program);
}

static void print_zsh(const struct completion *completion)
{
	struct option_text option;

	printf("#compdef %s\n_arguments \\\n", completion->program);
	for (size_t i = 0; completion->option(i, &option); i++) {
		enum kind kind = kind_of(option.argument);

		printf("\t'%s[", option.name);
		shell_put_quoted(option.help, "[]:");
		putchar(']');
		if (kind != KIND_NONE) {
			putchar(':');
			shell_put_quoted(option.argument, "[]:");
			putchar(':');
		}
		if (kind == KIND_PATH)
			fputs("_files", stdout);
		if (kind == KIND_CHOICE) {
			putchar('(');
			shell_put_choices(option.argument);
			putchar(')');
		}
		puts("' \\");
	}
	printf("\t%s\n", completion->operands);
}

static void print_fish(const struct completion *completion)
{
	struct option_text option;

	for (size_t i = 0; completion->option(i, &option); i++) {
		enum kind kind = kind_of(option.argument);
		const char *name = option.name + 1;

		printf("complete -c %s ", completion->program);
		if (name[0] == '-')
			printf("-l %s", name + 1);
		else
			printf("-%s %s", name[1] ? "o" : "s", name);
		if (kind == KIND_PATH)
			fputs(" -rF", stdout);
		else if (kind != KIND_NONE)
			fputs(" -x", stdout);
		if (kind == KIND_CHOICE) {
			fputs(" -a '", stdout);
			shell_put_choices(option.argument);
			putchar('\'');
		}
		fputs(" -d '", stdout);
		shell_put_quoted(option.help, "");
		puts("'");
	}
}

int completion_print(const struct completion *completion, const char *shell)
{
	static const struct {
		const char *name;
		void (*print)(const struct completion *completion);
	} shells[] = { { "bash", print_bash }, { "zsh", print_zsh }, { "fish", print_fish } };

	for (size_t i = 0; i < sizeof(shells) / sizeof(shells[0]); i++) {
		if (strcmp(shell, shells[i].name) == 0) {
			shells[i].print(completion);
			return 0;
		}
	}
	return -EINVAL;
}

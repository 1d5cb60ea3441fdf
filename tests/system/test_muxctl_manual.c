/* SPDX-License-Identifier: BSD-2-Clause */
/* muxctl's help, manual page and completions name the same commands and options; bash completes. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/system/muxctl_harness.h"
#include "tests/system/terminal.h"

enum { WORDS_MAX = 32 };

/* Words between blanks; they point into text that was taken apart. */
struct words {
	const char *list[WORDS_MAX];
	size_t count;
};

static struct words split(char *text)
{
	struct words words = { .count = 0 };

	for (char *word = strtok(text, " "); word; word = strtok(NULL, " ")) {
		assert_true(words.count < WORDS_MAX);
		words.list[words.count++] = word;
	}
	return words;
}

static bool has(const struct words *words, const char *word)
{
	for (size_t i = 0; i < words->count; i++)
		if (strcmp(words->list[i], word) == 0)
			return true;
	return false;
}

/* The line of @text that begins with @start, without that, in memory of its own; or NULL. */
static char *find_line(const char *text, const char *start)
{
	const char *at = text;

	while (at && strncmp(at, start, strlen(start)) != 0) {
		at = strchr(at, '\n');
		at += at != NULL;
	}
	return at ? strndup(at + strlen(start), strcspn(at + strlen(start), "\n")) : NULL;
}

/* The words that bash is offered for @start, as in "list:-*)". */
static struct words offered(const char *start)
{
	char mark[64], *line;

	assert_int_equal(muxctl_run((const char *const[]){ "--completion", "bash", NULL }), 0);
	snprintf(mark, sizeof(mark), "\t%s) words='", start);
	line = find_line(muxctl_output, mark);
	if (!line)
		fail_msg("bash completes nothing for %s", start);
	*strchr(line, '\'') = '\0';
	return split(line);
}

/* The options in a line of mdoc: what follows Fl, with the dash that the macro adds. */
static struct words options_in(const char *line)
{
	struct words words = split(strdup(line)), options = { .count = 0 };
	bool flags = false;

	for (size_t i = 0; i < words.count; i++) {
		const char *word = words.list[i];
		char *option;

		if (isupper((unsigned char)word[0]) && islower((unsigned char)word[1]) && !word[2])
			flags = strcmp(word, "Fl") == 0;
		else if (flags && strcmp(word, "|") != 0 && asprintf(&option, "-%s", word) > 0)
			options.list[options.count++] = option;
	}
	return options;
}

static void expect_same(const char *what, const struct words *page, const struct words *program)
{
	for (size_t i = 0; i < program->count; i++)
		if (!has(page, program->list[i]))
			fail_msg("%s: muxctl.1 lacks %s", what, program->list[i]);
	for (size_t i = 0; i < page->count; i++)
		if (!has(program, page->list[i]))
			fail_msg("%s: only muxctl.1 has %s", what, page->list[i]);
}

/* Every command of the program has an item in the page, and the same options there. */
static void manual_and_program_have_the_same_commands(void **state)
{
	size_t len;
	char *page = read_file("mux-server/muxctl.1", &len), *commands_part;
	struct words commands;
	size_t items = 0;

	(void)state;
	rack_start();
	commands = offered(":*");
	commands_part = strstr(page, ".Sh COMMANDS");
	assert_non_null(commands_part);
	for (size_t i = 0; i < commands.count; i++) {
		struct words in_program, in_page;
		char start[64], *item;

		snprintf(start, sizeof(start), ".It Cm %s", commands.list[i]);
		item = find_line(commands_part, start);
		if (!item)
			fail_msg("muxctl.1 lacks the command %s", commands.list[i]);
		in_page = options_in(item);
		in_page.list[in_page.count++] = "-s";
		in_page.list[in_page.count++] = "--help";
		snprintf(start, sizeof(start), "%s:-*", commands.list[i]);
		in_program = offered(start);
		expect_same(commands.list[i], &in_page, &in_program);
	}
	for (const char *at = page; (at = strstr(at, "\n.It Cm ")) != NULL; at++)
		items++;
	assert_int_equal(items, commands.count);
	free(page);
}

static void manual_and_program_have_the_same_options(void **state)
{
	size_t len;
	char *page = read_file("mux-server/muxctl.1", &len), *options_part;
	struct words in_program, in_page = { .count = 0 };

	(void)state;
	rack_start();
	in_program = offered(":-*");
	options_part = strstr(page, "These options may stand anywhere");
	assert_non_null(options_part);
	*strstr(options_part, ".Sh") = '\0';
	for (char *at = options_part; (at = strstr(at, "\n.It Fl ")) != NULL; at++) {
		char *item = find_line(at + 1, ".It ");

		in_page.list[in_page.count++] = options_in(item).list[0];
	}
	expect_same("anywhere", &in_page, &in_program);
	free(page);
}

/* Each command with each option is in the help, which fits a terminal of 80 by 24. */
static void help_fits_a_screen_and_has_everything(void **state)
{
	struct words commands;
	size_t lines = 0;

	(void)state;
	rack_start();
	commands = offered(":*");
	assert_int_equal(muxctl_run((const char *const[]){ "--help", NULL }), 0);
	for (const char *at = muxctl_output; *at; at += strcspn(at, "\n") + 1, lines++)
		assert_in_range(strcspn(at, "\n"), 0, 80);
	assert_in_range(lines, 10, 23); /* and the prompt */
	for (size_t i = 0; i < commands.count; i++) {
		char start[64], *line, *help = strdup(muxctl_output);
		struct words options;

		snprintf(start, sizeof(start), "  %s ", commands.list[i]);
		line = find_line(help, start);
		if (!line)
			fail_msg("the help lacks %s", commands.list[i]);
		snprintf(start, sizeof(start), "%s:-*", commands.list[i]);
		options = offered(start);
		for (size_t o = 0; o < options.count; o++)
			if (strcmp(options.list[o], "-s") != 0 &&
			    strcmp(options.list[o], "--help") != 0 &&
			    strcmp(options.list[o], "--follow") != 0 && /* -f is there */
			    !strstr(line, options.list[o]))
				fail_msg("the help lacks %s %s", commands.list[i], options.list[o]);
		assert_int_equal(
			muxctl_run((const char *const[]){ commands.list[i], "--help", NULL }), 0);
		assert_non_null(strstr(muxctl_output, commands.list[i]));
		free(help);
		assert_int_equal(muxctl_run((const char *const[]){ "--help", NULL }), 0);
	}
}

/* A person's shell: Tab completes commands, options and the names of consoles. */
static void bash_completes(void **state)
{
	int side, terminal = terminal_open(&side), status;
	char command[512];
	pid_t shell;

	(void)state;
	rack_start();
	setenv("PS1", "shell> ", 1);
	setenv("TERM", "dumb", 1);
	shell = terminal_start(terminal,
			       (const char *const[]){ "bash", "--norc", "--noprofile", NULL });
	terminal_see(terminal, "shell> ");
	PUT(terminal, "PATH=build/bin:$PATH; source <(muxctl --completion bash); echo do''ne\n");
	terminal_see(terminal, "done");
	snprintf(command, sizeof(command), "muxctl -s %s att\t", in_test_dir("control.sock"));
	put(terminal, command, strlen(command));
	terminal_see(terminal, "attach ");
	PUT(terminal, "li\t");
	terminal_see(terminal, "linux ");
	PUT(terminal, "--rep\t");
	terminal_see(terminal, "--replay ");
	PUT(terminal, "\x15muxctl --comp\t"); /* the line is cleared */
	terminal_see(terminal, "--completion ");
	PUT(terminal, "z\t");
	terminal_see(terminal, "zsh ");
	PUT(terminal, "\x15"
		      "exit\n");
	status = muxctl_wait(shell);
	assert_true(WIFEXITED(status));
	close(side);
	close(terminal);
}

int main(void)
{
	const struct CMUnitTest muxctl_manual[] = {
		SERVER_TEST(manual_and_program_have_the_same_commands),
		SERVER_TEST(manual_and_program_have_the_same_options),
		SERVER_TEST(help_fits_a_screen_and_has_everything),
		SERVER_TEST(bash_completes),
	};

	return RUN_SERVER_TESTS(muxctl_manual);
}

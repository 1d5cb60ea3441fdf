/* SPDX-License-Identifier: BSD-2-Clause */
/* The manual says what --help says, and is well-formed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/system/mux_server_harness.h"

/* The names of options in @text that follow @mark, with one dash less. */
static int list_options(const char *text, const char *mark, char names[64][32])
{
	int count = 0;

	for (const char *at = text; (at = strstr(at, mark)); at++) {
		assert_true(count < 64);
		assert_int_equal(sscanf(at + strlen(mark), "%31s", names[count++]), 1);
	}
	return count;
}

static bool is_in(const char *name, char names[64][32], int count)
{
	for (int i = 0; i < count; i++)
		if (strcmp(name, names[i]) == 0)
			return true;
	return false;
}

/* What the program prints when called with @option. */
static void ask(const char *option, char *text, size_t size)
{
	char command[256];
	FILE *pipe;

	snprintf(command, sizeof(command), "%s %s", test_program, option);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	text[fread(text, 1, size - 1, pipe)] = '\0';
	assert_int_equal(pclose(pipe), 0);
}

static void manual_and_help_have_the_same_options(void **state)
{
	static char help[8192], in_help[64][32], in_manual[64][32];
	char *manual;
	size_t len;
	int helped, described;

	(void)state;
	ask("--help", help, sizeof(help));
	manual = read_file("mux-server/mux_server.1", &len);
	helped = list_options(help, "  -", in_help);
	described = list_options(manual, "\n.It Fl ", in_manual);
	assert_true(helped > 10);
	for (int i = 0; i < helped; i++)
		if (!is_in(in_help[i], in_manual, described))
			fail_msg("mux_server.1 lacks -%s", in_help[i]);
	for (int i = 0; i < described; i++)
		if (!is_in(in_manual[i], in_help, helped))
			fail_msg("--help lacks -%s", in_manual[i]);
	free(manual);
	assert_int_equal(system("mandoc -Tlint -Wwarning mux-server/*.[157]"), 0);
}

/* bash is there to say whether it is right; of the others, that no option is missing. */
static void shells_complete_every_option(void **state)
{
	static char help[8192], text[16384], names[64][32];
	char command[256];
	int count;

	(void)state;
	ask("--help", help, sizeof(help));
	count = list_options(help, "  -", names);
	snprintf(
		command, sizeof(command),
		"bash -c 'source <(%s --completion bash) && COMP_WORDS=(x --log-s) COMP_CWORD=1 && "
		"_mux_server && test \"${COMPREPLY[*]}\" = --log-size'",
		test_program);
	assert_int_equal(system(command), 0);
	for (int i = 0; i < count; i++) {
		char want[64];

		ask("--completion bash", text, sizeof(text));
		snprintf(want, sizeof(want), "-%.31s", names[i]);
		assert_non_null(strstr(text, want));
		ask("--completion zsh", text, sizeof(text));
		snprintf(want, sizeof(want), "'-%.31s[", names[i]);
		assert_non_null(strstr(text, want));
		ask("--completion fish", text, sizeof(text));
		snprintf(want, sizeof(want), " -%s %.31s ",
			 names[i][0] == '-' ? "l"
			 : names[i][1]	    ? "o"
					    : "s",
			 names[i] + (names[i][0] == '-'));
		assert_non_null(strstr(text, want));
	}
}

int main(void)
{
	const struct CMUnitTest mux_manual[] = {
		SERVER_TEST(manual_and_help_have_the_same_options),
		SERVER_TEST(shells_complete_every_option),
	};

	return RUN_SERVER_TESTS(mux_manual);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The manual says what --help says, and is well-formed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/system/mux_server_harness.h"

/* The names of options in @text that follow @mark at the beginning of a line, with one dash less.
 */
static int list_options(const char *text, const char *mark, char names[64][32])
{
	int count = 0;

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, mark, strlen(mark)) != 0)
			continue;
		assert_true(count < 64);
		assert_int_equal(sscanf(line + strlen(mark), "%31s", names[count++]), 1);
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

static void manual_and_help_have_the_same_options(void **state)
{
	static char help[8192], in_help[64][32], in_manual[64][32];
	char command[256], *manual;
	size_t len;
	int helped, described;
	FILE *pipe;

	(void)state;
	snprintf(command, sizeof(command), "%s --help", test_program);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	help[fread(help, 1, sizeof(help) - 1, pipe)] = '\0';
	assert_int_equal(pclose(pipe), 0);
	manual = read_file("mux-server/mux_server.1", &len);
	helped = list_options(help, "  -", in_help);
	described = list_options(manual, ".It Fl ", in_manual);
	assert_true(helped > 10);
	for (int i = 0; i < helped; i++)
		if (!is_in(in_help[i], in_manual, described))
			fail_msg("mux_server.1 lacks -%s", in_help[i]);
	for (int i = 0; i < described; i++)
		if (!is_in(in_manual[i], in_help, helped))
			fail_msg("--help lacks -%s", in_manual[i]);
	free(manual);
	assert_int_equal(system("mandoc -Tlint -Wwarning mux-server/mux_server.1"), 0);
}

int main(void)
{
	const struct CMUnitTest mux_manual[] = {
		SERVER_TEST(manual_and_help_have_the_same_options),
	};

	return RUN_SERVER_TESTS(mux_manual);
}

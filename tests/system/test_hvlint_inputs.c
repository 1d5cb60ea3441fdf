/* SPDX-License-Identifier: BSD-2-Clause */
/* What hvlint does with inputs that are none, and how it says what it found to programs. */
#include "tests/system/hvlint_harness.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HW "--hw", LINT_HW

/* The messages about what cannot be checked are one line each, and the status is 2. */
static void expect_refusal(const char *said, const char *const arguments[])
{
	const char *output;
	const int status = lint_run(&output, arguments);

	if (status != 2 || strncmp(output, "hvlint: ", 8) != 0 || !strstr(output, said))
		fail_msg("exit status %d, without `%s`:\n%s", status, said, output);
}

static void command_line(void **state)
{
	(void)state;
	expect_refusal("which configuration tree?", LINT(HW));
	expect_refusal("which machine? --hw names", LINT(LINT_CONFIG));
	expect_refusal("one configuration tree at a time", LINT(HW, LINT_CONFIG, LINT_CONFIG));
	expect_refusal("there is no option --guest-tre; the nearest is --guest-tree",
		       LINT("--guest-tre"));
	expect_refusal("'-x' is not an option", LINT("-x"));
	expect_refusal("--hw needs a value: --hw FILE", LINT(LINT_CONFIG, "--hw"));
	expect_refusal("--json takes no value", LINT("--json=1"));
	expect_refusal("exclude each other", LINT(HW, LINT_CONFIG, "--json", "--show"));
	expect_refusal("--load 0x10: expected an address, '=' and a file", LINT("--load", "0x10"));
	expect_refusal("--load x=y: expected", LINT("--load", "x=y"));
	expect_refusal("--load 0x1000000000=y: expected", LINT("--load=0x1000000000=y"));
	expect_refusal("--port 65530: expected", LINT("--port", "65530"));
	expect_refusal("--boot-cpu none: expected the number of a core", LINT("--boot-cpu=none"));
	expect_refusal("only one of the trees", LINT("--hw", "-", "-"));
	expect_refusal("--completion is for bash, zsh or fish, not sh", LINT("--completion", "sh"));
	lint_expect(0, "usage: hvlint --hw FILE", LINT("--help"));
	lint_expect(0, "hvlint (Beryl) ", LINT("--version"));
}

static void manual_and_help_have_the_same_options(void **state)
{
	struct stream *shell = stream_start(
		STREAM_PIPE,
		LINT("bash", "-c",
		     "diff <(build/bin/hvlint --help | sed -n 's/^  \\(--[a-z-]*\\).*/\\1/p' | sort)"
		     " <(sed -n 's/^.It Fl \\([a-z-]*\\).*/-\\1/p' host-tools/hvlint.1 | sort)"
		     " && mandoc -Tlint -Wwarning host-tools/hvlint.1"));

	(void)state;
	if (stream_expect_end(shell) != 0)
		fail_msg("%s", shell->text);
}

static void files_that_are_no_trees(void **state)
{
	static const char include[] = "/dts-v1/;\n/include/ \"nowhere.dtsi\"\n";
	size_t size;
	char *blob = harness_read_file(LINT_HW, &size);
	char *large = calloc(1, 5 << 20);

	(void)state;
	expect_refusal("/nowhere (the configuration tree): No such file", LINT(HW, "/nowhere"));
	expect_refusal("/tmp (the hardware tree): Is a directory",
		       LINT("--hw", "/tmp", LINT_CONFIG));
	expect_refusal("(the hardware tree) is cut off: its header says",
		       LINT("--hw", lint_write("cut", blob, size / 2), LINT_CONFIG));
	memset(blob + 64, 0xff, size - 64);
	expect_refusal("(the hardware tree) is damaged, or no device tree: FDT_ERR_",
		       LINT("--hw", lint_write("damaged", blob, size), LINT_CONFIG));
	assert_non_null(large);
	memcpy(large, blob, 64);
	expect_refusal("has more than 4194304 bytes: the hypervisor takes no larger tree",
		       LINT("--hw", lint_write("large", large, 5 << 20), LINT_CONFIG));
	free(large);
	/* To dtc they are source, in which every line is wrong. */
	lint_expect(1, "empty:1: error: syntax error", LINT(HW, lint_write("empty", "", 0)));
	lint_expect(1, "noise:1: error: ", LINT(HW, lint_write("noise", "\1\2\3\n\0\0", 6)));
	expect_refusal("Couldn't open \"nowhere.dtsi\": No such file or directory",
		       LINT(HW, lint_write("include.dts", include, strlen(include))));
	lint_expect(1, LINT_HW ": error: /: has no hv-config: this is no configuration tree; add",
		    LINT(HW, LINT_HW));
}

/* What is wrong thousands of times is said often enough, and in little time. */
static void thousands_of_findings(void **state)
{
	enum { GROUPS = 4, NODES = 4000 };
	char *nodes = harness_format("%*s", GROUPS * NODES * 24, ""), *at = nodes, *text;
	const char *output;
	unsigned int lines = 0;

	(void)state;
	for (int i = 0; i < GROUPS * NODES; i++)
		at += sprintf(at, "%sn%d { x; };%s", i % NODES ? "" : harness_format("g%d { ", i),
			      i % NODES, (i + 1) % NODES ? "" : " };");
	text = lint_edit(lint_config(), "\tb {\n", harness_format("%s\n\tb {\n", nodes));
	text = lint_edit(text, "cpus = <2 2>", "cpus = <1 2>");
	assert_int_equal(lint_run(&output, LINT(HW, lint_write("large.dts", text, strlen(text)))),
			 1);
	assert_non_null(strstr(output, "error: /b cpus: core 1 belongs to `a` already"));
	for (const char *line = output; *line; line += strcspn(line, "\n") + 1)
		lines++;
	assert_in_range(lines, 1, 2 * 256);
}

/* However a blob is damaged: no crash, and a status that says so or finds faults. */
static void damaged_blobs(void **state)
{
	enum { ROUNDS = 150 };
	const char *path = lint_path("clean.dtb"), *output;
	struct stream *dtc =
		stream_start(STREAM_PIPE, LINT("dtc", "-q", "-Odtb", "-o", path, LINT_CONFIG));
	size_t size;
	char *blob;

	(void)state;
	assert_int_equal(stream_expect_end(dtc), 0);
	blob = harness_read_file(path, &size);
	srandom(4);
	for (int i = 0; i < ROUNDS; i++) {
		const size_t at = (size_t)random() % size;
		const char was = blob[at];
		int status;

		blob[at] = (char)random();
		path = lint_write("blob", blob, i % 3 ? size : at);
		blob[at] = was;
		status = lint_run(&output, LINT(HW, path));
		if (status < 0 || status > 2 || strstr(output, "Sanitizer"))
			fail_msg("round %d: exit status %d\n%s", i, status, output);
	}
}

static void sources_from_a_pipe(void **state)
{
	(void)state;
	struct stream *shell =
		stream_start(STREAM_PIPE, LINT("bash", "-c",
					       "sed 's/<2 2>/<1 2>/' " LINT_CONFIG
					       " | build/bin/hvlint --hw " LINT_HW
					       " -; build/bin/hvlint --hw " LINT_HW
					       " <(sed 's/<2 2>/<1 2>/' " LINT_CONFIG ")"));

	stream_expect(shell, "<stdin>:75: error: /b cpus: core 1 belongs to `a` already");
	stream_expect(shell, ":75: error: /b cpus: core 1 belongs to `a` already");
	assert_int_equal(stream_expect_end(shell), 1);
}

static void what_it_needs_is_not_there(void **state)
{
	struct stream *shell = stream_start(
		STREAM_PIPE, LINT("sh", "-c",
				  "PATH=/nowhere build/bin/hvlint --hw " LINT_HW " " LINT_CONFIG
				  "; echo status $?; build/bin/hvlint --show --hw " LINT_HW
				  " " LINT_CONFIG " >/dev/full; echo status $?"));

	(void)state;
	stream_expect(shell, "hvlint: dtc cannot be started: No such file or directory; it is in");
	stream_expect(shell, "status 2");
	stream_expect(shell, "hvlint: standard output cannot be written");
	stream_expect(shell, "status 2");
	assert_int_equal(stream_expect_end(shell), 0);
}

static void warnings_are_errors_when_strict(void **state)
{
	char *text = lint_edit(lint_config(), "stdout = <&shell>;", "");
	const char *path = lint_write("quiet.dts", text, strlen(text));

	(void)state;
	lint_expect(0, "warning: /hv-config stdout: is missing", LINT(HW, path));
	lint_expect(1, "warning: /hv-config stdout: is missing", LINT(HW, path, "--strict"));
}

static void findings_as_json(void **state)
{
	char *text = lint_edit(lint_config(), "cpus = <2 2>", "cpus = <1 2>");
	const char *path = lint_write("fault.dts", text, strlen(text)), *output;
	const char *severity, *file, *node, *property, *problem, *remedy;
	json_t *document;
	int errors, warnings, line;

	(void)state;
	assert_int_equal(lint_run(&output, LINT(HW, "--json", path)), 1);
	document = json_loads(output, 0, NULL);
	assert_non_null(document);
	assert_int_equal(
		json_unpack(document, "{s:i, s:i, s:[{s:s, s:s, s:i, s:s, s:s, s:s, s:s}!]}",
			    "errors", &errors, "warnings", &warnings, "findings", "severity",
			    &severity, "file", &file, "line", &line, "node", &node, "property",
			    &property, "problem", &problem, "remedy", &remedy),
		0);
	assert_int_equal(errors, 1);
	assert_int_equal(warnings, 0);
	assert_string_equal(severity, "error");
	assert_string_equal(file, path);
	assert_int_equal(line, lint_line(text, "cpus = <1 2>"));
	assert_string_equal(node, "/b");
	assert_string_equal(property, "cpus");
	assert_string_equal(problem, "core 1 belongs to `a` already");
	assert_string_equal(remedy, "give each core to one partition");
	json_decref(document);
	lint_expect(0, "\"findings\": []", LINT(HW, "--json", LINT_CONFIG));
	lint_expect(1, "\"line\": 1,", LINT(HW, "--json", lint_write("bad.dts", "x", 1)));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, harness_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest hvlint_inputs[] = {
		TEST(command_line),
		TEST(manual_and_help_have_the_same_options),
		TEST(files_that_are_no_trees),
		TEST(thousands_of_findings),
		TEST(damaged_blobs),
		TEST(sources_from_a_pipe),
		TEST(what_it_needs_is_not_there),
		TEST(warnings_are_errors_when_strict),
		TEST(findings_as_json),
	};

	return cmocka_run_group_tests(hvlint_inputs, NULL, NULL);
}

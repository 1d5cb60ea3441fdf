/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/system/hvlint_harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The one that stops at every fault of its own. */
static const char program[] = "build/asan-gcc/bin/hvlint";

const char *lint_path(const char *name)
{
	return harness_format("%s/%s", harness_dir(), name);
}

const char *lint_write(const char *name, const void *data, size_t size)
{
	const char *path = lint_path(name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(data, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
	return path;
}

char *lint_edit(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);

	if (!at)
		fail_msg("there is no `%s` to replace", from);
	return harness_format("%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

char *lint_config(void)
{
	size_t size;

	return harness_read_file(LINT_CONFIG, &size);
}

unsigned int lint_line(const char *text, const char *what)
{
	const char *at = strstr(text, what);
	unsigned int line = 1;

	if (!at)
		fail_msg("there is no `%s`", what);
	for (; text < at; text++)
		line += *text == '\n';
	return line;
}

int lint_run(const char **output, const char *const arguments[])
{
	enum { MOST = 40 };
	const char *argv[MOST] = { program };
	struct stream *stream;
	int status;

	for (int i = 0; arguments[i]; i++) {
		assert_in_range(i, 0, MOST - 3);
		argv[i + 1] = arguments[i];
	}
	stream = stream_start(STREAM_PIPE, argv);
	status = stream_expect_end(stream);
	*output = harness_format("%s", stream->text);
	stream_close(stream, false);
	return status;
}

void lint_expect(int status, const char *part, const char *const arguments[])
{
	const char *output;
	const int ended = lint_run(&output, arguments);

	if (ended != status || !strstr(output, part))
		fail_msg("exit status %d, not %d; without `%s`:\n%s", ended, status, part, output);
}

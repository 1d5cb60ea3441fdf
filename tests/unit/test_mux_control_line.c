/* SPDX-License-Identifier: BSD-2-Clause */
/* Requests on the control socket: words, escapes, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mux-server/control_line.h"

static struct control_line line;
static char text[CONTROL_LINE_MAX + 1];

static const char *parse_bytes(const void *data, size_t len)
{
	memcpy(text, data, len);
	return control_line_parse(&line, text, len);
}

static const char *parse(const char *request)
{
	return parse_bytes(request, strlen(request));
}

static void words_are_separated_by_spaces(void **state)
{
	(void)state;
	assert_null(parse("tail hv 100"));
	assert_int_equal(line.count, 3);
	assert_string_equal(line.words[0].text, "tail");
	assert_string_equal(line.words[1].text, "hv");
	assert_string_equal(line.words[2].text, "100");
	assert_null(parse("  list  \r"));
	assert_int_equal(line.count, 1);
	assert_string_equal(line.words[0].text, "list");
}

static void escapes_stand_for_bytes(void **state)
{
	(void)state;
	assert_null(parse("send x a\\sb\\n\\r\\t\\e\\\\\\x00\\xfF"));
	assert_int_equal(line.count, 3);
	assert_int_equal(line.words[2].len, 10);
	assert_memory_equal(line.words[2].text, "a b\n\r\t\033\\\0\xff", 11);
}

static void what_is_wrong_is_said(void **state)
{
	(void)state;
	assert_string_equal(parse(""), "no command");
	assert_string_equal(parse("   "), "no command");
	assert_string_equal(parse("\r"), "no command");
	assert_null(parse("1 2 3 4 5 6 7 8"));
	assert_string_equal(parse("1 2 3 4 5 6 7 8 9"), "too many words");
	assert_non_null(parse("a\tb"));
	assert_non_null(parse_bytes("a\0b", 3));
	assert_non_null(parse("a\x7f"));
	assert_non_null(parse("\\"));
	assert_non_null(parse("\\q"));
	assert_non_null(parse("\\x1"));
	assert_non_null(parse("\\xg0"));
	assert_non_null(parse("a\\ b"));
}

static void what_is_quoted_comes_back(void **state)
{
	uint8_t all[256];
	char quoted[2048];

	(void)state;
	for (int i = 0; i < 256; i++)
		all[i] = (uint8_t)i;
	assert_int_equal(control_line_quote(quoted, sizeof(quoted), all, sizeof(all)), 256);
	assert_null(parse(quoted));
	assert_int_equal(line.count, 1);
	assert_int_equal(line.words[0].len, 256);
	assert_memory_equal(line.words[0].text, all, sizeof(all));
}

/* An escape is written whole or not at all. */
static void quoting_stops_where_there_is_no_room(void **state)
{
	char quoted[6];

	(void)state;
	assert_int_equal(control_line_quote(quoted, sizeof(quoted), "a\x01\x02", 3), 2);
	assert_string_equal(quoted, "a\\x01");
	assert_int_equal(control_line_quote(quoted, 1, "a", 1), 0);
	assert_string_equal(quoted, "");
}

static void noise_stays_within_the_line(void **state)
{
	unsigned seed = 5;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		size_t len = (seed >> 8) % 64;
		char *copy = malloc(len + 1);

		for (size_t j = 0; j < len; j++) {
			seed = seed * 1103515245 + 12345;
			copy[j] = "\\xnabc 1f\r"[(seed >> 16) % 10];
		}
		seed = seed * 1103515245 + 12345;
		control_line_parse(&line, copy, len);
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_separated_by_spaces),
		cmocka_unit_test(escapes_stand_for_bytes),
		cmocka_unit_test(what_is_wrong_is_said),
		cmocka_unit_test(what_is_quoted_comes_back),
		cmocka_unit_test(quoting_stops_where_there_is_no_room),
		cmocka_unit_test(noise_stays_within_the_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

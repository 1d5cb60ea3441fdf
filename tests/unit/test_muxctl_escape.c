/* SPDX-License-Identifier: BSD-2-Clause */
/* The escapes of an attached terminal: where ~ is one, and where it is typed. */
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "host-tools/muxctl_escape.h"

/* Type @keys in pieces of @step bytes; what passes must be @passed, and the last action @action. */
static void type(const char *keys, size_t step, const char *passed, enum muxctl_action action)
{
	struct muxctl_escape escape = { 0 };
	enum muxctl_action last = MUXCTL_NOTHING;
	char out[256], piece[65];
	size_t len = strlen(keys), at = 0, out_len = 0;

	while (at < len && last == MUXCTL_NOTHING) {
		size_t some = len - at < step ? len - at : step, piece_len;

		at += muxctl_escape_take(&escape, keys + at, some, piece, &piece_len, &last);
		assert_in_range(piece_len, 0, some + 1);
		memcpy(out + out_len, piece, piece_len);
		out_len += piece_len;
	}
	out[out_len] = '\0';
	assert_string_equal(out, passed);
	assert_int_equal(last, action);
}

static const struct {
	const char *keys, *passed;
	enum muxctl_action action;
} cases[] = {
	{ "~.", "", MUXCTL_DETACH },
	{ "~?", "", MUXCTL_HELP },
	{ "~b", "", MUXCTL_BREAK },
	{ "~\x1a", "", MUXCTL_SUSPEND },
	{ "ls\r~.", "ls\r", MUXCTL_DETACH },
	{ "ls\n~.", "ls\n", MUXCTL_DETACH },
	{ "ls ~.", "ls ~.", MUXCTL_NOTHING },
	{ "~~.", "~.", MUXCTL_NOTHING },
	{ "~~", "~", MUXCTL_NOTHING },
	{ "~x", "~x", MUXCTL_NOTHING },
	{ "~\r~.", "~\r", MUXCTL_DETACH },
	{ "~", "", MUXCTL_NOTHING },
	{ "\x01\r\r~?", "\x01\r\r", MUXCTL_HELP },
};

static void escapes_in_pieces_of_any_size(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (size_t step = 1; step <= 64; step *= 2)
			type(cases[i].keys, step, cases[i].passed, cases[i].action);
}

/* What comes behind an escape is left for the next call. */
static void the_rest_is_not_taken(void **state)
{
	struct muxctl_escape escape = { 0 };
	enum muxctl_action action;
	char out[16];
	size_t out_len;

	(void)state;
	assert_int_equal(muxctl_escape_take(&escape, "~?~.x", 5, out, &out_len, &action), 2);
	assert_int_equal(action, MUXCTL_HELP);
	assert_int_equal(muxctl_escape_take(&escape, "~.x", 3, out, &out_len, &action), 2);
	assert_int_equal(action, MUXCTL_DETACH);
	assert_int_equal(out_len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(escapes_in_pieces_of_any_size),
		cmocka_unit_test(the_rest_is_not_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

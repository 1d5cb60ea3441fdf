/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines: harmless, bounded, stamped when their first byte arrives, the same however they arrive. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "mux-server/log_lines.h"
#include "mux-server/log_stamp.h"

enum { RING = 4096 };

static struct channel *channel;
static struct log_lines lines;
static char told[16384]; /* complete lines: "text\n", continued ones "+text\n", marks "!text\n" */
static int64_t last_time;
static int partial; /* lines told before they were complete */

static void on_line(struct log_line_reader *reader, const struct log_line *line)
{
	(void)reader;
	assert_true(line->len <= LOG_LINE_MAX);
	assert_int_equal(strlen(line->text), line->len);
	last_time = line->time_us;
	if (!line->complete)
		partial++;
	else
		sprintf(told + strlen(told), "%s%s\n", line->continues ? "+" : "", line->text);
}

static void on_mark(struct log_line_reader *reader, int64_t time_us, const char *text)
{
	(void)reader;
	assert_true(time_us > 0);
	sprintf(told + strlen(told), "!%s\n", text);
}

static struct log_line_reader reader = { .line = on_line, .mark = on_mark };

static int set_up(void **state)
{
	static struct flow flow;

	(void)state;
	told[0] = '\0';
	partial = 0;
	channel = channel_open(0, RING, &flow);
	log_lines_open(&lines, channel);
	log_lines_add(&lines, &reader);
	return channel ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	log_lines_remove(&lines, &reader);
	log_lines_close(&lines);
	channel_close(channel);
	return 0;
}

static void print(const char *text, size_t len)
{
	ring_write(&channel->ring, (const uint8_t *)text, len);
	channel_flush(channel);
}

#define PRINT(text) print(text, sizeof(text) - 1)

static void text_is_the_same_however_it_arrives(void **state)
{
	static const struct {
		const char *bytes;
		size_t len;
		const char *lines;
	} rows[] = {
#define ROW(bytes, lines) { bytes, sizeof(bytes) - 1, lines }
		ROW("plain\n", "plain\n"),
		ROW("a\r\nb\n\rc\n\r\nd\r\r\n", "a\nb\nc\n\nd\n"),
		ROW("10%\r20%\r\n", "10%^M20%\n"),
		ROW("\x1b[2J\x07\x7f\0\t|\n", "^[[2J^G^?^@\t|\n"),
		ROW("gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80\n",
		    "gr\xc3\xbc\xc3\x9f \xe2\x82\xac \xf0\x9f\x98\x80\n"),
		ROW("\xff\xc0\x80 \xed\xa0\x80 \xf5\n", "\\xff\\xc0\\x80 \\xed\\xa0\\x80 \\xf5\n"),
		ROW("\xe0\x9f\x80 \xf0\x8f\x80\x80 \xf4\x90\x80\x80\n",
		    "\\xe0\\x9f\\x80 \\xf0\\x8f\\x80\\x80 \\xf4\\x90\\x80\\x80\n"),
		ROW("\xc2\x9b"
		    "31m \xc2\xa0\n",
		    "\\xc2\\x9b31m \xc2\xa0\n"),
		ROW("cut \xe2\x82\nnext \xc3x\n", "cut \\xe2\\x82\nnext \\xc3x\n"),
		ROW("\xe2\x82\r\n", "\\xe2\\x82\n"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (size_t cut = 0; cut <= rows[i].len; cut++) {
			told[0] = '\0';
			print(rows[i].bytes, cut);
			print(rows[i].bytes + cut, rows[i].len - cut);
			assert_string_equal(told, rows[i].lines);
		}
		told[0] = '\0';
		for (size_t at = 0; at < rows[i].len; at++)
			print(rows[i].bytes + at, 1);
		assert_string_equal(told, rows[i].lines);
	}
}

/* The newline comes later than the line; the next line is not stamped before it begins. */
static void a_line_has_the_time_of_its_first_byte(void **state)
{
	int64_t before = log_stamp_now(), begun;

	(void)state;
	PRINT("login: ");
	begun = last_time;
	assert_in_range(begun, before, log_stamp_now());
	assert_int_equal(partial, 1);
	while (log_stamp_now() == begun)
		;
	PRINT("root\n");
	assert_int_equal(last_time, begun);
	before = log_stamp_now();
	PRINT("#");
	assert_in_range(last_time, before, log_stamp_now());
	assert_string_equal(told, "login: root\n");
}

static void long_lines_are_cut_between_characters(void **state)
{
	char text[LOG_LINE_MAX * 2 + 8], want[sizeof(text) + 8];

	(void)state;
	memset(text, 'x', sizeof(text));
	print(text, LOG_LINE_MAX);
	PRINT("\n"); /* exactly as long as it may be */
	sprintf(want, "%.*s\n", LOG_LINE_MAX, text);
	assert_string_equal(told, want);

	told[0] = '\0';
	print(text, LOG_LINE_MAX - 1);
	PRINT("\xc3\xbc!\n");
	sprintf(want, "%.*s\n+\xc3\xbc!\n", LOG_LINE_MAX - 1, text);
	assert_string_equal(told, want);

	told[0] = '\0';
	print(text, LOG_LINE_MAX * 2 + 1);
	PRINT("\nshort\n");
	sprintf(want, "%.*s\n+%.*s\n+x\nshort\n", LOG_LINE_MAX, text, LOG_LINE_MAX, text);
	assert_string_equal(told, want);
}

static void a_mark_ends_the_line(void **state)
{
	(void)state;
	PRINT("U-Boot 20\xc3");
	log_lines_mark(&lines, "target %s", "down");
	PRINT("again\n");
	log_lines_mark(&lines, "up");
	assert_string_equal(told, "U-Boot 20\\xc3\n!target down\nagain\n!up\n");
}

static void bytes_that_fell_out_of_the_ring_are_marked(void **state)
{
	static char text[RING + 10];

	(void)state;
	memset(text, '\n', sizeof(text));
	text[0] = 'x';
	print(text, sizeof(text));
	assert_int_equal(strncmp(told, "!10 bytes lost\n\n\n", 17), 0);
}

static void a_reader_that_leaves_gets_the_rest(void **state)
{
	(void)state;
	PRINT("no newline");
	log_lines_remove(&lines, &reader);
	assert_string_equal(told, "no newline\n");
	log_lines_add(&lines, &reader);
}

int main(void)
{
	const struct CMUnitTest mux_log_lines[] = {
		cmocka_unit_test_setup_teardown(text_is_the_same_however_it_arrives, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_line_has_the_time_of_its_first_byte, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(long_lines_are_cut_between_characters, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_mark_ends_the_line, set_up, tear_down),
		cmocka_unit_test_setup_teardown(bytes_that_fell_out_of_the_ring_are_marked, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_reader_that_leaves_gets_the_rest, set_up,
						tear_down),
	};

	return cmocka_run_group_tests(mux_log_lines, NULL, NULL);
}

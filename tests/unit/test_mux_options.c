/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line: every classic form, every error, and the nearest name. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "mux-server/channel.h"
#include "mux-server/options.h"
#include "mux-server/telnet.h"

static struct options options;
static char error[512];

/* Parse the words of @line, separated by single spaces. */
static int parse(const char *line)
{
	static char words[2048];
	char *argv[256];
	int argc = 0;

	snprintf(words, sizeof(words), "%s", line);
	argv[argc++] = "mux_server";
	for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
		argv[argc++] = word;
	argv[argc] = NULL;
	error[0] = '\0';
	return options_parse(&options, argc, argv, error, sizeof(error));
}

static void expect_error(const char *line, const char *text)
{
	assert_int_equal(parse(line), -EINVAL);
	if (!strstr(error, text))
		fail_msg("'%s' gives '%s', not '%s'", line, error, text);
}

static void walk_through_line(void **state)
{
	(void)state;
	assert_int_equal(parse("/dev/ttyS0 18900 18901 18902"), 0);
	assert_string_equal(options.target, "/dev/ttyS0");
	assert_int_equal(options.baud, 115200);
	assert_int_equal(options.stream_count, 3);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(options.streams[i].kind, STREAM_PORT);
		assert_int_equal(options.streams[i].port, 18900 + i);
	}
	assert_false(options.exec || options.verbose || options.debug || options.hw);
	assert_null(options.log_dir);
	assert_null(options.listen);
}

static void all_classic_options(void **state)
{
	(void)state;
	assert_int_equal(parse("-s 9600 -exec -verbose -debug -hw cmd stdin stdout stderr 0x10"),
			 0);
	assert_int_equal(options.baud, 9600);
	assert_true(options.exec && options.verbose && options.debug && options.hw);
	assert_string_equal(options.target, "cmd");
	assert_int_equal(options.streams[0].kind, STREAM_STDIN);
	assert_int_equal(options.streams[1].kind, STREAM_STDOUT);
	assert_int_equal(options.streams[2].kind, STREAM_STDERR);
	assert_int_equal(options.streams[3].port, 16);
}

static void long_options_stand_anywhere(void **state)
{
	(void)state;
	assert_int_equal(parse("--log-dir d --listen=:: host:1 0 --log-dir=e"), 0);
	assert_string_equal(options.log_dir, "e");
	assert_string_equal(options.listen, "::");
	assert_int_equal(options.stream_count, 1);
}

static void classic_options_end_at_the_target(void **state)
{
	(void)state;
	expect_error("t 1 -hw", "Unrecognizable stream spec: '-hw'");
	assert_int_equal(parse("-- -odd 1"), 0);
	assert_string_equal(options.target, "-odd");
}

static void colon_goes_to_the_next_multiple_of_eight(void **state)
{
	(void)state;
	assert_int_equal(parse("t 1 : 2"), 0);
	assert_int_equal(options.stream_count, 9);
	assert_int_equal(options.streams[1].kind, STREAM_NONE);
	assert_int_equal(options.streams[8].port, 2);

	assert_int_equal(parse("t : 5"), 0);
	assert_int_equal(options.streams[0].kind, STREAM_NONE);
	assert_int_equal(options.streams[8].port, 5);

	assert_int_equal(parse("t : : 6"), 0);
	assert_int_equal(options.streams[16].port, 6);
}

static void ninety_five_streams_and_no_more(void **state)
{
	char line[1024] = "t";

	(void)state;
	for (int i = 0; i < 95; i++)
		strcat(line, " 1");
	assert_int_equal(parse(line), 0);
	assert_int_equal(options.stream_count, 95);
	strcat(line, " 1");
	expect_error(line, "95 stream maximum, 96 specified");
	expect_error("t : : : : : : : : : : : : 1", "95 stream maximum, 97 specified");
}

static void bad_streams(void **state)
{
	static const char *const bad[] = {
		"-1", "70000", "text", "8000abc", "::", "STDOUT", "99999999999999999999"
	};
	char line[64], text[64];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(line, sizeof(line), "t %s", bad[i]);
		snprintf(text, sizeof(text), "Unrecognizable stream spec: '%s'", bad[i]);
		expect_error(line, text);
	}
	expect_error("t stdin stdin", "stdin can serve one stream only");
}

static void speeds(void **state)
{
	(void)state;
	assert_int_equal(parse("-s 0 t 1"), 0);
	assert_int_equal(options.baud, 0);
	assert_int_equal(parse("-s 3000000 t 1"), 0);
	assert_int_equal(options.baud, 3000000);
	expect_error("-s fast t 1", "bad speed specification: fast");
	expect_error("-s -1 t 1", "bad speed specification: -1");
	expect_error("-s 9600x t 1", "bad speed specification: 9600x");
}

static void what_is_missing(void **state)
{
	(void)state;
	expect_error("", "no target");
	expect_error("-hw", "no target");
	expect_error("t", "no stream given for target t");
	expect_error("t :", "no stream given for target t");
	expect_error("-s", "-s needs BAUD");
	expect_error("t 1 --log-dir", "--log-dir needs DIR");
	expect_error("t 1 --listen=", "--listen needs ADDR");
}

static void mistyped_options_name_the_nearest(void **state)
{
	(void)state;
	expect_error("-verbos t 1", "unknown option -verbos; the nearest is -verbose");
	expect_error("--verbose t 1", "the nearest is -verbose");
	expect_error("-exce t 1", "the nearest is -exec");
	expect_error("--logdir d t 1", "the nearest is --log-dir");
	expect_error("--log-dri=d t 1", "the nearest is --log-dir");
	expect_error("--hlep", "the nearest is --help");
	assert_int_equal(parse("--nothing-like-it t 1"), -EINVAL);
	assert_string_equal(error, "unknown option --nothing-like-it");
	expect_error("--help=x", "unknown option --help=x");
	assert_int_equal(
		parse("-xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"),
		-EINVAL);
}

static void help_and_version_need_nothing_else(void **state)
{
	(void)state;
	assert_int_equal(parse("--help"), 0);
	assert_true(options.help);
	assert_int_equal(parse("--version"), 0);
	assert_true(options.version);
}

static void settings_of_the_command_line(void **state)
{
	struct settings *settings;
	const struct board_settings *board;

	(void)state;
	assert_int_equal(parse("-s 9600 -hw --log-dir d --listen :: /dev/t 7 : stdin"), 0);
	settings = options_settings(&options, error, sizeof(error));
	assert_non_null(settings);
	assert_int_equal(settings->board_count, 1);
	board = &settings->boards[0];
	assert_string_equal(settings->listen, "::");
	assert_string_equal(board->name, "t");
	assert_string_equal(board->target, "/dev/t");
	assert_null(board->exec);
	assert_int_equal(*board->baud, 9600);
	assert_int_equal(board->flow, SERIAL_FLOW_RTS_CTS);
	assert_string_equal(board->log_dir, "d");
	assert_int_equal(board->console_count, 2);
	assert_int_equal(*board->consoles[0].port, 7);
	assert_string_equal(board->consoles[0].name, "channel-00");
	assert_int_equal(board->consoles[1].channel, 8);
	assert_int_equal(board->consoles[1].stdio, CONSOLE_STDIN);
	assert_null(board->consoles[1].port);
	settings_free(settings);

	assert_int_equal(parse("-exec cmd 0"), 0);
	settings = options_settings(&options, error, sizeof(error));
	assert_non_null(settings);
	assert_string_equal(settings->boards[0].exec, "cmd");
	assert_null(settings->boards[0].target);
	settings_free(settings);
}

static void a_file_excludes_what_it_says(void **state)
{
	static const char *const surplus[] = {
		"t", "-exec", "-hw", "-s 9600", "--log-dir d", "--listen ::", "--names-from x"
	};
	char line[64], text[64];

	(void)state;
	assert_int_equal(parse("--config f --check -verbose -debug --control c"), 0);
	assert_string_equal(options.config, "f");
	assert_true(options.check);
	for (size_t i = 0; i < sizeof(surplus) / sizeof(surplus[0]); i++) {
		snprintf(line, sizeof(line), "--config f %s", surplus[i]);
		snprintf(text, sizeof(text), "%.*s cannot be given with --config",
			 (int)strcspn(surplus[i], " "), surplus[i]);
		expect_error(line, text);
	}
	expect_error("--check t 1", "--check needs --config FILE");
}

static void names_from_a_tree_that_is_none(void **state)
{
	(void)state;
	assert_int_equal(parse("--names-from /dev/null t 1"), 0);
	assert_null(options_settings(&options, error, sizeof(error)));
	assert_non_null(strstr(error, "--names-from: /dev/null: is not a device tree blob"));
	assert_int_equal(parse("--names-from /nonexistent t 1"), 0);
	assert_null(options_settings(&options, error, sizeof(error)));
	assert_non_null(strstr(error, "/nonexistent: No such file"));
}

static void how_clients_are_served(void **state)
{
	char *argv[] = { "mux_server", "--replay", "4096", "--slow-reader",
			 "block",      "--telnet", "on",   "t",
			 "1",	       NULL };
	struct settings *settings;
	const struct client_settings *clients;

	(void)state;
	assert_int_equal(options_parse(&options, 9, argv, error, sizeof(error)), 0);
	settings = options_settings(&options, error, sizeof(error));
	assert_non_null(settings);
	clients = &settings->boards[0].consoles[0].clients;
	assert_int_equal(*clients->replay, 4096);
	assert_int_equal(*clients->slow_reader, SLOW_READER_BLOCK);
	assert_int_equal(*clients->telnet, TELNET_ON);
	settings_free(settings);

	assert_int_equal(parse("t 1"), 0);
	settings = options_settings(&options, error, sizeof(error));
	assert_non_null(settings);
	clients = &settings->boards[0].consoles[0].clients;
	assert_int_equal(*clients->replay, 0);
	assert_int_equal(*clients->slow_reader, SLOW_READER_SKIP);
	assert_int_equal(*clients->telnet, TELNET_AUTO);
	settings_free(settings);

	expect_error("--telnet yes t 1", "--telnet is one of off|auto|on, not yes");
	expect_error("--slow-reader wait t 1", "--slow-reader is one of skip|drop|block, not wait");
	expect_error("--replay 0 t 1", "--replay needs a number from 1 up, not 0");
	expect_error("--config f --replay 1", "--replay cannot be given with --config; f says it");
	expect_error("--config f --telnet off", "--telnet cannot be given with --config");
	expect_error("--config f --slow-reader drop",
		     "--slow-reader cannot be given with --config");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(walk_through_line),
		cmocka_unit_test(all_classic_options),
		cmocka_unit_test(long_options_stand_anywhere),
		cmocka_unit_test(classic_options_end_at_the_target),
		cmocka_unit_test(colon_goes_to_the_next_multiple_of_eight),
		cmocka_unit_test(ninety_five_streams_and_no_more),
		cmocka_unit_test(bad_streams),
		cmocka_unit_test(speeds),
		cmocka_unit_test(what_is_missing),
		cmocka_unit_test(mistyped_options_name_the_nearest),
		cmocka_unit_test(help_and_version_need_nothing_else),
		cmocka_unit_test(settings_of_the_command_line),
		cmocka_unit_test(a_file_excludes_what_it_says),
		cmocka_unit_test(names_from_a_tree_that_is_none),
		cmocka_unit_test(how_clients_are_served),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* A board that must be typed to slowly: each pause is kept, all arrives in order, others go on. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/system/mux_server_harness.h"

/* Read one byte; returns when it came. */
static int64_t take_byte(int fd, char byte)
{
	expect(fd, &byte, 1);
	return now_ms();
}

/*
 * Each byte comes no sooner than all pauses before it take, from before the first was typed.  (When
 * a byte is read says nothing about when it was sent.)  The clock may cut off a millisecond.
 */
static void each_character_and_line_waits(void **state)
{
	static const char text[] = "printenv\rboot\r";
	int64_t start, pauses = 0;
	int board, client;

	(void)state;
	server_start((const char *const[]){ "--pace-char=20", "--pace-line", "60",
					    board_make(BOARD_TCP), "0", "0", NULL });
	board = board_connect();
	PUT(board, "\x18\x30.");
	client = client_connect(0);
	start = now_ms();
	put(client, text, sizeof(text) - 1);
	EXPECT(board, "\x18\x30");
	for (size_t i = 0; i < sizeof(text) - 1; i++) {
		assert_true(take_byte(board, text[i]) - start >= pauses - 1);
		pauses += text[i] == '\r' ? 60 : 20;
	}
	close(client);
	assert_int_equal(server_end(SIGTERM), 0);
}

/* The flood on one channel has all arrived before the few bytes of the slow one. */
static void other_channels_go_on(void **state)
{
	enum { LEN = 4000 };
	static char flood[LEN];
	int board, slow, quick;
	FILE *file;

	(void)state;
	file = fopen(in_test_dir("b.yaml"), "w");
	assert_non_null(file);
	fprintf(file,
		"boards:\n  - name: b\n    target: %s\n    boot-loader: never\n    consoles:\n"
		"      - {channel: 0, port: 0, pace-char: 60000}\n"
		"      - {channel: 1, port: 0}\n",
		board_make(BOARD_TCP));
	assert_int_equal(fclose(file), 0);
	server_start((const char *const[]){ "--config", in_test_dir("b.yaml"), NULL });
	board = board_connect();
	slow = client_connect(0);
	quick = client_connect(1);
	PUT(slow, "ab");
	EXPECT(board, "\x18\x30"
		      "a");
	memset(flood, 'x', LEN);
	put(quick, flood, LEN);
	EXPECT(board, "\x18\x31");
	expect(board, flood, LEN);
	close(slow); /* what it typed is not waited for at the end */
	close(quick);
	assert_int_equal(server_end(SIGTERM), 0);
}

/* A boot loader, which is where it matters most. */
static void a_boot_loader_waits_too(void **state)
{
	int64_t start;
	int board, client;

	(void)state;
	server_start((const char *const[]){ "--boot-loader", "first", "--pace-char", "30",
					    board_make(BOARD_TCP), "0", NULL });
	board = board_accept();
	client = client_connect(0);
	start = now_ms();
	PUT(client, "ab\x18");
	take_byte(board, 'a');
	assert_true(take_byte(board, 'b') - start >= 29);
	take_byte(board, '\x18'); /* not doubled: this is no protocol */
	close(client);
	assert_int_equal(server_end(SIGTERM), 0);
}

int main(void)
{
	const struct CMUnitTest mux_pace_lines[] = {
		SERVER_TEST(each_character_and_line_waits),
		SERVER_TEST(other_channels_go_on),
		SERVER_TEST(a_boot_loader_waits_too),
	};

	return RUN_SERVER_TESTS(mux_pace_lines);
}

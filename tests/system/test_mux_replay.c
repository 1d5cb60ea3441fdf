/* SPDX-License-Identifier: BSD-2-Clause */
/* What a new client begins with, and how much is kept. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/system/muxctl_harness.h"

enum { PRINTED = 160000 };

static char printed[PRINTED + 1];

/* The board prints; a client of channel 1 shows that the server has got that far. */
static void print(void)
{
	int other = client_connect(1);

	for (size_t at = 0; at < PRINTED; at += 16) {
		char line[17];

		snprintf(line, sizeof(line), "%014zx.\n", at);
		memcpy(printed + at, line, 16);
	}
	PUT(rack_board, "\x18\x30");
	put(rack_board, printed, PRINTED);
	PUT(rack_board, "\x18\x31.\x18\x30");
	EXPECT(other, ".");
	close(other);
}

static void reload(const char *keys, const char *more)
{
	char consoles[256];

	snprintf(consoles, sizeof(consoles),
		 "{channel: 0, name: hv, port: 0%s}, {channel: 1, name: linux, port: 0}", keys);
	rack_write(consoles, more);
	EXPECT_MUXCTL(0, "reloaded", "reload");
}

/* A client gets @len bytes that were printed, and then what is printed now. */
static void expect_replay(size_t len)
{
	int client = client_connect(0);

	expect(client, printed + PRINTED - len, len);
	PUT(rack_board, "now");
	EXPECT(client, "now");
	memmove(printed, printed + 3, PRINTED - 3);
	memcpy(printed + PRINTED - 3, "now", 3);
	close(client);
}

static void new_clients_begin_with_what_was_printed(void **state)
{
	int first;

	(void)state;
	rack_start();
	reload(", replay: 100000, scrollback: 128", "");
	print();
	expect_replay(100000);
	first = client_connect(0);
	take(first, 100000);
	reload("", "scrollback: 64\nreplay: 1000000\n");
	expect_replay(65536);
	reload("", "scrollback: 1024\nreplay: 1000000\n"); /* what is gone does not come back */
	expect_replay(65536);
	reload("", "");
	expect_replay(0);
	EXPECT(first, "nownownow"); /* who was there has not noticed */
	EXPECT_MUXCTL(0, "nownownownow", "tail", "--bytes", "12", "real/hv");
	close(first);
	assert_int_equal(server_end(SIGTERM), 0);
}

/* On the command line, and not for muxctl, which says itself what it wants. */
static void replay_is_an_option(void **state)
{
	int board, client;

	(void)state;
	server_start((const char *const[]){ "--replay", "5", "--control",
					    in_test_dir("control.sock"), board_make(BOARD_TCP), "0",
					    NULL });
	board = board_connect();
	client = client_connect(0);
	PUT(board, "\x18\x30hello, world");
	EXPECT(client, "hello, world");
	close(client);
	client = client_connect(0);
	EXPECT(client, "world");
	close(client);
	client = rack_connect_control();
	PUT(client, "attach 0\n");
	EXPECT(client, "{\"ok\":true}\n");
	PUT(board, "!");
	EXPECT(client, "!");
	close(client);
	assert_int_equal(server_end(SIGTERM), 0);
}

int main(void)
{
	const struct CMUnitTest mux_replay[] = {
		SERVER_TEST(new_clients_begin_with_what_was_printed),
		SERVER_TEST(replay_is_an_option),
	};

	return RUN_SERVER_TESTS(mux_replay);
}

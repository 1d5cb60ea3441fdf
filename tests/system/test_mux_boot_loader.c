/* SPDX-License-Identifier: BSD-2-Clause */
/* A boot loader on the same wire: it is typed to without framing, and nobody else is. */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/system/mux_server_harness.h"

static enum board_kind kind;

static int start(const char *option)
{
	server_start((const char *const[]){ board_make(kind), "0", "0", option, NULL });
	return board_connect();
}

/* What comes without an announcement well after the question makes it a boot loader. */
static void print_until_known(int board, int zero)
{
	int64_t deadline = now_ms() + DEADLINE_MS;

	while (server_count("is a boot loader") == 0) {
		assert_true(now_ms() < deadline);
		PUT(board, ".");
		EXPECT(zero, ".");
	}
}

static void expect_silence(int fd)
{
	struct pollfd readable = { .fd = fd, .events = POLLIN };

	assert_int_equal(poll(&readable, 1, 50), 0);
}

static void boots_from_channel_0(void **state)
{
	int board = start(NULL), zero = client_connect(0), one = client_connect(1);

	(void)state;
	print_until_known(board, zero);
	PUT(board, "Hit any key to stop autoboot");
	EXPECT(zero, "Hit any key to stop autoboot");
	PUT(one, "root\r");
	expect_silence(board);
	PUT(zero, " ");
	EXPECT(board, " ");
	PUT(zero, "loady\r\x18\x18\x30");
	EXPECT(board, "loady\r\x18\x18\x30");
	expect_silence(board);
	PUT(board, "\r\nstarting\r\n\x18");
	EXPECT(zero, "\r\nstarting\r\n");
	expect_silence(board);
	PUT(board, "\x01\x18\x01");
	EXPECT(board, "\x18\x31root\r");
	PUT(zero, "help\r");
	EXPECT(board, "\x18\x30help\r");
	server_expect("speaks the protocol");
	PUT(board, "\x18\x31login:");
	EXPECT(one, "login:");
	assert_int_equal(server_end(SIGTERM), 0);
	close(zero);
	close(one);
}

/* What was on its way when the line was opened, without an announcement, proves nothing. */
static void running_target_is_not_taken_for_a_boot_loader(void **state)
{
	int board = start(NULL), zero = client_connect(0), one = client_connect(1);

	(void)state;
	PUT(board, "on its way");
	EXPECT(zero, "on its way");
	PUT(one, "a");
	EXPECT(board, "\x18\x31"
		      "a");
	PUT(board, "\x18\x31"
		   "a");
	EXPECT(one, "a");
	server_expect("speaks the protocol");
	for (int i = 0; i < 3; i++) {
		PUT(zero, "b");
		EXPECT(board, "\x18\x30"
			      "b");
		PUT(one, "a");
		EXPECT(board, "\x18\x31"
			      "a");
	}
	assert_int_equal(server_count("is a boot loader"), 0);
	assert_int_equal(server_end(SIGTERM), 0);
	close(zero);
	close(one);
}

/* A silent target may be either: what is sent is right for one and leaves no trace in the other. */
static void silent_target_is_greeted(void **state)
{
	int board = start(NULL), zero = client_connect(0);

	(void)state;
	PUT(zero, "p");
	EXPECT(board, "\x18\x30\x18\x01p");
	PUT(zero, "q");
	EXPECT(board, "q");
	assert_int_equal(server_end(SIGTERM), 0);
	close(zero);
}

/* Every opening asks anew. */
static void board_that_comes_back_may_be_either(void **state)
{
	int board = start(NULL), zero = client_connect(0), one = client_connect(1);

	(void)state;
	PUT(board, "\x18\x31"
		   "1");
	EXPECT(one, "1");
	server_expect("speaks the protocol");
	board_break();
	server_expect("opening it again");
	board_restore();
	board = board_connect();
	print_until_known(board, zero);
	PUT(one, "x");
	expect_silence(board);
	PUT(zero, "y");
	EXPECT(board, "y");
	board_break();
	server_expect("1 bytes typed for");
	EXPECT(one, "\r\n[mux_server: target lost, 1 typed bytes were not sent]\r\n");
	board_restore();
	board = board_connect();
	expect_silence(board);
	assert_int_equal(server_end(SIGTERM), 0);
	close(zero);
	close(one);
}

/* "first": nothing at all is sent to it, so that its autoboot goes on. */
static void boot_loader_first(void **state)
{
	int board, zero, one;

	(void)state;
	server_start(
		(const char *const[]){ board_make(kind), "0", "0", "--boot-loader=first", NULL });
	zero = client_connect(0);
	one = client_connect(1);
	board = board_accept();
	PUT(one, "x");
	expect_silence(board);
	PUT(zero, " ");
	EXPECT(board, " ");
	PUT(board, "\x18\x01");
	EXPECT(board, "\x18\x31x");
	assert_int_equal(server_end(SIGTERM), 0);
	close(zero);
	close(one);
}

/* "never": all is framed, whatever the target prints. */
static void boot_loader_never(void **state)
{
	int board, zero;

	(void)state;
	server_start(
		(const char *const[]){ board_make(kind), "0", "--boot-loader", "never", NULL });
	board = board_connect();
	zero = client_connect(0);
	for (int64_t end = now_ms() + 700; now_ms() < end;) {
		PUT(board, "=> ");
		EXPECT(zero, "=> ");
	}
	PUT(zero, "x");
	EXPECT(board, "\x18\x30x");
	assert_int_equal(server_end(SIGTERM), 0);
	close(zero);
}

static void unknown_choice_is_refused(void **state)
{
	(void)state;
	server_start((const char *const[]){ "/dev/null", "0", "--boot-loader", "firs", NULL });
	assert_int_equal(server_end(0), 2);
	server_expect("--boot-loader is one of auto|first|never, not firs");
}

#define TEST_ON(name, of)                                                                          \
	{                                                                                          \
#name " on " #of, name, set_up_##of, test_tear_down, NULL                          \
	}

static int set_up_pty(void **state)
{
	kind = BOARD_PTY;
	return test_set_up(state);
}

static int set_up_tcp(void **state)
{
	kind = BOARD_TCP;
	return test_set_up(state);
}

int main(void)
{
	const struct CMUnitTest mux_boot_loader[] = {
		TEST_ON(boots_from_channel_0, pty),
		TEST_ON(boots_from_channel_0, tcp),
		TEST_ON(running_target_is_not_taken_for_a_boot_loader, pty),
		TEST_ON(silent_target_is_greeted, tcp),
		TEST_ON(board_that_comes_back_may_be_either, pty),
		TEST_ON(board_that_comes_back_may_be_either, tcp),
		TEST_ON(boot_loader_first, tcp),
		TEST_ON(boot_loader_never, tcp),
		TEST_ON(unknown_choice_is_refused, tcp),
	};

	return RUN_SERVER_TESTS(mux_boot_loader);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What must hold for every kind of target: serial line (a pty here), TCP, unix socket, command.
 * Each test takes the kind as its state.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "protocol/mux.h"
#include "tests/system/mux_server_harness.h"

static enum board_kind kind;

/* Start with ports for channels 0, 1 and 94, and logs. */
static int start(void)
{
	const char *arguments[40] = { "--log-dir", in_test_dir("logs") };
	int n = 2;

	if (kind == BOARD_EXEC)
		arguments[n++] = "-exec";
	arguments[n++] = board_make(kind);
	arguments[n++] = "0";
	arguments[n++] = "0";
	for (int i = 0; i < 11; i++)
		arguments[n++] = ":";
	for (int i = 88; i <= 94; i++)
		arguments[n++] = "0";
	server_start(arguments);
	server_expect("using speed: 115200.");
	server_expect("connected on fd ");
	return board_connect();
}

/* Random payload, a tenth of it escapes. */
static void make_payload(uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		data[i] = rand() % 10 ? (uint8_t)rand() : MUX_ESCAPE;
}

static void send_as(int board, struct mux_encoder *encoder, int channel, const uint8_t *data,
		    size_t len)
{
	uint8_t wire[512];

	while (len > 0) {
		size_t taken = len < 200 ? len : 200;
		size_t out = mux_encode(encoder, channel, data, &taken, wire, sizeof(wire));

		put(board, wire, out);
		data += taken;
		len -= taken;
	}
}

static void expect_file(const char *path, const uint8_t *data, size_t len)
{
	size_t got;
	char *file;

	wait_for_size(path, len);
	file = read_file(path, &got);
	assert_int_equal(got, len);
	assert_memory_equal(file, data, len);
	free(file);
}

/* Three channels, mixed; one that nobody has; every byte at the right client and in the right log.
 */
static void output_arrives_byte_for_byte(void **state)
{
	enum { LEN = 60000 };
	static uint8_t payload[3][LEN];
	static const int channels[3] = { 0, 1, 94 };
	struct mux_encoder encoder;
	int clients[3], board;

	(void)state;
	board = start();
	for (int i = 0; i < 3; i++) {
		clients[i] = client_connect(channels[i]);
		make_payload(payload[i], LEN);
	}
	mux_encoder_init(&encoder);
	for (size_t at = 0; at < LEN; at += 1000) {
		for (int i = 0; i < 3; i++)
			send_as(board, &encoder, channels[i], payload[i] + at, 1000);
		send_as(board, &encoder, 5, payload[0], 7);
		for (int i = 0; i < 3; i++)
			expect(clients[i], payload[i] + at, 1000);
	}
	expect_file(in_test_dir("logs/channel-00.log"), payload[0], LEN);
	expect_file(in_test_dir("logs/channel-01.log"), payload[1], LEN);
	expect_file(in_test_dir("logs/channel-94.log"), payload[2], LEN);
	server_expect("bad RX channel 5");
	assert_int_equal(server_end(SIGTERM), 0);
	server_expect("Cleaning up.");
	server_expect(": 420 bytes of channels without a stream were discarded.");
	for (int i = 0; i < 3; i++)
		close(clients[i]);
}

/* Before any announcement bytes are channel 0's; control sequences may be split; nonsense changes
 * nothing. */
static void odd_sequences_do_no_harm(void **state)
{
	int board, zero, one;

	(void)state;
	board = start();
	zero = client_connect(0);
	one = client_connect(1);
	PUT(board, "U-Boot> \x18");
	EXPECT(zero, "U-Boot> ");
	PUT(board, "\x31one\x18\x02\x18\x18\x18");
	EXPECT(one, "one\x18");
	PUT(board, "\x7f"
		   "79?\x18\xff"
		   "207?\x18\x8f"
		   "95?\x18\x30zero");
	EXPECT(zero, "zero");
	PUT(board, "\x18\x31!");
	EXPECT(one, "!");
	server_expect("bad command 2 after CH_SWITCH_ESCAPE");
	server_expect("bad RX channel 79");
	server_expect("bad RX channel 207");
	server_expect("bad RX channel 95");
	assert_int_equal(server_end(SIGTERM), 0);
	close(zero);
	close(one);
}

/* The host-to-target vectors of the wire's specification, typed by clients. */
static void input_is_encoded(void **state)
{
	int board, zero, one, last;

	(void)state;
	board = start();
	zero = client_connect(0);
	one = client_connect(1);
	last = client_connect(94);
	PUT(one, "ls\r");
	EXPECT(board, "\x18\x31ls\r");
	PUT(one, "\x18");
	EXPECT(board, "\x18\x18");
	PUT(zero, "?");
	EXPECT(board, "\x18\x30?");
	PUT(board, "\x18\x01\x18\x30+");
	EXPECT(zero, "+");
	PUT(zero, "?");
	EXPECT(board, "\x18\x30?");
	PUT(last, "\x01\xff");
	EXPECT(board, "\x18\x8e\x01\xff");
	assert_int_equal(server_end(SIGTERM), 0);
	close(zero);
	close(one);
	close(last);
}

/* The board comes back: `18 01` again, decoder started anew, clients still there. */
static void lost_target_is_opened_again(void **state)
{
	int board, zero, one;

	(void)state;
	board = start();
	zero = client_connect(0);
	one = client_connect(1);
	PUT(board, "\x18\x31"
		   "before\x18");
	EXPECT(one, "before");
	for (int i = 0; i < 3; i++) {
		board_break();
		server_expect("opening it again");
		board_restore();
		board = board_connect(); /* which expects 18 01 */
		PUT(board, "unannounced");
		EXPECT(zero, "unannounced");
		PUT(board, "\x18\x31"
			   "back\x18");
		EXPECT(one, "back");
		PUT(zero, "x");
		EXPECT(board, "\x18\x30x");
	}
	assert_int_equal(server_end(SIGTERM), 0);
	close(zero);
	close(one);
}

/* A target that is not there yet is named once, and found when it comes. */
static void absent_target_is_waited_for(void **state)
{
	const char *target = board_make(kind);
	int board, zero;

	(void)state;
	board_break();
	server_start((const char *const[]){ target, "0", NULL });
	server_expect("trying again until it works");
	board_restore();
	board = board_connect();
	zero = client_connect(0);
	PUT(board, "here");
	EXPECT(zero, "here");
	assert_int_equal(server_count("trying again until it works"), 1);
	assert_int_equal(server_end(SIGINT), 0);
	close(zero);
}

/* --once: the end of the target is the end of the server, as it was with Topaz's. */
static void once_ends_with_the_target(void **state)
{
	int board, zero;
	char rest;

	(void)state;
	server_start((const char *const[]){ board_make(kind), "0", "--once", NULL });
	board = board_connect();
	zero = client_connect(0);
	PUT(board, "last words");
	EXPECT(zero, "last words");
	board_break();
	assert_int_equal(server_end(0), 69);
	assert_int_equal(server_count("again"), 0);
	assert_int_equal(read(zero, &rest, 1), 0);
	close(zero);
}

static void once_wants_the_target_at_once(void **state)
{
	const char *target = board_make(kind);

	(void)state;
	board_break();
	server_start((const char *const[]){ target, "0", "--once", NULL });
	assert_int_equal(server_end(0), 69);
	server_expect("failed for target");
	assert_int_equal(server_count("again"), 0);
}

/* A device that re-appears is opened at once, though the next attempt is seconds away. */
static void device_that_appears_is_noticed(void **state)
{
	const char *directory = in_test_dir("deep");
	char target[300];
	int64_t appeared;
	int zero, board;

	(void)state;
	board_make(BOARD_PTY);
	snprintf(target, sizeof(target), "%s/er/board", directory);
	server_start((const char *const[]){ target, "0", NULL });
	server_expect("trying again until it works");
	zero = client_connect(0);
	poll(NULL, 0, 1700); /* by then the next attempt is at least a second away */
	assert_int_equal(mkdir(directory, 0777), 0);
	assert_int_equal(mkdir(in_test_dir("deep/er"), 0777), 0);
	appeared = now_ms();
	assert_int_equal(symlink(in_test_dir("board"), target), 0);
	board = board_connect();
	assert_true(now_ms() - appeared < 700);
	PUT(board, "here");
	EXPECT(zero, "here");
	assert_int_equal(server_end(SIGTERM), 0);
	close(zero);
}

#define KIND(of)                                                                                   \
	static int set_up_##of(void **state)                                                       \
	{                                                                                          \
		kind = of;                                                                         \
		return test_set_up(state);                                                         \
	}

KIND(BOARD_PTY)
KIND(BOARD_TCP)
KIND(BOARD_UNIX)
KIND(BOARD_EXEC)

#define TEST_ON(name, of)                                                                          \
	{                                                                                          \
#name " on " #of, name, set_up_##of, test_tear_down, NULL                          \
	}
#define TEST(name)                                                                                 \
	TEST_ON(name, BOARD_PTY), TEST_ON(name, BOARD_TCP), TEST_ON(name, BOARD_UNIX),             \
		TEST_ON(name, BOARD_EXEC)

int main(int argc, char **argv)
{
	const struct CMUnitTest mux_targets[] = {
		TEST(output_arrives_byte_for_byte),
		TEST(odd_sequences_do_no_harm),
		TEST(input_is_encoded),
		TEST(lost_target_is_opened_again),
		TEST_ON(absent_target_is_waited_for, BOARD_PTY),
		TEST_ON(absent_target_is_waited_for, BOARD_TCP),
		TEST_ON(absent_target_is_waited_for, BOARD_UNIX),
		TEST_ON(once_ends_with_the_target, BOARD_PTY),
		TEST_ON(once_ends_with_the_target, BOARD_TCP),
		TEST_ON(once_ends_with_the_target, BOARD_UNIX),
		TEST_ON(once_wants_the_target_at_once, BOARD_PTY),
		TEST_ON(once_wants_the_target_at_once, BOARD_TCP),
		TEST_ON(once_wants_the_target_at_once, BOARD_UNIX),
		TEST_ON(device_that_appears_is_noticed, BOARD_PTY),
	};

	if (argc == 3 && strcmp(argv[1], "--bridge") == 0)
		return board_bridge(argv[2]);
	return RUN_SERVER_TESTS(mux_targets);
}

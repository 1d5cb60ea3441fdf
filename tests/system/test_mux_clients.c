/* SPDX-License-Identifier: BSD-2-Clause */
/* Several clients, and what bad ones can do to the others: nothing. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/system/mux_server_harness.h"

enum { BLOCK = 4096 };

static uint64_t block_number;

static int start(void)
{
	server_start((const char *const[]){ "--log-dir", in_test_dir("logs"), board_make(BOARD_TCP),
					    "0", "0", NULL });
	block_number = 0;
	return board_connect();
}

/* A block of output, each different, without escapes or \r; returns its length, always BLOCK. */
static size_t make_block(char *block, uint64_t number)
{
	for (unsigned at = 0; at < BLOCK; at += 16) {
		char line[32];

		snprintf(line, sizeof(line), "%08x:%05x.\n", (unsigned)number, at);
		memcpy(block + at, line, 16);
	}
	return BLOCK;
}

static void two_clients_share_a_port(void **state)
{
	int board = start();
	int first = client_connect(0);
	int second = client_connect(0);

	(void)state;
	PUT(board, "\x18\x30hello");
	EXPECT(first, "hello");
	EXPECT(second, "hello");
	PUT(first, "a");
	EXPECT(board, "\x18\x30"
		      "a");
	PUT(second, "b");
	EXPECT(board, "b");
	close(first);
	PUT(board, "st");
	EXPECT(second, "st");
	PUT(board, "ill"); /* one of the two meets the reset of the first */
	EXPECT(second, "ill");
	server_expect("detach tcp stream 0.");
	assert_int_equal(server_end(SIGTERM), 0);
	close(second);
}

/* socat and nc end their sending side at the end of their input; they still want the answer. */
static void half_closed_client_keeps_its_output(void **state)
{
	int board = start();
	int client = client_connect(0);

	(void)state;
	PUT(client, "version\r");
	assert_int_equal(shutdown(client, SHUT_WR), 0);
	EXPECT(board, "\x18\x30\x18\x01version\r");
	PUT(board, "1.0\r\n");
	EXPECT(client, "1.0\r\n");
	close(client);
	PUT(board, "x");
	PUT(board, "y"); /* one of the two meets the reset */
	server_expect("detach tcp stream 0.");
	assert_int_equal(server_end(SIGTERM), 0);
}

static void what_was_typed_before_leaving_is_delivered(void **state)
{
	int board = start();
	int client = client_connect(1);

	(void)state;
	PUT(client, "reboot\r");
	close(client);
	EXPECT(board, "\x18\x31reboot\r");
	assert_int_equal(server_end(SIGTERM), 0);
}

/* Send blocks on channel 0, each followed by a mark on channel 1 that @other waits for. */
static void flood(int board, int other, int blocks)
{
	char block[BLOCK];

	for (int i = 0; i < blocks; i++) {
		PUT(board, "\x18\x30");
		put(board, block, make_block(block, block_number++));
		PUT(board, "\x18\x31.");
		EXPECT(other, ".");
	}
}

/* Compare what a client @got with what was @sent, of which notes say how much is missing.  Returns
 * that sum. */
static size_t check_with_gaps(const char *got, const char *sent, size_t sent_len)
{
	const char *begin = sent, *end = sent + sent_len;
	size_t missing = 0;

	while (*got) {
		unsigned long gap;

		if (*got != '\r') {
			assert_true(sent < end);
			assert_int_equal(*got++, *sent++);
			continue;
		}
		assert_int_equal(sscanf(got, "\r\n[mux_server: %lu bytes skipped]\r\n", &gap), 1);
		got = strstr(got, "]\r\n") + 3;
		sent += gap;
		missing += gap;
	}
	assert_int_equal(sent - begin, sent_len);
	return missing;
}

/*
 * A client that never reads, under a flood of its channel: the other channel's marks come through
 * one by one, the log is complete, and when the client reads after all it is told how much it
 * missed, to the byte.
 */
static void stuck_reader_hurts_only_itself(void **state)
{
	enum { BLOCKS = 4000, TOTAL = BLOCKS * BLOCK };
	static char got[TOTAL + 1]; /* less than all, and the notes */
	int board = start();
	int stuck = client_connect_small(0);
	int other = client_connect(1);
	char block[BLOCK];
	size_t len = 0, log_len;
	char *log;

	(void)state;
	flood(board, other, BLOCKS);
	wait_for_size(in_test_dir("logs/channel-00.log"), TOTAL);
	log = read_file(in_test_dir("logs/channel-00.log"), &log_len);
	assert_int_equal(log_len, TOTAL);
	for (int i = 0; i < BLOCKS; i++) {
		make_block(block, (uint64_t)i);
		assert_memory_equal(log + (size_t)i * BLOCK, block, BLOCK);
	}

	/* Now it reads: up to the last byte of the flood, which the ring still has. */
	while (len < 16 || memcmp(got + len - 16, block + BLOCK - 16, 16) != 0) {
		struct pollfd ready = { .fd = stuck, .events = POLLIN };

		assert_int_equal(poll(&ready, 1, DEADLINE_MS), 1);
		len += (size_t)read(stuck, got + len, TOTAL - len);
	}
	got[len] = '\0';
	assert_true(check_with_gaps(got, log, log_len) > 0);
	free(log);
	assert_int_equal(server_end(SIGTERM), 0);
	close(stuck);
	close(other);
}

/* A client that reads as fast as it can loses nothing, though the target sends four times as fast.
 */
static void reading_client_loses_nothing_under_flood(void **state)
{
	enum { TOTAL = 8000 * BLOCK, READ = 16 * BLOCK, WRITE = 4 * READ };
	static char sent[TOTAL], got[READ];
	int board = start();
	int client = client_connect(0);
	size_t out = 0, in = 0;

	(void)state;
	for (size_t at = 0; at < TOTAL; at += BLOCK)
		make_block(sent + at, at / BLOCK);
	PUT(board, "\x18\x30");
	while (in < TOTAL) {
		struct pollfd fds[2] = { { .fd = client, .events = POLLIN },
					 { .fd = board, .events = out < TOTAL ? POLLOUT : 0 } };
		ssize_t len;

		assert_true(poll(fds, 2, DEADLINE_MS) > 0);
		len = write(board, sent + out, TOTAL - out < WRITE ? TOTAL - out : WRITE);
		if (len > 0)
			out += (size_t)len;
		len = read(client, got, READ);
		if (len > 0) {
			assert_true((size_t)len <= TOTAL - in);
			assert_memory_equal(got, sent + in, (size_t)len);
			in += (size_t)len;
		}
	}
	assert_int_equal(server_end(SIGTERM), 0);
	close(client);
}

/* The end of the original: clients that vanish with a reset while output pours in. */
static void abrupt_disconnects_under_flood(void **state)
{
	enum { COUNT = 200 };
	int board = start();
	int other = client_connect(1);
	int port = server_port(0);
	int before = server_fd_count();

	(void)state;
	for (int i = 0; i < COUNT; i++) {
		int client = client_knock(port, 0);

		PUT(client, "typed");
		flood(board, other, 3);
		close_abruptly(client);
	}
	server_expect_count("detach tcp stream 0.", COUNT);
	assert_true(server_fd_count() <= before);
	flood(board, other, 1);
	assert_int_equal(server_end(SIGTERM), 0);
	close(other);
}

/* The target takes nothing: the one who pastes much waits, others can still type, and nothing is
 * lost. */
static void pasting_client_waits_alone(void **state)
{
	static char paste[1 << 20], got[1 << 21];
	int board = start();
	int paster = client_connect(0);
	int typist = client_connect(1);
	size_t pasted = 0, x = 0;
	struct pollfd writable = { .fd = paster, .events = POLLOUT };
	bool key = false;
	ssize_t some;

	(void)state;
	memset(paste, 'x', sizeof(paste));
	while (poll(&writable, 1, 500) == 1) {
		some = write(paster, paste, sizeof(paste));
		assert_true(some > 0);
		pasted += (size_t)some;
		assert_true(pasted < 100u << 20); /* memory is bounded */
	}
	PUT(typist, "k"); /* taken from the typist although the other's backlog is full */
	while (x < pasted || !key) {
		struct pollfd ready = { .fd = board, .events = POLLIN };

		assert_int_equal(poll(&ready, 1, DEADLINE_MS), 1);
		some = read(board, got, sizeof(got));
		assert_true(some > 0);
		for (ssize_t i = 0; i < some; i++) {
			x += got[i] == 'x';
			if (got[i] == 'k') {
				key = true;
				assert_true(x < pasted); /* it did not queue behind all of it */
			}
		}
	}
	assert_int_equal(x, pasted);
	assert_int_equal(server_end(SIGTERM), 0);
	close(paster);
	close(typist);
}

/* Out of descriptors: served clients go on, others wait their turn, and the processor is not kept
 * busy. */
static void descriptor_limit_is_survived(void **state)
{
	enum { KNOCKS = 40 };
	struct rlimit limit, low;
	int knocks[KNOCKS], board, client;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	low = limit;
	low.rlim_cur = 32;
	setrlimit(RLIMIT_NOFILE, &low);
	board = start();
	setrlimit(RLIMIT_NOFILE, &limit);
	client = client_connect(0);
	for (int i = 0; i < KNOCKS; i++)
		knocks[i] = client_knock(server_port(1), 0);
	server_expect("accept() failed for stream 1: Too many open files");
	PUT(board, "\x18\x30served");
	EXPECT(client, "served");
	for (int i = 0; i < KNOCKS; i++)
		close_abruptly(knocks[i]);
	close_abruptly(client);
	client = client_connect(0);
	PUT(board, "again");
	EXPECT(client, "again");
	assert_int_equal(server_end(SIGTERM), 0);
	close(client);
}

int main(void)
{
	const struct CMUnitTest mux_clients[] = {
		SERVER_TEST(two_clients_share_a_port),
		SERVER_TEST(half_closed_client_keeps_its_output),
		SERVER_TEST(what_was_typed_before_leaving_is_delivered),
		SERVER_TEST(stuck_reader_hurts_only_itself),
		SERVER_TEST(reading_client_loses_nothing_under_flood),
		SERVER_TEST(abrupt_disconnects_under_flood),
		SERVER_TEST(pasting_client_waits_alone),
		SERVER_TEST(descriptor_limit_is_survived),
	};

	return RUN_SERVER_TESTS(mux_clients);
}

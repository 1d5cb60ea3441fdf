/* SPDX-License-Identifier: BSD-2-Clause */
/* The raw log of each channel: exact, and never in the way of a console. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/system/mux_server_harness.h"

static const char *log_path;

static int start(void)
{
	log_path = in_test_dir("logs/channel-00.log");
	server_start((const char *const[]){ "--log-dir", in_test_dir("logs"), board_make(BOARD_TCP),
					    "0", NULL });
	return board_connect();
}

static void expect_log(const char *path, const char *text)
{
	size_t len;
	char *log;

	wait_for_size(path, strlen(text));
	log = read_file(path, &len);
	assert_string_equal(log, text);
	free(log);
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void log_is_written_with_nobody_attached_and_continued(void **state)
{
	int board;

	(void)state;
	assert_int_equal(mkdir(in_test_dir("logs"), 0755), 0);
	write_file(in_test_dir("logs/channel-00.log"), "yesterday\n");
	board = start();
	PUT(board, "boot\n");
	expect_log(log_path, "yesterday\nboot\n");
	assert_int_equal(server_end(SIGTERM), 0);
}

static void sighup_follows_a_rename(void **state)
{
	int board = start();

	(void)state;
	PUT(board, "one\n");
	expect_log(log_path, "one\n");
	assert_int_equal(rename(log_path, in_test_dir("logs/old")), 0);
	PUT(board, "two\n");
	expect_log(in_test_dir("logs/old"), "one\ntwo\n");
	kill(server_pid(), SIGHUP);
	wait_for_size(log_path, 0);
	PUT(board, "three\n");
	expect_log(log_path, "three\n");
	expect_log(in_test_dir("logs/old"), "one\ntwo\n");
	assert_int_equal(server_end(SIGTERM), 0);
}

/* Somebody tidies up: the directory and the log come back with the next output. */
static void deleted_directory_comes_back(void **state)
{
	int64_t deadline = now_ms() + DEADLINE_MS;
	int board = start();
	int client = client_connect(0);

	(void)state;
	PUT(board, "a");
	EXPECT(client, "a");
	expect_log(log_path, "a");
	assert_int_equal(unlink(log_path), 0);
	assert_int_equal(unlink(in_test_dir("logs/channel-00.txt")), 0);
	assert_int_equal(rmdir(in_test_dir("logs")), 0);
	while (access(log_path, F_OK) < 0) {
		assert_true(now_ms() < deadline);
		PUT(board, "b");
		EXPECT(client, "b");
	}
	server_expect("channel-00.log was deleted");
	assert_int_equal(server_end(SIGTERM), 0);
	close(client);
}

/* A full disk: told once, the console goes on; with room again, what was lost is counted to the
 * byte. */
static void full_disk_is_counted_and_survived(void **state)
{
	enum { LEN = 100000, RING = 65536 };
	static char sent[LEN];
	unsigned long lost;
	size_t len;
	char text[64], *log;
	int board, client;

	(void)state;
	assert_int_equal(mkdir(in_test_dir("logs"), 0755), 0);
	assert_int_equal(symlink("/dev/full", in_test_dir("logs/channel-00.log")), 0);
	board = start();
	client = client_connect(0);
	for (size_t i = 0; i < LEN; i++)
		sent[i] = (char)('a' + i % 23);
	for (size_t at = 0; at < LEN; at += 1000) {
		put(board, sent + at, 1000);
		expect(client, sent + at, 1000);
	}
	server_expect("channel-00.log: No space left on device");
	assert_int_equal(server_count("No space left on device"), 1);

	assert_int_equal(unlink(log_path), 0);
	server_expect("logging again");
	lost = LEN - RING;
	snprintf(text, sizeof(text), "logging again; %lu bytes were lost", lost);
	server_expect(text);
	log = read_file(log_path, &len);
	assert_int_equal(len, LEN - lost);
	assert_memory_equal(log, sent + lost, len);
	free(log);
	PUT(board, "!");
	wait_for_size(log_path, LEN - lost + 1);
	assert_int_equal(server_end(SIGTERM), 0);
	close(client);
}

static void log_that_cannot_be_made_is_an_error(void **state)
{
	(void)state;
	write_file(in_test_dir("file"), "");
	server_start((const char *const[]){ "--log-dir", in_test_dir("file"), "x:1", "0", NULL });
	assert_int_equal(server_end(0), 73);
	server_expect("cannot log channel 0 in ");
}

int main(void)
{
	const struct CMUnitTest mux_logs[] = {
		SERVER_TEST(log_is_written_with_nobody_attached_and_continued),
		SERVER_TEST(sighup_follows_a_rename),
		SERVER_TEST(deleted_directory_comes_back),
		SERVER_TEST(full_disk_is_counted_and_survived),
		SERVER_TEST(log_that_cannot_be_made_is_an_error),
	};

	return RUN_SERVER_TESTS(mux_logs);
}

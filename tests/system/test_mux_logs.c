/* SPDX-License-Identifier: BSD-2-Clause */
/* The raw log of each channel: exact, and never in the way of a console. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
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

static char *print_much(int board, int client, size_t len)
{
	char *sent = malloc(len);

	assert_non_null(sent);
	for (size_t i = 0; i < len; i++)
		sent[i] = (char)('a' + i % 23);
	for (size_t at = 0; at < len; at += 1000) {
		put(board, sent + at, 1000);
		expect(client, sent + at, 1000);
	}
	return sent;
}

/* The log holds all of @sent but one gap, and the server has said how large that is. */
static void expect_one_gap(const char *log, size_t len, const char *sent, size_t sent_len)
{
	size_t same = 0;
	char text[64];

	assert_true(len < sent_len);
	while (same < len && log[same] == sent[same])
		same++;
	while (same > 0 && memcmp(log + same, sent + sent_len - (len - same), len - same) != 0)
		same--;
	assert_memory_equal(log + same, sent + sent_len - (len - same), len - same);
	snprintf(text, sizeof(text), "channel-00.log: logging again; %zu bytes were lost",
		 sent_len - len);
	server_expect(text);
}

/* A full disk: told once, the console goes on; with room again, what was lost is counted to the
 * byte. */
static void full_disk_is_counted_and_survived(void **state)
{
	enum { LEN = 300000 };
	char *log, *sent;
	int board, client;
	size_t len;

	(void)state;
	assert_int_equal(mkdir(in_test_dir("logs"), 0755), 0);
	assert_int_equal(symlink("/dev/full", in_test_dir("logs/channel-00.log")), 0);
	board = start();
	client = client_connect(0);
	sent = print_much(board, client, LEN);
	server_expect("channel-00.log: No space left on device");
	assert_int_equal(server_count("No space left on device"), 1);
	assert_int_equal(unlink(log_path), 0);
	server_expect("logging again");
	assert_int_equal(server_end(SIGTERM), 0);
	log = read_file(log_path, &len);
	expect_one_gap(log, len, sent, LEN);
	free(log);
	log = read_file(in_test_dir("logs/channel-00.txt"), &len);
	assert_non_null(strstr(log, "Z -- mux: "));
	assert_non_null(strstr(log, "channel-00.log lacks "));
	free(log);
	free(sent);
	close(client);
}

/* Opening a FIFO that nobody reads waits as a dead file server does. */
static void hang_the_log(void)
{
	assert_int_equal(rename(log_path, in_test_dir("logs/before")), 0);
	assert_int_equal(mkfifo(log_path, 0600), 0);
	kill(server_pid(), SIGHUP);
}

static void disk_that_hangs_stops_nothing(void **state)
{
	enum { LEN = 2000000 };
	static char log[LEN];
	int board = start(), client = client_connect(0), reader;
	char *sent;
	size_t len = 0;

	(void)state;
	hang_the_log();
	sent = print_much(board, client, LEN);
	server_expect("channel-00.log: the disk does not answer; the console goes on");
	reader = open(log_path, O_RDONLY | O_CLOEXEC);
	assert_true(reader >= 0);
	assert_true(fcntl(reader, F_SETPIPE_SZ, 1 << 20) >= 1 << 20); /* all that can wait */
	server_expect("channel-00.log: logging again");
	server_expect("channel-00.txt: logging again");
	kill(server_pid(), SIGTERM);
	for (ssize_t got; (got = read(reader, log + len, sizeof(log) - len)) > 0;)
		len += (size_t)got;
	assert_int_equal(server_end(0), 0);
	expect_one_gap(log, len, sent, LEN);
	free(sent);
	close(reader);
	close(client);
}

/* It ends all the same, in a time that is stated, and says what that costs. */
static void end_does_not_wait_for_a_disk_that_hangs(void **state)
{
	int64_t began;
	int board = start(), client = client_connect(0);

	(void)state;
	hang_the_log();
	PUT(board, "lost");
	EXPECT(client, "lost");
	began = now_ms();
	assert_int_equal(server_end(SIGTERM), 0);
	assert_in_range(now_ms() - began, 5000, 9000);
	server_expect("bytes of logs could not be written; the disk does not answer");
	close(client);
}

/* A small file system of its own that is full, for real. */
static void full_file_system_is_survived(void **state)
{
	const char *place = in_test_dir("logs");
	char *log, *sent;
	int board, client;
	size_t len;

	(void)state;
	assert_int_equal(mkdir(place, 0755), 0);
	if (mount("tmpfs", place, "tmpfs", 0, "size=128k") < 0) {
		print_message("may not mount a file system: %s\n", strerror(errno));
		skip();
	}
	board = start();
	client = client_connect(0);
	sent = print_much(board, client, 500000);
	server_expect("No space left on device");
	assert_int_equal(mount("tmpfs", place, "tmpfs", MS_REMOUNT, "size=8m"), 0);
	server_expect("channel-00.log: logging again");
	assert_int_equal(server_end(SIGTERM), 0);
	log = read_file(log_path, &len);
	expect_one_gap(log, len, sent, 500000);
	free(log);
	free(sent);
	close(client);
}

static int unmount(void **state)
{
	umount2(in_test_dir("logs"), MNT_DETACH);
	return test_tear_down(state);
}

static void write_config(const char *target, const char *log)
{
	char text[512];

	snprintf(text, sizeof(text),
		 "log-dir: %s\nboards:\n  - name: b\n    target: %s\n    consoles:\n"
		 "      - {channel: 0, name: quiet, port: 0, log: %s}\n"
		 "      - {channel: 1, name: told}\n",
		 in_test_dir("logs"), target, log);
	write_file(in_test_dir("config"), text);
}

/* A console that wants no log has none until a reload says otherwise. */
static void console_without_a_log_can_get_one(void **state)
{
	const char *target = board_make(BOARD_TCP);
	int board, client;

	(void)state;
	write_config(target, "false");
	server_start((const char *const[]){ "--config", in_test_dir("config"), NULL });
	board = board_connect();
	client = client_connect(0);
	PUT(board, "\x18\x30secret\x18\x31public");
	EXPECT(client, "secret");
	expect_log(in_test_dir("logs/b/told.log"), "public");
	assert_int_equal(access(in_test_dir("logs/b/quiet.log"), F_OK), -1);
	write_config(target, "true");
	kill(server_pid(), SIGHUP);
	server_expect("applied");
	PUT(board, "\x18\x30heard");
	expect_log(in_test_dir("logs/b/quiet.log"), "heard");
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
		SERVER_TEST(disk_that_hangs_stops_nothing),
		SERVER_TEST(end_does_not_wait_for_a_disk_that_hangs),
		cmocka_unit_test_setup_teardown(full_file_system_is_survived, test_set_up, unmount),
		SERVER_TEST(console_without_a_log_can_get_one),
		SERVER_TEST(log_that_cannot_be_made_is_an_error),
	};

	return RUN_SERVER_TESTS(mux_logs);
}

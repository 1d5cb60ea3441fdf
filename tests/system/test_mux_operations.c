/* SPDX-License-Identifier: BSD-2-Clause */
/* What the server does beside serving: events, rotation, its service manager, its sandbox.
 */
#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <zstd.h>

#include "tests/system/mux_server_harness.h"

static int connect_unix(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

static void events_tell_what_happens_in_order(void **state)
{
	static const char *const order[] = {
		"{\"seq\":1,\"time\":\"20",
		"\"event\":\"server_start\"",
		"\"event\":\"target_up\"",
		"\"event\":\"client_join\"",
		"\"channel\":0,\"console\":\"channel-00\",\"peer\":\"127.0.0.1:",
		"\"event\":\"line\"",
		"\"text\":\"say \\\"\\\\hi\\\"^[\"}\n",
		"\"event\":\"target_down\"",
		"\"reason\":\"EOF\"",
		"\"event\":\"client_leave\"",
		"\"event\":\"server_stop\"}\n",
	};
	const char *path = in_test_dir("events");
	char *text, *at;
	size_t len;
	int board, client;

	(void)state;
	server_start((const char *const[]){ "--events", path, "--event-lines",
					    board_make(BOARD_TCP), "0", NULL });
	board = board_connect();
	client = client_connect(0);
	PUT(board, "say \"\\hi\"\x1b\r\n");
	EXPECT(client, "say \"\\hi\"\x1b\r\n");
	board_break();
	server_expect("opening it again");
	close_abruptly(client);
	server_expect("detach tcp stream 0");
	assert_int_equal(server_end(SIGTERM), 0);
	at = text = read_file(path, &len);
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		at = strstr(at, order[i]);
		if (!at)
			fail_msg("no %s in order in:\n%s", order[i], text);
		at += strlen(order[i]);
	}
	free(text);
}

/* It loses events and is told how many; the console does not notice. */
static void event_reader_that_does_not_read_delays_nothing(void **state)
{
	enum { ROUNDS = 2000 };
	const char *path = in_test_dir("sock");
	static char text[1 << 20];
	char where[200], line[1001];
	int64_t deadline = now_ms() + DEADLINE_MS;
	int board, client, reader;
	bool told = false;

	(void)state;
	snprintf(where, sizeof(where), "unix:%s", path);
	server_start((const char *const[]){ "--events", where, "--event-lines",
					    board_make(BOARD_TCP), "0", NULL });
	board = board_connect();
	client = client_connect(0);
	reader = connect_unix(path);
	memset(line, 'x', sizeof(line));
	line[1000] = '\n';
	for (int i = 0; i < ROUNDS; i++) {
		put(board, line, sizeof(line));
		expect(client, line, sizeof(line));
	}
	while (!told) {
		ssize_t len = recv(reader, text, sizeof(text) - 1, MSG_DONTWAIT);

		text[len > 0 ? len : 0] = '\0';
		told = strstr(text, "{\"event\":\"events_lost\",\"count\":") != NULL;
		assert_true(now_ms() < deadline);
		put(board, "\n", 1); /* the next event brings the number */
		expect(client, "\n", 1);
	}
	assert_int_equal(server_end(SIGTERM), 0);
	assert_int_equal(access(path, F_OK), -1);
	close(reader);
	close(client);
}

/* One dies in the middle; the next one to connect sees what happens from then on. */
static void event_reader_that_dies_can_return(void **state)
{
	const char *path = in_test_dir("sock");
	char where[200], text[1024];
	int board, client, reader;
	ssize_t len;

	(void)state;
	snprintf(where, sizeof(where), "unix:%s", path);
	server_start((const char *const[]){ "--events", where, "--event-lines",
					    board_make(BOARD_TCP), "0", NULL });
	board = board_connect();
	client = client_connect(0);
	close(connect_unix(path));
	close_abruptly(connect_unix(path));
	PUT(board, "nobody\n");
	EXPECT(client, "nobody\n");
	reader = connect_unix(path);
	do { /* the connection may be accepted after the line */
		PUT(board, "again\n");
		EXPECT(client, "again\n");
		len = recv(reader, text, sizeof(text) - 1, MSG_DONTWAIT);
	} while (len < 0 && errno == EAGAIN);
	assert_true(len > 0);
	text[len] = '\0';
	assert_memory_equal(text, "{\"seq\":", 7);
	assert_non_null(strstr(text, "\"text\":\"again\"}\n"));
	assert_int_equal(server_end(SIGTERM), 0);
	close(reader);
	close(client);
}

/* Take datagrams until there is one that begins with @text. */
static void expect_told(int fd, const char *text)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	char got[256];

	do {
		ssize_t len;

		assert_int_equal(poll(&ready, 1, DEADLINE_MS), 1);
		len = read(fd, got, sizeof(got) - 1);
		assert_true(len > 0);
		got[len] = '\0';
	} while (strncmp(got, text, strlen(text)) != 0);
}

static void service_manager_is_told(void **state)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	static const char *const want[] = { "STATUS=1 boards", "READY=1", "WATCHDOG=1",
					    "WATCHDOG=1" };
	char text[256];

	(void)state;
	snprintf(at.sun_path, sizeof(at.sun_path), "%s", in_test_dir("notify"));
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	setenv("NOTIFY_SOCKET", at.sun_path, 1);
	setenv("WATCHDOG_USEC", "100000", 1);
	server_start((const char *const[]){ board_make(BOARD_TCP), "0", NULL });
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	for (int i = 0; i < 4; i++) {
		assert_int_equal(poll(&ready, 1, DEADLINE_MS), 1);
		ssize_t len = read(fd, text, sizeof(text) - 1);

		assert_true(len > 0);
		text[len] = '\0';
		assert_string_equal(text, want[i]);
	}
	kill(server_pid(), SIGHUP);
	expect_told(fd, "RELOADING=1\nMONOTONIC_USEC=");
	expect_told(fd, "READY=1");
	assert_int_equal(server_end(SIGTERM), 0);
	expect_told(fd, "STOPPING=1");
	close(fd);
}

static void expect_status(const char *text)
{
	char path[32], status[4096];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)server_pid());
	file = fopen(path, "r");
	assert_non_null(file);
	status[fread(status, 1, sizeof(status) - 1, file)] = '\0';
	fclose(file);
	if (!strstr(status, text))
		fail_msg("no %s in:\n%s", text, status);
}

/* A build with AddressSanitizer has no sandbox. */
static void sandbox_is_closed_unless_told_otherwise(void **state)
{
	bool has_sandbox = !strstr(test_program, "asan");

	(void)state;
	server_start((const char *const[]){ board_make(BOARD_TCP), "0", NULL });
	board_connect();
	expect_status(has_sandbox ? "Seccomp:\t2\n" : "Seccomp:\t0\n");
	expect_status(has_sandbox ? "NoNewPrivs:\t1\n" : "NoNewPrivs:\t0\n");
	assert_int_equal(server_end(SIGTERM), 0);
	board_break();
	server_start((const char *const[]){ "--no-sandbox", board_make(BOARD_TCP), "0", NULL });
	board_connect();
	expect_status("Seccomp:\t0\n");
	assert_int_equal(server_end(SIGTERM), 0);
}

static void write_config(const char *path, const char *target)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fprintf(file,
		"boards:\n  - name: a\n    %s\n    consoles:\n      - {channel: 0, port: 0}\n",
		target);
	assert_int_equal(fclose(file), 0);
}

/* A command that a reload brings is not run, and nothing else suffers. */
static void sandbox_outlives_a_command_in_a_new_configuration(void **state)
{
	const char *path = in_test_dir("config");
	char target[160];

	(void)state;
	snprintf(target, sizeof(target), "target: %s", board_make(BOARD_TCP));
	write_config(path, target);
	server_start((const char *const[]){ "--config", path, NULL });
	board_connect();
	write_config(path, "exec: exec cat");
	kill(server_pid(), SIGHUP);
	if (!strstr(test_program, "asan"))
		server_expect("cannot run exec cat: Operation not permitted");
	else
		server_expect_count("connected on fd", 2);
	assert_int_equal(server_end(SIGTERM), 0);
}

/* Append what the file @path holds, unpacked if need be, at @at.  Returns its length. */
static size_t unpack(const char *path, char *at, size_t size)
{
	size_t len, total;
	char *data = read_file(path, &len);

	if (strcmp(path + strlen(path) - 4, ".zst") == 0) {
		total = ZSTD_decompress(at, size, data, len);
		assert_false(ZSTD_isError(total));
	} else {
		assert_true(len <= size);
		memcpy(at, data, total = len);
	}
	free(data);
	return total;
}

static int is_packed(const struct dirent *entry)
{
	return strstr(entry->d_name, ".log.") && strstr(entry->d_name, "Z.zst") &&
	       !strstr(entry->d_name, ".tmp");
}

static void rotated_logs_hold_every_byte_once(void **state)
{
	enum { LEN = 3500000, CHUNK = 50000, GENERATIONS = 3 };
	static char sent[LEN], got[LEN + 1];
	struct dirent **names;
	int64_t deadline = now_ms() + DEADLINE_MS;
	size_t len = 0;
	int board, client;

	(void)state;
	for (size_t i = 0; i < LEN; i++)
		sent[i] = (char)(i % 61 == 60 ? '\n' : 'a' + (int)(i / 61 % 26));
	server_start((const char *const[]){ "--log-dir", in_test_dir("logs"), "--log-size", "1",
					    board_make(BOARD_TCP), "0", NULL });
	board = board_connect();
	client = client_connect(0);
	for (size_t at = 0; at < LEN; at += CHUNK) {
		put(board, sent + at, CHUNK);
		expect(client, sent + at, CHUNK);
	}
	while (scandir(in_test_dir("logs"), &names, is_packed, alphasort) != GENERATIONS) {
		assert_true(now_ms() < deadline);
		poll(NULL, 0, 5);
	}
	assert_int_equal(server_end(SIGTERM), 0);
	for (int i = 0; i < GENERATIONS; i++) {
		char path[300];

		snprintf(path, sizeof(path), "logs/%s", names[i]->d_name);
		len += unpack(in_test_dir(path), got + len, LEN - len);
	}
	len += unpack(in_test_dir("logs/channel-00.log"), got + len, LEN - len);
	assert_int_equal(len, LEN);
	assert_memory_equal(got, sent, LEN);
	close(client);
}

int main(void)
{
	const struct CMUnitTest mux_operations[] = {
		SERVER_TEST(events_tell_what_happens_in_order),
		SERVER_TEST(event_reader_that_does_not_read_delays_nothing),
		SERVER_TEST(event_reader_that_dies_can_return),
		SERVER_TEST(service_manager_is_told),
		SERVER_TEST(sandbox_is_closed_unless_told_otherwise),
		SERVER_TEST(sandbox_outlives_a_command_in_a_new_configuration),
		SERVER_TEST(rotated_logs_hold_every_byte_once),
	};

	return RUN_SERVER_TESTS(mux_operations);
}

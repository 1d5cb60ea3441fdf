/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory runs out, once, at each place in turn: while the server starts, and in a session in which
 * clients come, type and leave, requests are made, logs are rotated, the configuration is read
 * again, and the target is lost and comes back.
 *
 * A start ends with a documented exit code and a message, or goes on.  A session always goes on.
 * Nothing is leaked, no descriptor either.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/system/mux_server_harness.h"
#include "tests/system/mux_server_watch.h"

enum { PATIENCE_MS = 5000, ATTEMPTS = 4, RUNS_MAX = 100000 };

static int failed_at[2]; /* the pipe that tells whether an allocation was failed */
static int listener, board = -1;

/* From now on programs run with allocation @number failing. */
static void fail_allocation(int number, bool armed)
{
	char text[16];

	assert_int_equal(pipe(failed_at), 0);
	fcntl(failed_at[0], F_SETFL, O_NONBLOCK);
	fcntl(failed_at[0], F_SETFD, FD_CLOEXEC);
	snprintf(text, sizeof(text), "%d", number);
	setenv("FAIL_ALLOC", text, 1);
	snprintf(text, sizeof(text), "%d", failed_at[1]);
	setenv("FAIL_ALLOC_FD", text, 1);
	if (armed)
		setenv("FAIL_ALLOC_ARMED", "", 1);
	setenv("LD_PRELOAD", "build/system/fail_alloc.so", 1);
	setenv("ASAN_OPTIONS", "verify_asan_link_order=0", 1);
}

static void fail_no_more(void)
{
	unsetenv("LD_PRELOAD");
	unsetenv("FAIL_ALLOC_ARMED");
	unsetenv("FAIL_ALLOC");
}

/* Did the program come to the allocation that was to fail? */
static bool has_failed(void)
{
	char byte;
	bool failed = read(failed_at[0], &byte, 1) == 1;

	close(failed_at[0]);
	close(failed_at[1]);
	return failed;
}

static void write_config(const char *target)
{
	FILE *file = fopen(in_test_dir("rack.yaml"), "w");

	assert_non_null(file);
	fprintf(file,
		"log-dir: %s\ncontrol: %s\nevents: %s\nevent-lines: true\nlog-size: 1\n"
		"boards:\n  - name: one\n    %s\n"
		"    consoles: [{channel: 0, name: hv, port: 0}, {channel: 1, port: 0}]\n"
		"  - {name: two, target: /nonexistent, names-from: build/unit/demo.dtb}\n",
		in_test_dir("logs"), in_test_dir("control"), in_test_dir("events"), target);
	fclose(file);
}

static bool is_documented(int code)
{
	static const int codes[] = { 0, 1, 69, 73, 77, 78 };

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (code == codes[i])
			return true;
	return false;
}

/* The command ends at once, and with --once the server after it. */
static void start_survives_each_allocation(void **state)
{
	int number = 1, step = soaking() ? 1 : server_memory_counts() ? 5 : 17;
	bool reached = true;

	(void)state;
	write_config("exec: printf hello");
	for (; reached && number < RUNS_MAX; number += step) {
		int code;

		fail_allocation(number, false);
		server_start((const char *const[]){ "--config", in_test_dir("rack.yaml"), "--once",
						    NULL });
		fail_no_more();
		code = server_end(0);
		reached = has_failed();
		if (!is_documented(code))
			fail_msg("without allocation %d the exit code is %d", number, code);
		if (code != 0 && server_count(".") == 0 && server_count(":") == 0)
			fail_msg("without allocation %d nothing is said", number);
	}
	print_message("%d allocations\n", number);
	assert_true(number > 100 && number < RUNS_MAX);
}

/* Let the board be whatever connection there is last. */
static void accept_board(void)
{
	struct pollfd knock = { .fd = listener, .events = POLLIN };

	while (poll(&knock, 1, 0) == 1) {
		if (board >= 0)
			close(board);
		board = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	}
}

/* Wait until @fd gives the byte @want among others.  False: it ends instead, or the one who speaks
 * to it has been left (-1: nobody). */
static bool hear(int *fd, char want, int speaker)
{
	int64_t deadline = now_ms() + PATIENCE_MS;
	char data[65536];

	while (now_ms() < deadline) {
		struct pollfd fds[3] = { { .fd = *fd, .events = POLLIN },
					 { .fd = listener, .events = POLLIN },
					 { .fd = speaker, .events = POLLRDHUP } };
		ssize_t len;

		poll(fds, 3, 100);
		if (fds[1].revents)
			accept_board();
		server_count("x"); /* takes what it prints */
		if (fds[2].revents)
			return false;
		if (!fds[0].revents)
			continue;
		len = read(*fd, data, sizeof(data));
		if (len == 0 || (len < 0 && errno != EAGAIN))
			return false;
		if (len > 0 && memchr(data, want, (size_t)len))
			return true;
	}
	return false;
}

/* Someone connects, is heard by the board, and hears it.  Memory may fail once on the way: then it
 * is tried again.  Returns the client. */
static int talk(int port, char channel)
{
	for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
		int client = client_knock(port, 0);
		char wire[] = { 0x18, channel, '$' };

		accept_board();
		if (write(client, "%", 1) == 1 && board >= 0 && hear(&board, '%', client) &&
		    write(board, wire, 3) == 3 && hear(&client, '$', board))
			return client;
		close(client);
	}
	fail_msg("nobody can talk on port %d", port);
	return -1;
}

/* A request on the control socket is answered, if not the first time. */
static void ask(const char *request)
{
	for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
		struct sockaddr_un at = { .sun_family = AF_UNIX };
		int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		bool answered;

		snprintf(at.sun_path, sizeof(at.sun_path), "%s", in_test_dir("control"));
		answered = connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0 &&
			   write(fd, request, strlen(request)) > 0 && hear(&fd, '}', -1);
		close(fd);
		if (answered)
			return;
	}
	fail_msg("no answer to %s", request);
}

static void flood(int client, char channel)
{
	static char block[300000];
	char head[] = { 0x18, channel };

	memset(block, 'f', sizeof(block));
	put(board, head, 2);
	for (int i = 0; i < 4; i++) {
		put(board, block, sizeof(block));
		assert_true(hear(&client, 'f', -1));
	}
}

static int listen_for_server(void)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(at.sun_path, sizeof(at.sun_path), "%s", in_test_dir("board"));
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(fd, 4), 0);
	return fd;
}

/* The board goes, if it was there, and comes. */
static void cycle_power(void)
{
	if (board >= 0)
		close(board);
	board = -1;
	for (int64_t deadline = now_ms() + PATIENCE_MS; board < 0;) {
		assert_true(now_ms() < deadline);
		poll(NULL, 0, 1);
		accept_board();
	}
}

/* Until the server has no more descriptors than @count; 0: as many as it has. */
static int settle(int count)
{
	int64_t deadline = now_ms() + PATIENCE_MS;

	ask("kick hv\n");
	ask("kick channel-01\n");
	while (count && server_fd_count() > count) {
		if (now_ms() > deadline)
			fail_msg("%d descriptors of %d are left", server_fd_count(), count);
		accept_board();
		poll(NULL, 0, 1);
	}
	return server_fd_count();
}

/* Everything once. */
static void run_session(void)
{
	int ports[2] = { server_port(0), server_port(1) };
	int first, second;

	first = talk(ports[0], '0');
	second = talk(ports[1], '1');
	ask("list\n");
	ask("stats\n");
	ask("log\n");
	ask("tail hv 100\n");
	ask("send hv text\n");
	ask("follow hv\n");
	flood(first, '0');
	kill(server_pid(), SIGHUP);
	ask("reload\n");
	close_abruptly(first);
	cycle_power();
	first = talk(ports[0], '0');
	close(first);
	close(second);
}

/* A session without allocation @number; 0: with all, which tells how many descriptors there are at
 * its end. */
static bool survive_session(int number, int *descriptors)
{
	bool failed;
	int code;

	listener = listen_for_server();
	fail_allocation(number, true);
	server_start((const char *const[]){ "--config", in_test_dir("rack.yaml"), NULL });
	fail_no_more();
	cycle_power();
	server_expect("connected on fd ");
	kill(server_pid(), SIGUSR2);
	run_session();
	*descriptors = settle(*descriptors);
	code = server_end(SIGTERM);
	failed = has_failed();
	if (code != 0)
		fail_msg("without allocation %d the exit code is %d", number, code);
	close(board);
	close(listener);
	board = -1;
	unlink(in_test_dir("board"));
	return failed;
}

static void session_survives_each_allocation(void **state)
{
	int number = 1, descriptors = 0;
	char target[200];

	(void)state;
	snprintf(target, sizeof(target), "target: %s", in_test_dir("board"));
	write_config(target);
	survive_session(0, &descriptors);
	while (survive_session(number, &descriptors) && number < RUNS_MAX)
		number += soaking() ? 1 + number / 50 : 1 + number;
	print_message("%d allocations\n", number);
	assert_true(number > 100 && number < RUNS_MAX);
}

int main(void)
{
	const struct CMUnitTest mux_memory[] = {
		SERVER_TEST(start_survives_each_allocation),
		SERVER_TEST(session_survives_each_allocation),
	};

	return RUN_SERVER_TESTS(mux_memory);
}

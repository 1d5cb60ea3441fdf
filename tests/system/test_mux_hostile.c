/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Clients and targets that misbehave in numbers.  Whoever behaves notices nothing, and what the
 * server uses of the machine is afterwards what it was before.
 */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/system/mux_server_harness.h"
#include "tests/system/mux_server_noise.h"
#include "tests/system/mux_server_watch.h"

static int start(void)
{
	server_start((const char *const[]){ "--log-dir", in_test_dir("logs"), board_make(BOARD_TCP),
					    "0", "0", NULL });
	return board_connect();
}

/* Start with room for @limit descriptors. */
static int start_with_limit(rlim_t limit)
{
	struct rlimit before, low;
	int board;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	low = (struct rlimit){ .rlim_cur = limit, .rlim_max = before.rlim_max };
	setrlimit(RLIMIT_NOFILE, &low);
	board = start();
	setrlimit(RLIMIT_NOFILE, &before);
	return board;
}

/* Until the server has no more descriptors than @count. */
static void wait_for_descriptors(int count)
{
	int64_t deadline = now_ms() + DEADLINE_MS;

	while (server_fd_count() > count) {
		assert_true(now_ms() < deadline);
		server_count("detach"); /* takes what it prints, and */
		poll(NULL, 0, 1);	/* gives it time */
	}
}

/* Everybody in a lab script connects at once, thrice; all are served, and leave no trace. */
static void hundreds_connect_at_once(void **state)
{
	enum { COUNT = 500 };
	static int clients[COUNT];
	int board = start(), port = server_port(0), other = client_connect(1);
	int before = server_fd_count();
	long memory = 0;

	(void)state;
	PUT(board, "\x18\x31");
	for (int round = 0; round < soak(3); round++) {
		int64_t begun = now_ms();

		for (int i = 0; i < COUNT; i++)
			clients[i] = client_knock(port, 0);
		for (int i = 0; i < COUNT; i++)
			PUT(clients[i], "x");
		if (round == 0)
			EXPECT(board, "\x18\x30");
		take(board, COUNT); /* all are accepted, and heard */
		if (server_memory_counts())
			assert_true(now_ms() - begun < 1000);
		PUT(board, "\x18\x30hello, all\x18\x31.");
		EXPECT(other, ".");
		for (int i = 0; i < COUNT; i++)
			EXPECT(clients[i], "hello, all");
		for (int i = 0; i < COUNT; i++)
			close_abruptly(clients[i]);
		wait_for_descriptors(before);
		if (round == 0)
			memory = server_memory_kb("VmRSS");
	}
	if (server_memory_counts())
		assert_true(server_memory_kb("VmRSS") <= memory + 256);
	assert_int_equal(server_end(SIGTERM), 0);
	close(other);
}

/* A client in a process of its own, which copies what it gets into @path. */
static pid_t start_copying_client(int port, const char *path)
{
	int to = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600), from;
	pid_t pid = fork();
	char data[65536];
	ssize_t len;

	assert_true(to >= 0 && pid >= 0);
	if (pid > 0) {
		close(to);
		return pid;
	}
	from = client_knock(port, 1);
	fcntl(from, F_SETFL, 0);
	while ((len = read(from, data, sizeof(data))) > 0)
		if (write(to, data, (size_t)len) != len)
			_exit(1);
	_exit(0);
}

/* Ctrl-Z in the client's window, under a flood. */
static void stopped_client_delays_nobody(void **state)
{
	enum { PIECE = 32768, PIECES = 160 };
	struct noise_text sent = { .data = malloc((size_t)PIECE * PIECES) };
	int board = start(), other = client_connect(1), status;
	uint64_t seed = 7;
	size_t len;
	uint8_t *got;
	pid_t client;

	(void)state;
	client = start_copying_client(server_port(0), in_test_dir("copy"));
	server_expect("accepted connection on stream 0.");
	assert_int_equal(kill(client, SIGSTOP), 0);
	assert_int_equal(waitpid(client, &status, WUNTRACED), client);
	for (int i = 0; i < PIECES; i++) {
		uint8_t *piece = sent.data + sent.len;

		noise_make(&seed, piece, PIECE);
		for (size_t at = 0; at < PIECE; at++)
			piece[at] |= 0x80; /* no escapes */
		PUT(board, "\x18\x30");
		put(board, piece, PIECE);
		PUT(board, "\x18\x31.");
		EXPECT(other, ".");
		sent.len += PIECE;
	}
	assert_int_equal(kill(client, SIGCONT), 0);
	for (int64_t deadline = now_ms() + DEADLINE_MS;;) {
		got = (uint8_t *)read_file(in_test_dir("copy"), &len);
		if (len >= 64 && memcmp(got + len - 64, sent.data + sent.len - 64, 64) == 0)
			break;
		free(got);
		assert_true(now_ms() < deadline);
		poll(NULL, 0, 10);
	}
	assert_true(noise_compare(got, len, &sent) > 0);
	assert_int_equal(server_end(SIGTERM), 0);
	assert_int_equal(waitpid(client, &status, 0), client);
	assert_int_equal(status, 0);
	free(got);
	free(sent.data);
	close(other);
}

/*
 * Out of descriptors: who is served goes on, who is not waits, first come first served, and the
 * server waits too instead of spinning.
 */
static void descriptors_run_out(void **state)
{
	enum { COUNT = 100, WATCHED_MS = 1500 };
	int clients[COUNT], accepted = 0, total = 0;
	int board = start_with_limit(64), port = server_port(0);
	int other = client_connect(1);
	char typed[COUNT + 8];
	int64_t before;

	(void)state;
	PUT(other, "!");
	EXPECT(board, "\x18\x31!");
	for (int i = 0; i < COUNT; i++)
		clients[i] = client_knock(port, 0);
	server_expect("accept() failed for stream 0: Too many open files");
	before = server_cpu_ms();
	poll(NULL, 0, WATCHED_MS); /* that nothing happens cannot be waited for */
	assert_true(server_cpu_ms() - before <= WATCHED_MS / 20);
	PUT(board, "\x18\x31still served");
	EXPECT(other, "still served");

	for (int i = 0; i < COUNT; i++)
		PUT(clients[i], "x");
	EXPECT(board, "\x18\x30");
	while (total < COUNT) { /* each time that some leave, as many others are served */
		struct pollfd ready = { .fd = board, .events = POLLIN };
		ssize_t len;

		if (poll(&ready, 1, 50) == 1) {
			len = read(board, typed, sizeof(typed));
			assert_true(len > 0);
			total += (int)len;
			continue;
		}
		assert_true(accepted < total);
		while (accepted < total)
			close_abruptly(clients[accepted++]);
		ready.revents = 0;
		assert_int_equal(poll(&ready, 1, DEADLINE_MS), 1);
	}
	assert_int_equal(total, COUNT);
	assert_true(accepted > 20 && accepted < COUNT);
	while (accepted < COUNT)
		close_abruptly(clients[accepted++]);
	PUT(board, " to the end");
	EXPECT(other, " to the end");
	assert_int_equal(server_count("Too many open files"), 1);
	assert_int_equal(server_end(SIGTERM), 0);
	close(other);
}

/* The board is power-cycled again and again; its console stays, and says nothing wrong. */
static void power_cycle(enum board_kind kind, int cycles)
{
	int descriptors = 0, one = -1, len;
	char text[32], *log;
	size_t log_len, expected = 0;

	server_start((const char *const[]){ "--log-dir", in_test_dir("logs"),
					    kind == BOARD_EXEC ? "-exec" : "-verbose",
					    board_make(kind), "0", "0", NULL });
	for (int i = 0; i < cycles; i++) {
		int board = board_connect();

		if (i == 0)
			one = client_connect(1);
		len = snprintf(text, sizeof(text), "life %d", i);
		PUT(board, "\x18\x31");
		put(board, text, (size_t)len);
		expect(one, text, (size_t)len);
		PUT(board, "\x18"); /* the decoder must not remember it */
		put(one, text, (size_t)len);
		EXPECT(board, "\x18\x31");
		expect(board, text, (size_t)len);
		expected += (size_t)len;
		if (i == 1)
			descriptors = server_fd_count();
		if (i > 1)
			assert_in_range(server_fd_count(), descriptors - 2, descriptors + 2);
		board_break();
		board_restore();
	}
	assert_int_equal(server_end(SIGTERM), 0);
	log = read_file(in_test_dir("logs/channel-01.log"), &log_len);
	assert_int_equal(log_len, expected);
	free(log);
	close(one);
}

static void socket_target_dies_100_times(void **state)
{
	(void)state;
	power_cycle(BOARD_UNIX, soak(server_memory_counts() ? 100 : 10));
}

static void network_target_dies_again_and_again(void **state)
{
	(void)state;
	power_cycle(BOARD_TCP, soak(10));
}

static void serial_target_dies_again_and_again(void **state)
{
	(void)state;
	power_cycle(BOARD_PTY, soak(10));
}

static void command_dies_again_and_again(void **state)
{
	(void)state;
	power_cycle(BOARD_EXEC, soak(4));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest mux_hostile[] = {
		SERVER_TEST(hundreds_connect_at_once),
		SERVER_TEST(stopped_client_delays_nobody),
		SERVER_TEST(descriptors_run_out),
		SERVER_TEST(socket_target_dies_100_times),
		SERVER_TEST(network_target_dies_again_and_again),
		SERVER_TEST(serial_target_dies_again_and_again),
		SERVER_TEST(command_dies_again_and_again),
	};

	if (argc == 3 && strcmp(argv[1], "--bridge") == 0)
		return board_bridge(argv[2]);
	return RUN_SERVER_TESTS(mux_hostile);
}

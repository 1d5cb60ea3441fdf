/* SPDX-License-Identifier: BSD-2-Clause */
/* Noise into every socket that the server has open, and a disk that is too small for its logs. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/system/mux_server_harness.h"
#include "tests/system/mux_server_noise.h"
#include "tests/system/mux_server_watch.h"

enum { ROUNDS = 30, LEN = 5000 };

static int knock_unix(const char *name)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(at.sun_path, sizeof(at.sun_path), "%s", in_test_dir(name));
	assert_int_equal(connect(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

/* Say something, more or less, and leave, more or less politely. */
static void rave(int fd, int round, uint64_t *seed)
{
	uint8_t noise[LEN];

	noise_make(seed, noise, sizeof(noise));
	send(fd, noise, sizeof(noise) / (size_t)(1 + round % 7), MSG_NOSIGNAL | MSG_DONTWAIT);
	if (round % 3 == 0)
		shutdown(fd, SHUT_WR);
	if (round % 2)
		close_abruptly(fd);
	else
		close(fd);
}

static void noise_into_every_socket(void **state)
{
	char metrics[8], events[200];
	uint64_t seed = 99;
	int board, before, client, control, reader;

	(void)state;
	snprintf(metrics, sizeof(metrics), "%d", free_port());
	snprintf(events, sizeof(events), "unix:%s", in_test_dir("events"));
	server_start((const char *const[]){ "--control", in_test_dir("control"), "--events", events,
					    "--metrics", metrics, board_make(BOARD_TCP), "0", "0",
					    NULL });
	board = board_connect();
	client = client_connect(1);
	PUT(client, "!");
	EXPECT(board, "\x18\x31!");
	before = server_fd_count();
	for (int round = 0; round < soak(ROUNDS); round++) {
		rave(knock_unix("control"), round, &seed);
		rave(knock_unix("events"), round, &seed);
		rave(client_knock(atoi(metrics), 0), round, &seed);
	}
	assert_int_equal(server_counter(metrics, "mux_target_up", ""), 1);
	control = knock_unix("control");
	PUT(control, "tail 1 0\n");
	EXPECT(control, "{\"ok\":true,\"bytes\":0}\n");
	close(control);
	reader = knock_unix("events");
	PUT(board, "\x18\x31served");
	EXPECT(client, "served");
	close(reader);
	for (int64_t deadline = now_ms() + DEADLINE_MS; server_fd_count() > before;) {
		assert_true(now_ms() < deadline);
		poll(NULL, 0, 1);
	}
	assert_int_equal(server_end(SIGTERM), 0);
	close(client);
}

/* Two clients type noise at once: the board gets each one's bytes, on its channel, in order. */
static void noise_that_is_typed_arrives(void **state)
{
	enum { TOTAL = 1 << 20 };
	static uint8_t typed[2][TOTAL], got[1 << 16];
	struct noise noise = { .channel = 0 };
	size_t sent[2] = { 0, 0 };
	uint64_t seed = 5;
	int board, clients[2];

	(void)state;
	server_start((const char *const[]){ board_make(BOARD_TCP), "0", "0", "--boot-loader",
					    "never", NULL });
	board = board_connect();
	for (int i = 0; i < 2; i++) {
		clients[i] = client_connect(i);
		noise_make(&seed, typed[i], TOTAL);
		typed[i][0] = 'x'; /* no telnet negotiation */
	}
	while (noise.channels[0].len < TOTAL || noise.channels[1].len < TOTAL) {
		struct pollfd fds[3] = { { .fd = board, .events = POLLIN } };
		ssize_t len;

		for (int i = 0; i < 2; i++)
			fds[1 + i] = (struct pollfd){ .fd = sent[i] < TOTAL ? clients[i] : -1,
						      .events = POLLOUT };
		assert_true(poll(fds, 3, DEADLINE_MS) > 0);
		for (int i = 0; i < 2; i++)
			if (fds[1 + i].revents &&
			    (len = write(clients[i], typed[i] + sent[i], TOTAL - sent[i])) > 0)
				sent[i] += (size_t)len;
		if (fds[0].revents && (len = read(board, got, sizeof(got))) > 0)
			noise_hear(&noise, got, (size_t)len);
	}
	for (int i = 0; i < 2; i++) {
		assert_int_equal(noise.channels[i].len, TOTAL);
		assert_memory_equal(noise.channels[i].data, typed[i], TOTAL);
		close(clients[i]);
	}
	noise_free(&noise);
	assert_int_equal(server_end(SIGTERM), 0);
}

static int unmount_and_tear_down(void **state)
{
	umount2(in_test_dir("logs"), MNT_DETACH);
	return test_tear_down(state);
}

/* A real file system that is full, and later is not: the console goes on, and the log holds what
 * came but for as many bytes as the server counts. */
static void small_disk_is_survived(void **state)
{
	enum { TOTAL = 600000, PIECE = 1000 };
	static char sent[TOTAL];
	size_t lost, same = 0;
	int board, client;
	const char *log = in_test_dir("logs/channel-00.log");
	char *data, text[96];
	size_t len;

	(void)state;
	assert_int_equal(mkdir(in_test_dir("logs"), 0755), 0);
	if (mount("none", in_test_dir("logs"), "tmpfs", 0, "size=256k") < 0)
		skip(); /* needs root */
	server_start((const char *const[]){ "--log-dir", in_test_dir("logs"), board_make(BOARD_TCP),
					    "0", NULL });
	board = board_connect();
	client = client_connect(0);
	for (size_t i = 0; i < TOTAL; i++)
		sent[i] = (char)(i % 64 == 63 ? '\n' : 'a' + (i / 64 + i) % 23);
	for (size_t at = 0; at < TOTAL; at += PIECE) {
		put(board, sent + at, PIECE);
		expect(client, sent + at, PIECE);
	}
	server_expect("channel-00.log: No space left on device");
	assert_int_equal(mount("none", in_test_dir("logs"), "tmpfs", MS_REMOUNT, "size=16m"), 0);
	data = read_file(log, &len);
	for (int64_t deadline = now_ms() + DEADLINE_MS;
	     len < PIECE || memcmp(data + len - PIECE, sent + TOTAL - PIECE, PIECE) != 0;) {
		free(data);
		assert_true(now_ms() < deadline);
		poll(NULL, 0, 10);
		data = read_file(log, &len);
	}
	lost = TOTAL - len;
	snprintf(text, sizeof(text), "channel-00.log: logging again; %zu bytes were lost", lost);
	server_expect(text);
	while (same < len && data[same] == sent[same])
		same++;
	assert_memory_equal(data + same, sent + lost + same, len - same);
	free(data);
	assert_int_equal(server_end(SIGTERM), 0);
	close(client);
}

int main(void)
{
	const struct CMUnitTest mux_garbage[] = {
		SERVER_TEST(noise_into_every_socket),
		SERVER_TEST(noise_that_is_typed_arrives),
		cmocka_unit_test_setup_teardown(small_disk_is_survived, test_set_up,
						unmount_and_tear_down),
	};

	return RUN_SERVER_TESTS(mux_garbage);
}

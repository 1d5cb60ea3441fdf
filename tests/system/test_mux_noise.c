/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Noise on the wire, on every channel that there is, with clients that read and one that does not:
 * every byte arrives in its log and at its clients, or is counted.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/system/mux_server_harness.h"
#include "tests/system/mux_server_noise.h"
#include "tests/system/mux_server_watch.h"

enum { CHANNELS = 95, CLIENTS = 3, PIECE = 1 << 16 };

static const int watched[CLIENTS] = { 0, 7, 94 };
static const char end_mark[] = "\001end of the noise\001";

struct listener {
	int fd;
	struct noise_text got;
	bool done;
};

static struct noise noise;
static struct listener clients[CLIENTS];

static const char *log_of(int channel)
{
	static char path[200];

	snprintf(path, sizeof(path), "%s/channel-%02d.log", in_test_dir("logs"), channel);
	return path;
}

/* Ports and logs for all channels that can have them. */
static int start(const char *metrics)
{
	const char *arguments[16 + CHANNELS] = {
		"--log-dir", in_test_dir("logs"), "--metrics", metrics, board_make(BOARD_TCP),
	};
	int n = 5;

	for (int i = 0; i < CHANNELS; i++)
		arguments[n++] = "0";
	server_start(arguments);
	return board_connect();
}

static void read_some(struct listener *client)
{
	struct noise_text *got = &client->got;
	size_t mark = sizeof(end_mark) - 1;
	ssize_t len;

	if (got->room - got->len < PIECE) {
		got->room = 2 * got->room + PIECE;
		got->data = realloc(got->data, got->room);
		assert_non_null(got->data);
	}
	len = read(client->fd, got->data + got->len, got->room - got->len);
	if (len > 0)
		got->len += (size_t)len;
	client->done = got->len >= mark && memcmp(got->data + got->len - mark, end_mark, mark) == 0;
}

/* Send while the first @readers clients read. */
static void send_all(int board, const uint8_t *data, size_t len, int readers)
{
	noise_hear(&noise, data, len);
	while (len > 0) {
		struct pollfd fds[1 + CLIENTS] = { { .fd = board, .events = POLLOUT } };
		ssize_t written;

		for (int i = 0; i < readers; i++)
			fds[1 + i] = (struct pollfd){ .fd = clients[i].fd, .events = POLLIN };
		assert_true(poll(fds, 1 + (nfds_t)readers, DEADLINE_MS) > 0);
		for (int i = 0; i < readers; i++)
			if (fds[1 + i].revents)
				read_some(&clients[i]);
		written = fds[0].revents ? write(board, data, len) : 0;
		if (written > 0) {
			data += written;
			len -= (size_t)written;
		}
	}
}

/* Whatever state the noise has left, each watched channel ends with the mark. */
static void send_marks(int board, int readers)
{
	uint8_t wire[64];

	send_all(board, (const uint8_t *)".", 1, readers);
	for (int i = 0; i < CLIENTS; i++) {
		int len = snprintf((char *)wire, sizeof(wire), "\x18%c%s", 0x30 + watched[i],
				   end_mark);

		send_all(board, wire, (size_t)len, readers);
	}
}

static void check_log(int channel)
{
	const struct noise_text *want = &noise.channels[channel];
	size_t len;
	char *log;

	wait_for_size(log_of(channel), want->len);
	log = read_file(log_of(channel), &len);
	assert_int_equal(len, want->len);
	if (len)
		assert_memory_equal(log, want->data, len);
	free(log);
}

/* Every second control sequence becomes an announcement of the channel whose client does not read.
 */
static void make_piece(uint64_t *seed, uint8_t *piece)
{
	noise_make(seed, piece, PIECE);
	for (size_t i = 0; i + 1 < PIECE; i++)
		if (piece[i] == 0x18 && piece[i + 1] % 2)
			piece[i + 1] = (uint8_t)(0x30 + watched[CLIENTS - 1]);
}

static void every_byte_arrives_or_is_counted(void **state)
{
	static uint8_t piece[PIECE];
	char metrics[8], row[96];
	uint64_t seed = 0x18181818, unknown = 0;
	size_t total = (size_t)soak(server_memory_counts() ? 100000000 : 10000000);
	size_t missing;
	int board;

	(void)state;
	snprintf(metrics, sizeof(metrics), "%d", free_port());
	board = start(metrics);
	memset(&noise, 0, sizeof(noise));
	for (int i = 0; i < CLIENTS; i++)
		clients[i] = (struct listener){ .fd = i < CLIENTS - 1
							      ? client_connect(watched[i])
							      : client_connect_small(watched[i]) };
	for (size_t sent = 0; sent < total; sent += PIECE) {
		make_piece(&seed, piece);
		send_all(board, piece, PIECE, CLIENTS - 1);
	}
	send_marks(board, CLIENTS - 1);
	for (int i = 0; i < CLIENTS; i++) { /* the last one only now */
		while (!clients[i].done) {
			struct pollfd ready = { .fd = clients[i].fd, .events = POLLIN };

			assert_int_equal(poll(&ready, 1, DEADLINE_MS), 1);
			read_some(&clients[i]);
		}
		missing = noise_compare(clients[i].got.data, clients[i].got.len,
					&noise.channels[watched[i]]);
		snprintf(row, sizeof(row), "channel=\"%d\",partition=\"channel-%02d\"}", watched[i],
			 watched[i]);
		assert_int_equal(server_counter(metrics, "mux_client_dropped_bytes_total", row),
				 missing);
		assert_int_equal(missing == 0, i < CLIENTS - 1);
	}
	for (int i = 0; i < CHANNELS; i++)
		check_log(i);
	for (int i = CHANNELS; i < NOISE_CHANNELS; i++)
		unknown += noise.channels[i].len;
	assert_int_equal(server_counter(metrics, "mux_unknown_channel_bytes_total", ""), unknown);
	assert_int_equal(server_counter(metrics, "mux_bad_commands_total", ""), noise.bad_commands);
	assert_int_equal(server_end(SIGTERM), 0);
	for (int i = 0; i < CLIENTS; i++) {
		close(clients[i].fd);
		free(clients[i].got.data);
	}
	noise_free(&noise);
}

int main(void)
{
	const struct CMUnitTest mux_noise[] = {
		SERVER_TEST(every_byte_arrives_or_is_counted),
	};

	return RUN_SERVER_TESTS(mux_noise);
}

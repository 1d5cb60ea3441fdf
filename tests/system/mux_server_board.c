/* SPDX-License-Identifier: BSD-2-Clause */
/* The fake board, clients, and bytes between them. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#include "tests/system/mux_server_harness.h"

static struct {
	enum board_kind kind;
	int listener; /* of a socket; -1: the board is off */
	int fd;	      /* the open wire */
	struct sockaddr_in address;
	char name[256];
} board = { .listener = -1, .fd = -1 };

/* Wait until @fd is ready for @events. */
static void wait_for(int fd, short events)
{
	struct pollfd ready = { .fd = fd, .events = events };

	if (poll(&ready, 1, DEADLINE_MS) != 1)
		fail_msg("nothing happens on descriptor %d", fd);
}

void put(int fd, const void *data, size_t len)
{
	const uint8_t *at = data;

	while (len > 0) {
		ssize_t written = write(fd, at, len);

		if (written > 0) {
			at += written;
			len -= (size_t)written;
		} else if (errno == EAGAIN) {
			wait_for(fd, POLLOUT);
		} else {
			fail_msg("cannot write: %s", strerror(errno));
		}
	}
}

static size_t take_some(int fd, void *to, size_t len)
{
	for (;;) {
		ssize_t got = read(fd, to, len);

		if (got > 0)
			return (size_t)got;
		if (got == 0 || errno != EAGAIN)
			fail_msg("the stream ends %zu bytes early: %s", len,
				 got ? strerror(errno) : "EOF");
		wait_for(fd, POLLIN);
	}
}

void expect(int fd, const void *data, size_t len)
{
	static uint8_t got[65536];
	const uint8_t *want = data;

	while (len > 0) {
		size_t some = take_some(fd, got, len < sizeof(got) ? len : sizeof(got));

		assert_memory_equal(got, want, some);
		want += some;
		len -= some;
	}
}

void take(int fd, size_t len)
{
	static uint8_t got[65536];

	while (len > 0)
		len -= take_some(fd, got, len < sizeof(got) ? len : sizeof(got));
}

static int listen_tcp(void)
{
	socklen_t len = sizeof(board.address);
	int one = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	board.address.sin_family = AF_INET; /* a port of 0 the first time, the same port later */
	board.address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	assert_int_equal(bind(fd, (struct sockaddr *)&board.address, sizeof(board.address)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&board.address, &len), 0);
	assert_int_equal(listen(fd, 4), 0);
	return fd;
}

static int listen_unix(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_true(strlen(path) < sizeof(address.sun_path));
	strcpy(address.sun_path, path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fd, 4), 0);
	return fd;
}

/* A pty under a name that stays the same when it is made anew. */
static int open_pty(const char *name)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);

	assert_true(fd >= 0);
	assert_int_equal(grantpt(fd), 0);
	assert_int_equal(unlockpt(fd), 0);
	assert_int_equal(symlink(ptsname(fd), name), 0);
	return fd;
}

void board_restore(void)
{
	if (board.kind == BOARD_TCP)
		board.listener = listen_tcp();
	else if (board.kind == BOARD_PTY)
		board.fd = open_pty(in_test_dir("board"));
	else
		board.listener = listen_unix(in_test_dir("board"));
}

const char *board_make(enum board_kind kind)
{
	char self[128] = "";

	board.kind = kind;
	board.address.sin_port = 0;
	board_restore();
	switch (kind) {
	case BOARD_TCP:
		snprintf(board.name, sizeof(board.name), "127.0.0.1:%d",
			 ntohs(board.address.sin_port));
		break;
	case BOARD_EXEC:
		assert_true(readlink("/proc/self/exe", self, sizeof(self) - 1) > 0);
		snprintf(board.name, sizeof(board.name), "exec '%s' --bridge '%s'", self,
			 in_test_dir("board"));
		break;
	default:
		snprintf(board.name, sizeof(board.name), "%s", in_test_dir("board"));
		break;
	}
	return board.name;
}

int board_accept(void)
{
	int one = 1;

	if (board.kind == BOARD_PTY) {
		struct pollfd opened = { .fd = board.fd, .events = POLLIN };
		int64_t deadline = now_ms() + DEADLINE_MS;

		/* While nobody has the other end open, poll() reports a hang-up. */
		while (poll(&opened, 1, 1) == 1 && !(opened.revents & POLLIN))
			assert_true(now_ms() < deadline);
	} else {
		wait_for(board.listener, POLLIN);
		board.fd = accept4(board.listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		assert_true(board.fd >= 0);
		setsockopt(board.fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	}
	return board.fd;
}

int board_connect(void)
{
	board_accept();
	EXPECT(board.fd, "\x18\x01");
	return board.fd;
}

void board_break(void)
{
	if (board.fd >= 0)
		close(board.fd);
	if (board.listener >= 0)
		close(board.listener);
	board.fd = board.listener = -1;
	if (board.kind != BOARD_TCP)
		unlink(in_test_dir("board"));
}

/* Copy one way; false at the end. */
static bool copy(int from, int to)
{
	char data[4096];
	ssize_t len = read(from, data, sizeof(data));

	return len > 0 && write(to, data, (size_t)len) == len;
}

int board_bridge(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct pollfd fds[2] = { { .fd = STDIN_FILENO, .events = POLLIN },
				 { .fd = fd, .events = POLLIN } };

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return 1;
	while (poll(fds, 2, -1) > 0) {
		if (fds[0].revents && !copy(STDIN_FILENO, fd))
			return 0;
		if (fds[1].revents && !copy(fd, STDOUT_FILENO))
			return 0;
	}
	return 1;
}

int client_knock(int port, int receive_buffer)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int one = 1;

	assert_true(fd >= 0);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	if (receive_buffer)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	return fd;
}

static int join(int channel, int receive_buffer)
{
	int port = server_port(channel), before, fd;
	char text[64];

	snprintf(text, sizeof(text), " for stream %d of ", channel); /* boards have names */
	snprintf(text, sizeof(text), "accepted connection on stream %d%s", channel,
		 server_count(text) ? " of " : ".");
	before = server_count(text);
	fd = client_knock(port, receive_buffer);
	server_expect_count(text, before + 1);
	return fd;
}

int client_connect(int channel)
{
	return join(channel, 0);
}

int client_connect_small(int channel)
{
	return join(channel, 1);
}

void close_abruptly(int fd)
{
	struct linger now = { .l_onoff = 1, .l_linger = 0 };

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	close(fd);
}

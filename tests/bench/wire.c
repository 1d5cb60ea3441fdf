/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/bench/wire.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "tests/bench/machine.h"

enum {
	PORT_FIRST = 20000, /* below those that the kernel gives to others */
	PORT_LAST = 32000,
	PATIENCE_MS = 10000,
	QUIET_MS = 50,
};

static const int64_t patience_ns = PATIENCE_MS * INT64_C(1000000);

static struct sockaddr_in loopback(int port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET,
				     .sin_port = htons((uint16_t)port),
				     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static int bind_port(int port)
{
	struct sockaddr_in address = loopback(port);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int one = 1;

	if (fd < 0)
		machine_fail("no socket: %s", strerror(errno));
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	close(fd);
	return -1;
}

/* A used one may still be in TIME_WAIT, so each call goes on where the last one ended. */
int wire_find_ports(int count)
{
	static int next;
	int found = 0;

	if (next == 0)
		next = PORT_FIRST + getpid() % (PORT_LAST - PORT_FIRST);
	for (int tries = PORT_LAST - PORT_FIRST; found < count && tries > 0; tries--) {
		int fd;

		if (next >= PORT_LAST) {
			next = PORT_FIRST;
			found = 0;
		}
		fd = bind_port(next++);
		found = fd < 0 ? 0 : found + 1;
		if (fd >= 0)
			close(fd);
	}
	if (found < count)
		machine_fail("no %d free TCP ports in a row", count);
	return next - count;
}

int wire_listen(int port)
{
	int fd = bind_port(port);

	if (fd < 0 || listen(fd, 4) < 0)
		machine_fail("port %d: %s", port, strerror(errno));
	return fd;
}

static int tune(int fd)
{
	int one = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

int wire_accept(int listener)
{
	struct pollfd wait = { .fd = listener, .events = POLLIN };
	int fd;

	for (int ms = 0; poll(&wait, 1, 100) <= 0; ms += 100) {
		machine_check();
		if (ms >= PATIENCE_MS)
			machine_fail("nobody connects to the board");
	}
	fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (fd < 0)
		machine_fail("accept: %s", strerror(errno));
	close(listener);
	return tune(fd);
}

int wire_open_pty(char path[64])
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	struct termios raw;

	if (fd < 0 || grantpt(fd) < 0 || unlockpt(fd) < 0 || ptsname_r(fd, path, 64) != 0)
		machine_fail("no pty: %s", strerror(errno));
	tcgetattr(fd, &raw);
	cfmakeraw(&raw);
	tcsetattr(fd, TCSANOW, &raw);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

int wire_connect(int port)
{
	struct sockaddr_in address = loopback(port);

	for (int ms = 0; ms < PATIENCE_MS; ms += 10) {
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

		if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
			return tune(fd);
		close(fd);
		machine_check();
		poll(NULL, 0, 10);
	}
	machine_fail("nobody listens on port %d", port);
}

void wire_meet(int client, int board)
{
	struct pollfd wait = { .fd = board, .events = POLLIN };
	char bytes[4096];

	wire_put(client, "?", 1);
	while (poll(&wait, 1, PATIENCE_MS) > 0) {
		ssize_t len = read(board, bytes, sizeof(bytes));

		if (len <= 0)
			machine_fail("the board's connection has ended");
		if (memchr(bytes, '?', (size_t)len))
			return;
	}
	machine_fail("what a client types does not arrive");
}

void wire_settle(int fd)
{
	struct pollfd wait = { .fd = fd, .events = POLLIN };
	char unwanted[4096];

	while (poll(&wait, 1, QUIET_MS) > 0)
		if (read(fd, unwanted, sizeof(unwanted)) <= 0)
			machine_fail("a connection has ended");
}

/* After a read or write that moved nothing: try again? */
static void may_retry(ssize_t len, int64_t begin)
{
	if (len == 0 || (len < 0 && errno != EAGAIN && errno != EINTR))
		machine_fail("a connection has ended");
	if (machine_now() - begin > patience_ns)
		machine_fail("a connection is stuck");
}

void wire_put(int fd, const void *data, size_t len)
{
	int64_t begin = machine_now();

	while (len > 0) {
		ssize_t part = write(fd, data, len);

		if (part > 0) {
			data = (const char *)data + part;
			len -= (size_t)part;
		} else {
			may_retry(part, begin);
		}
	}
}

void wire_take(int fd, void *data, size_t len)
{
	int64_t begin = machine_now();

	while (len > 0) {
		ssize_t part = read(fd, data, len);

		if (part > 0) {
			data = (char *)data + part;
			len -= (size_t)part;
		} else {
			may_retry(part, begin);
		}
	}
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/tcp_port.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ANY_PORT_ATTEMPTS = 16 };

/* A socket bound to @address with @port put into it.  Returns it or -errno. */
static int bind_socket(const struct addrinfo *address, uint16_t port)
{
	struct sockaddr_storage at;
	int one = 1, zero = 0, error;
	int fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -errno;
	memcpy(&at, address->ai_addr, address->ai_addrlen);
	if (address->ai_family == AF_INET6) {
		((struct sockaddr_in6 *)&at)->sin6_port = htons(port);
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &zero, sizeof(zero));
	} else {
		((struct sockaddr_in *)&at)->sin_port = htons(port);
	}
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&at, address->ai_addrlen) == 0 &&
	    listen(fd, SOMAXCONN) == 0)
		return fd;
	error = errno;
	close(fd);
	return -error;
}

uint16_t tcp_port_of(int fd)
{
	struct sockaddr_storage at;
	socklen_t len = sizeof(at);

	if (getsockname(fd, (struct sockaddr *)&at, &len) < 0)
		return 0;
	if (at.ss_family == AF_INET6)
		return ntohs(((struct sockaddr_in6 *)&at)->sin6_port);
	return at.ss_family == AF_INET ? ntohs(((struct sockaddr_in *)&at)->sin_port) : 0;
}

/*
 * Bind one port on all @addresses that this machine has.  Returns the number of sockets, or -errno
 * of the one that failed.  *@port is the port that the first of them got.
 */
static int bind_all(const struct addrinfo *addresses, uint16_t *port, int fds[TCP_PORT_SOCKETS_MAX])
{
	int count = 0;
	int error = -EADDRNOTAVAIL;

	for (const struct addrinfo *a = addresses; a && count < TCP_PORT_SOCKETS_MAX;
	     a = a->ai_next) {
		int fd = bind_socket(a, *port);

		if (fd >= 0) {
			fds[count++] = fd;
			*port = tcp_port_of(fd);
		} else if (fd != -EADDRNOTAVAIL && fd != -EAFNOSUPPORT) {
			while (count > 0)
				close(fds[--count]);
			return fd;
		} else {
			error = fd;
		}
	}
	return count > 0 ? count : error;
}

static void explain(const char *address, uint16_t port, int error, char *why, size_t why_size)
{
	const char *where = address ? address : "localhost";

	if (error == -EADDRINUSE)
		snprintf(
			why, why_size,
			"port %u on %s is in use by another program (ss -ltnp sport = :%u names it); "
			"choose another, or 0 for any",
			port, where, port);
	else if (error == -EACCES)
		snprintf(why, why_size, "not allowed to listen on port %u; choose one from 1024 up",
			 port);
	else
		snprintf(why, why_size, "cannot listen on %s port %u: %s", where, port,
			 strerror(-error));
}

int tcp_port_open(const char *address, uint16_t port, int fds[TCP_PORT_SOCKETS_MAX], char *why,
		  size_t why_size)
{
	struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
	struct addrinfo *addresses;
	int status = getaddrinfo(address, "0", &hints, &addresses);
	int attempts = 0;
	uint16_t bound;

	if (status != 0) {
		snprintf(why, why_size,
			 "cannot listen on %s: %s; --listen takes an address of this machine",
			 address ? address : "localhost", gai_strerror(status));
		return -EADDRNOTAVAIL;
	}
	do {
		bound = port;
		status = bind_all(addresses, &bound, fds);
	} while (status == -EADDRINUSE && port == 0 && ++attempts < ANY_PORT_ATTEMPTS);
	freeaddrinfo(addresses);
	if (status < 0)
		explain(address, bound, status, why, why_size);
	return status;
}

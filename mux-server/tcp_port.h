/* SPDX-License-Identifier: BSD-2-Clause */
/* A TCP port, on all addresses that a name stands for. */
#ifndef MUX_SERVER_TCP_PORT_H
#define MUX_SERVER_TCP_PORT_H

#include <stddef.h>
#include <stdint.h>

enum { TCP_PORT_SOCKETS_MAX = 8 };

/*
 * Listen on @port (0: any that is free on all of them) of @address (NULL: loopback, both IPv4 and
 * IPv6).  Returns how many sockets that are, in @fds, non-blocking and close-on-exec; or -errno,
 * with one sentence in @why.
 */
int tcp_port_open(const char *address, uint16_t port, int fds[TCP_PORT_SOCKETS_MAX], char *why,
		  size_t why_size);

/* The port that a socket is bound to; 0: it is no TCP socket. */
uint16_t tcp_port_of(int fd);

#endif

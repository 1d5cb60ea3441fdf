/* SPDX-License-Identifier: BSD-2-Clause */
/* Both ends of what is measured: the board's end, a TCP port or a pty, and the clients' end. */
#ifndef TESTS_BENCH_WIRE_H
#define TESTS_BENCH_WIRE_H

#include <stdbool.h>
#include <stddef.h>

/* The first of @count successive TCP ports that nobody uses. */
int wire_find_ports(int count);

/* Listen there as the board; then wait for whom is measured.  The result does not block. */
int wire_listen(int port);
int wire_accept(int listener);

/* Make a pty, raw: returns the board's side, which does not block, and the path of the other. */
int wire_open_pty(char path[64]);

/* Connect to a port, trying again while nobody listens.  The result does not block. */
int wire_connect(int port);

/* Wait until what @client types arrives at @board, so that whoever is between them serves it. */
void wire_meet(int client, int board);

/* Throw away what still arrives, until 50 ms without anything. */
void wire_settle(int fd);

/* Write or read all of it, waiting in a busy loop; fails after some seconds. */
void wire_put(int fd, const void *data, size_t len);
void wire_take(int fd, void *data, size_t len);

#endif

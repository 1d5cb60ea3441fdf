/* SPDX-License-Identifier: BSD-2-Clause */
/* Socket options that clients and targets have in common. */
#ifndef MUX_SERVER_SOCKETS_H
#define MUX_SERVER_SOCKETS_H

/* Send small writes at once, and notice within @idle_s + 30 seconds that the peer is gone. */
void socket_tune_tcp(int fd, int idle_s);

/* What is sent out of band stands where it was sent, as telnet has it. */
void socket_keep_urgent_in_line(int fd);

enum { SOCKET_PEER_SIZE = 80 };

/* Who is connected: "127.0.0.1:51234", "[::1]:51234", or "local" for a unix socket. */
void socket_name_peer(int fd, char name[SOCKET_PEER_SIZE]);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* The way to a message service: names are looked up and connections made without waiting. */
#ifndef MUX_SERVER_MESSAGE_SOCKET_H
#define MUX_SERVER_MESSAGE_SOCKET_H

#include <event2/event.h>

#include "mux-server/message_address.h"

struct message_socket;

/*
 * Make a socket for @where; @connected is called for each message_socket_connect(), with a
 * non-blocking descriptor that stays the socket's, or -1 and @why, before it returns or later.
 * NULL: out of memory, or @where is no address.
 */
struct message_socket *message_socket_new(struct event_base *base, const char *where,
					  void (*connected)(void *arg, int fd, const char *why),
					  void *arg);

/* Begin to connect. */
void message_socket_connect(struct message_socket *link);

enum message_kind message_socket_kind(const struct message_socket *link);

/* The descriptor while connected. */
int message_socket_fd(const struct message_socket *link);

/* Give up the connection, or the attempt. */
void message_socket_close(struct message_socket *link);

void message_socket_free(struct message_socket *link);

#endif

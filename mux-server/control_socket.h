/* SPDX-License-Identifier: BSD-2-Clause */
/* The listening control socket: its file, who may connect, and who is who. */
#ifndef MUX_SERVER_CONTROL_SOCKET_H
#define MUX_SERVER_CONTROL_SOCKET_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/un.h>

struct control_socket {
	int fd; /* non-blocking, close-on-exec */
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
};

/*
 * Listen on @path, or NAME.sock in the user's run directory, for owner and group only.  A socket
 * that a dead server left behind is replaced.  Returns 0 or -errno (-EADDRINUSE: another server has
 * it), with one sentence in @why.
 */
int control_socket_open(struct control_socket *socket, const char *path, char *why,
			size_t why_size);

/* Close it and remove its file. */
void control_socket_close(struct control_socket *socket);

/* Is the peer of a connection root, or the user that the server runs as? */
bool control_socket_is_owner(int fd);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* The listening control socket: its file, who may connect, and who is who. */
#ifndef MUX_SERVER_CONTROL_SOCKET_H
#define MUX_SERVER_CONTROL_SOCKET_H

#include <stdbool.h>
#include <stddef.h>

#include "mux-server/socket_file.h"

/*
 * Listen on @name, a path, or NAME.sock in the user's run directory, for owner and group only.
 * A socket that the service manager has opened is used instead.  Returns as socket_file_open()
 * does.
 */
int control_socket_open(struct socket_file *file, const char *name, char *why, size_t why_size);

/* Close it and remove its file. */
void control_socket_close(struct socket_file *file);

/* Is the peer of a connection root, or the user that the server runs as? */
bool control_socket_is_owner(int fd);

#endif

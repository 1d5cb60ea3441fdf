/* SPDX-License-Identifier: BSD-2-Clause */
/* The run directory: where control sockets and what serves consoles are, for the server that makes
 * them and for muxctl that looks for them. */
#ifndef MUX_SERVER_CONTROL_PATH_H
#define MUX_SERVER_CONTROL_PATH_H

#include <stddef.h>

#define CONTROL_SUFFIX ".sock"

/*
 * The directory of control sockets: $XDG_RUNTIME_DIR/mux_server, or without that variable what
 * the service manager made (RuntimeDirectory=), or for root /run/mux_server.  Returns 0, or -1 if
 * there is none.
 */
int control_path_directory(char *path, size_t size);

/* The path of the socket that is called @name: itself if it has a slash.  Returns 0 or -1. */
int control_path_of(const char *name, char *path, size_t size);

/*
 * The path of what serves console @name of @board: @name with @suffix, in a directory of the
 * board's in the run directory.  Returns 0, or -1: there is none, or the path does not fit.
 */
int control_path_of_console(const char *board, const char *name, const char *suffix, char *path,
			    size_t size);

#endif

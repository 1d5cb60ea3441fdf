/* SPDX-License-Identifier: BSD-2-Clause */
/* The servers that muxctl talks to, and the consoles that they have. */
#ifndef HOST_TOOLS_MUXCTL_SERVER_H
#define HOST_TOOLS_MUXCTL_SERVER_H

#include <jansson.h>
#include <stddef.h>

enum { MUXCTL_SERVERS_MAX = 64, MUXCTL_PATH_MAX = 512 };

struct muxctl_server {
	char path[MUXCTL_PATH_MAX];
	char name[128]; /* of its socket, without directory and ".sock" */
};

struct muxctl_servers {
	struct muxctl_server list[MUXCTL_SERVERS_MAX];
	unsigned count;
};

/* A console, found by name. */
struct muxctl_console {
	const struct muxctl_server *server;
	char name[256]; /* BOARD/CONSOLE, as the server knows it */
};

/*
 * Add the socket @path, all sockets of the directory @path, the server that is called @path, or
 * with NULL all servers in the user's run directory.  Returns 0, or -1 after saying what is wrong.
 */
int muxctl_servers_add(struct muxctl_servers *servers, const char *path);

/* Connect to a socket.  Returns a descriptor, or -1 with errno. */
int muxctl_connect(const char *path);

/* The same, but -1 after saying why not. */
int muxctl_server_connect(const struct muxctl_server *server);

/*
 * Send one request, a format whose arguments have been quoted (control_line_quote()), over @fd and
 * read the answer, but no byte behind it.  Returns an object that the caller frees if it says "ok";
 * NULL after saying what is wrong.
 */
json_t *muxctl_ask(int fd, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The same over a connection of its own. */
json_t *muxctl_ask_once(const struct muxctl_server *server, const char *request);

/*
 * Find [SERVER/][BOARD/]CONSOLE among all servers.  Returns 0, or -1 after saying that there is
 * none or several.
 */
int muxctl_find(struct muxctl_servers *servers, const char *name, struct muxctl_console *console);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* A listening unix socket and its file, for the control socket and for consoles. */
#ifndef MUX_SERVER_SOCKET_FILE_H
#define MUX_SERVER_SOCKET_FILE_H

#include <stddef.h>
#include <sys/stat.h>
#include <sys/un.h>

struct socket_file {
	int fd; /* non-blocking, close-on-exec */
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
	dev_t device; /* which file it is */
	ino_t inode;
};

/*
 * Listen on @path, for the owner and @group (NULL: the server's group) only.  A socket that a dead
 * server left behind is replaced.  Returns 0 or -errno, with one sentence in @why; -EADDRINUSE: a
 * server listens there, or it is another kind of file.
 */
int socket_file_open(struct socket_file *file, const char *path, const char *group, char *why,
		     size_t why_size);

/* Remove the file, if it still is this socket's.  Of a socket with an empty path there is none. */
void socket_file_remove(const struct socket_file *file);

/* Give @path to the server's user and @group (NULL: its own), mode 0660.  Returns 0, -ESRCH (no
 * such group) or another -errno. */
int socket_file_grant(const char *path, const char *group);

#endif

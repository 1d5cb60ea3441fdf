/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/control_socket.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mux-server/activation.h"
#include "mux-server/control_path.h"

int control_socket_open(struct socket_file *file, const char *name, char *why, size_t why_size)
{
	int passed = activation_take_service(ACTIVATION_CONTROL);
	char path[sizeof(file->path)], directory[sizeof(file->path)];

	if (passed >= 0) {
		*file = (struct socket_file){ .fd = passed };
		return 0;
	}
	if (control_path_of(name, path, sizeof(path)) < 0) {
		snprintf(why, why_size,
			 "no control socket %s: a path has at most %zu bytes; a name needs "
			 "XDG_RUNTIME_DIR",
			 name, sizeof(path) - 1);
		return -EINVAL;
	}
	if (!strchr(name, '/') && control_path_directory(directory, sizeof(directory)) == 0)
		mkdir(directory, 0755); /* if it cannot be made, bind() says why */
	return socket_file_open(file, path, NULL, why, why_size);
}

void control_socket_close(struct socket_file *file)
{
	close(file->fd);
	socket_file_remove(file);
}

bool control_socket_is_owner(int fd)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 &&
	       (peer.uid == 0 || peer.uid == geteuid());
}

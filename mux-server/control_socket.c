/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/control_socket.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mux-server/control_path.h"

enum { BACKLOG = 16 };

/* Remove a socket that nobody listens on.  Returns 0, or -EADDRINUSE. */
static int remove_stale(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int error;

	if (fd < 0)
		return -errno;
	error = connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 ? 0 : errno;
	close(fd);
	if (error == ENOENT)
		return 0;
	if (error != ECONNREFUSED)
		return -EADDRINUSE;
	return unlink(address->sun_path) == 0 ? 0 : -errno;
}

static int listen_at(struct control_socket *control, const struct sockaddr_un *address)
{
	int error = remove_stale(address);

	if (error < 0)
		return error;
	control->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (control->fd < 0)
		return -errno;
	/* Nobody gets in between bind() and chmod(): there is no backlog before listen(). */
	if (bind(control->fd, (const struct sockaddr *)address, sizeof(*address)) == 0 &&
	    chmod(address->sun_path, 0660) == 0 && listen(control->fd, BACKLOG) == 0)
		return 0;
	error = -errno;
	close(control->fd);
	return error;
}

int control_socket_open(struct control_socket *control, const char *path, char *why,
			size_t why_size)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char directory[sizeof(control->path)];
	int status;

	if (control_path_of(path, control->path, sizeof(control->path)) < 0) {
		snprintf(why, why_size,
			 "no control socket %s: a path has at most %zu bytes; a name needs "
			 "XDG_RUNTIME_DIR",
			 path, sizeof(control->path) - 1);
		return -EINVAL;
	}
	if (!strchr(path, '/') && control_path_directory(directory, sizeof(directory)) == 0)
		mkdir(directory, 0755); /* if it cannot be made, bind() says why */
	memcpy(address.sun_path, control->path, sizeof(address.sun_path));
	status = listen_at(control, &address);
	if (status == -EADDRINUSE)
		snprintf(why, why_size,
			 "control socket %s is in use by another server, or is no socket; choose "
			 "another with --control",
			 control->path);
	else if (status < 0)
		snprintf(why, why_size, "cannot make control socket %s: %s", control->path,
			 strerror(-status));
	return status;
}

void control_socket_close(struct control_socket *control)
{
	close(control->fd);
	unlink(control->path);
}

bool control_socket_is_owner(int fd)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 &&
	       (peer.uid == 0 || peer.uid == geteuid());
}

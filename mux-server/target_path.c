/* SPDX-License-Identifier: BSD-2-Clause */
/* A target in the file system: a unix socket, or else a serial device.  What it is is asked anew
 * each time. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "mux-server/serial.h"
#include "mux-server/target.h"

struct path {
	struct serial serial; /* open if its fd is not negative */
	int socket;
};

static int connect_unix(const char *name)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(name) >= sizeof(to.sun_path))
		return -ENAMETOOLONG;
	strcpy(to.sun_path, name);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0) {
		int error = errno;

		close(fd);
		return -error;
	}
	return fd;
}

static int prepare(struct target *target)
{
	struct path *path = malloc(sizeof(*path));

	if (!path)
		return -ENOMEM;
	path->serial.fd = path->socket = -1;
	target->link = path;
	return 0;
}

static void open_path(struct target *target)
{
	struct path *path = target->link;
	const struct target_settings *settings = &target->settings;
	char why[sizeof(target->trouble)];
	struct stat st;

	if (stat(settings->name, &st) == 0 && S_ISSOCK(st.st_mode)) {
		path->socket = connect_unix(settings->name);
		if (path->socket < 0)
			target_failed(target, "connect() failed for target (socket \"%s\"): %s",
				      settings->name, strerror(-path->socket));
		else
			target_opened(target, path->socket, path->socket, true);
		return;
	}
	if (serial_open(&path->serial, settings->name, settings->baud, settings->hw, why,
			sizeof(why)) < 0)
		target_failed(target, "%s", why);
	else
		target_opened(target, path->serial.fd, path->serial.fd, path->serial.is_pty);
}

static void close_path(struct target *target)
{
	struct path *path = target->link;

	if (path->serial.fd >= 0)
		serial_close(&path->serial);
	if (path->socket >= 0)
		close(path->socket);
	path->socket = -1;
}

static void destroy(struct target *target)
{
	free(target->link);
}

const struct target_kind target_kind_path = {
	.prepare = prepare,
	.open = open_path,
	.close = close_path,
	.destroy = destroy,
};

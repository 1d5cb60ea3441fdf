/* SPDX-License-Identifier: BSD-2-Clause */
/* A target in the file system: a unix socket, or else a serial device.  What it is is asked anew
 * each time. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "mux-server/appear.h"
#include "mux-server/serial.h"
#include "mux-server/target.h"

struct path {
	struct serial serial; /* open if its fd is not negative */
	int socket;
	struct appear appear;
};

static void on_appeared(void *arg)
{
	target_appeared(arg);
}

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
	appear_init(&path->appear, target->base, target->settings.name, on_appeared, target);
	target->link = path;
	return 0;
}

static void opened(struct target *target, int fd, bool may_pause)
{
	struct path *path = target->link;

	appear_disarm(&path->appear);
	target_opened(target, fd, fd, may_pause);
}

static void open_path(struct target *target)
{
	struct path *path = target->link;
	const struct target_settings *settings = &target->settings;
	char why[sizeof(target->trouble)];
	struct stat st;

	appear_arm(&path->appear); /* before looking, so that nothing is missed */
	if (stat(settings->name, &st) == 0 && S_ISSOCK(st.st_mode)) {
		path->socket = connect_unix(settings->name);
		if (path->socket < 0)
			target_failed(target, "connect() failed for target (socket \"%s\"): %s",
				      settings->name, strerror(-path->socket));
		else
			opened(target, path->socket, true);
		return;
	}
	if (serial_open(&path->serial, settings->name, settings->baud, &settings->line, why,
			sizeof(why)) < 0)
		target_failed(target, "%s", why);
	else
		opened(target, path->serial.fd, path->serial.is_pty);
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

/* A pty has no line that could be broken. */
static int set_break(struct target *target, bool on)
{
	struct path *path = target->link;

	if (path->serial.fd < 0 || path->serial.is_pty)
		return -EOPNOTSUPP;
	return ioctl(path->serial.fd, on ? TIOCSBRK : TIOCCBRK) < 0 ? -errno : 0;
}

static void destroy(struct target *target)
{
	struct path *path = target->link;

	appear_fini(&path->appear);
	free(target->link);
}

const struct target_kind target_kind_path = {
	.prepare = prepare,
	.open = open_path,
	.close = close_path,
	.destroy = destroy,
	.set_break = set_break,
};

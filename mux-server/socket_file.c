/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/socket_file.h"

#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Remove a socket that nobody listens on.  Returns 0, or -EADDRINUSE. */
static int remove_stale(const struct sockaddr_un *address)
{
	struct stat st;
	int fd, error;

	if (lstat(address->sun_path, &st) < 0)
		return errno == ENOENT ? 0 : -errno;
	if (!S_ISSOCK(st.st_mode))
		return -EADDRINUSE;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
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

int socket_file_grant(const char *path, const char *group)
{
	gid_t gid = getegid();

	if (group) {
		struct group *entry = getgrnam(group);

		if (!entry)
			return -ESRCH;
		gid = entry->gr_gid;
	}
	return chown(path, (uid_t)-1, gid) == 0 && chmod(path, 0660) == 0 ? 0 : -errno;
}

static void explain(const char *path, const char *group, int error, char *why, size_t why_size)
{
	if (error == -EADDRINUSE)
		snprintf(why, why_size,
			 "socket %s is in use by another server, or is no socket; choose another "
			 "path",
			 path);
	else if (error == -ENAMETOOLONG)
		snprintf(why, why_size, "socket %s: its path has more than %zu bytes", path,
			 sizeof(((struct sockaddr_un *)0)->sun_path) - 1);
	else if (error == -ESRCH)
		snprintf(why, why_size, "there is no group %s for socket %s", group, path);
	else if (error == -EPERM && group)
		snprintf(why, why_size,
			 "socket %s cannot be given to group %s: the server's user is not in it",
			 path, group);
	else
		snprintf(why, why_size, "cannot make socket %s: %s", path, strerror(-error));
}

/* Nobody gets in between bind() and the grant: there is no backlog before listen(). */
static int listen_at(struct socket_file *file, const struct sockaddr_un *address, const char *group)
{
	struct stat st;
	int status;

	if (bind(file->fd, (const struct sockaddr *)address, sizeof(*address)) < 0)
		return -errno;
	status = socket_file_grant(file->path, group);
	if (status == 0 && (listen(file->fd, SOMAXCONN) < 0 || stat(file->path, &st) < 0))
		status = -errno;
	if (status < 0) {
		unlink(file->path);
		return status;
	}
	file->device = st.st_dev;
	file->inode = st.st_ino;
	return 0;
}

int socket_file_open(struct socket_file *file, const char *path, const char *group, char *why,
		     size_t why_size)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int status = -ENAMETOOLONG;

	file->fd = -1;
	if (strlen(path) < sizeof(address.sun_path)) {
		strcpy(address.sun_path, path);
		strcpy(file->path, path);
		status = remove_stale(&address);
	}
	if (status == 0) {
		file->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		status = file->fd < 0 ? -errno : listen_at(file, &address, group);
	}
	if (status == 0)
		return 0;
	if (file->fd >= 0)
		close(file->fd);
	explain(path, group, status, why, why_size);
	return status;
}

void socket_file_remove(const struct socket_file *file)
{
	struct stat st;

	if (lstat(file->path, &st) == 0 && st.st_dev == file->device && st.st_ino == file->inode)
		unlink(file->path);
}

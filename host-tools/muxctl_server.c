// SPDX-License-Identifier: BSD-2-Clause
#include "host-tools/muxctl_server.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "host-tools/say.h"
#include "mux-server/control_line.h"
#include "mux-server/control_path.h"
#include "mux-server/nearest.h"

enum { ANSWER_MAX = 16 << 20, ANSWER_TIMEOUT_S = 30 };

static int add_socket(struct muxctl_servers *servers, const char *path)
{
	struct muxctl_server *server = &servers->list[servers->count];
	const char *slash = strrchr(path, '/');
	size_t len;

	if (servers->count == MUXCTL_SERVERS_MAX || strlen(path) >= sizeof(server->path)) {
		say_error("%s: too many servers, or too long a path", path);
		return -1;
	}
	snprintf(server->path, sizeof(server->path), "%s", path);
	snprintf(server->name, sizeof(server->name), "%s", slash ? slash + 1 : path);
	len = strlen(server->name);
	if (len > strlen(CONTROL_SUFFIX) &&
	    strcmp(server->name + len - strlen(CONTROL_SUFFIX), CONTROL_SUFFIX) == 0)
		server->name[len - strlen(CONTROL_SUFFIX)] = '\0';
	servers->count++;
	return 0;
}

static int try_connect(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	struct timeval timeout = { .tv_sec = ANSWER_TIMEOUT_S };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0)
		return -1;
	if (strlen(path) >= sizeof(address.sun_path)) {
		close(fd);
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(address.sun_path, path);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	close(fd);
	return -1;
}

static int is_socket_name(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name), suffix = strlen(CONTROL_SUFFIX);

	return len > suffix && strcmp(entry->d_name + len - suffix, CONTROL_SUFFIX) == 0;
}

/* Sockets of servers that have died are passed over. */
static int add_directory(struct muxctl_servers *servers, const char *directory)
{
	struct dirent **entries;
	int count = scandir(directory, &entries, is_socket_name, alphasort);
	int status = 0;

	if (count < 0) {
		say_error("%s: %s", directory, strerror(errno));
		return -1;
	}
	for (int i = 0; i < count; i++) {
		char *path = say_format("%s/%s", directory, entries[i]->d_name);
		int fd = try_connect(path);

		if (fd >= 0 && status == 0)
			status = add_socket(servers, path);
		if (fd >= 0)
			close(fd);
		free(path);
		free(entries[i]);
	}
	free(entries);
	return status;
}

int muxctl_servers_add(struct muxctl_servers *servers, const char *path)
{
	char directory[MUXCTL_PATH_MAX];
	struct stat st;
	unsigned before = servers->count;

	if (path && stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
		return add_socket(servers, path);
	if (path && stat(path, &st) < 0) {
		char named[MUXCTL_PATH_MAX];

		if (control_path_of(path, named, sizeof(named)) == 0 && stat(named, &st) == 0)
			return add_socket(servers, named);
		say_error("%s: %s; it is a control socket, a directory of them, or a server's name",
			  path, strerror(ENOENT));
		return -1;
	}
	if (!path && control_path_directory(directory, sizeof(directory)) < 0) {
		say_error("XDG_RUNTIME_DIR is not set; say -s SOCKET");
		return -1;
	}
	if (!path && access(directory, F_OK) < 0) {
		say_error("no server has a control socket in %s; say -s SOCKET, or start "
			  "mux_server with --config or --control",
			  directory);
		return -1;
	}
	if (add_directory(servers, path ? path : directory) < 0)
		return -1;
	if (servers->count > before)
		return 0;
	say_error("no server is running with a control socket in %s", path ? path : directory);
	return -1;
}

int muxctl_server_connect(const struct muxctl_server *server)
{
	int fd = try_connect(server->path);

	if (fd < 0)
		say_error("%s: %s", server->path,
			  errno == ECONNREFUSED ? "no server is running there" : strerror(errno));
	return fd;
}

/* Read up to and with the end of the line.  Returns its length without that, or -1. */
static ssize_t read_line(int fd, char **text)
{
	size_t size = 4096, len = 0;
	char *end = NULL;

	*text = malloc(size);
	while (*text && !end) {
		ssize_t got = recv(fd, *text + len, size - len, MSG_PEEK);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return -1;
		end = memchr(*text + len, '\n', (size_t)got);
		got = recv(fd, *text + len, end ? (size_t)(end - (*text + len)) + 1 : (size_t)got,
			   0);
		if (got <= 0)
			return -1;
		len += (size_t)got;
		if (!end && len == size) {
			char *more = size < ANSWER_MAX ? realloc(*text, size * 2) : NULL;

			if (!more)
				return -1;
			*text = more;
			size *= 2;
		}
	}
	return *text ? (ssize_t)len - 1 : -1;
}

json_t *muxctl_ask(int fd, const char *format, ...)
{
	char *text = NULL, *request;
	json_t *answer = NULL;
	ssize_t len;
	va_list args;

	va_start(args, format);
	if (vasprintf(&request, format, args) < 0)
		request = NULL;
	va_end(args);
	if (request &&
	    send(fd, request, strlen(request), MSG_NOSIGNAL) == (ssize_t)strlen(request) &&
	    send(fd, "\n", 1, MSG_NOSIGNAL) == 1) {
		len = read_line(fd, &text);
		if (len >= 0)
			answer = json_loadb(text, (size_t)len, 0, NULL);
	}
	free(text);
	free(request);
	if (!answer) {
		say_error("the server does not answer, or not in JSON");
	} else if (!json_is_true(json_object_get(answer, "ok"))) {
		const char *error = json_string_value(json_object_get(answer, "error"));

		say_error("%s", error ? error : "the server says no, but not why");
		json_decref(answer);
		answer = NULL;
	}
	return answer;
}

json_t *muxctl_ask_once(const struct muxctl_server *server, const char *request)
{
	int fd = muxctl_server_connect(server);
	json_t *answer;

	if (fd < 0)
		return NULL;
	answer = muxctl_ask(fd, "%s", request);
	close(fd);
	return answer;
}

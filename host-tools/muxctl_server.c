// SPDX-License-Identifier: BSD-2-Clause
#include "host-tools/muxctl_server.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "host-tools/say.h"

enum { ANSWER_MAX = 16 << 20, ANSWER_TIMEOUT_S = 30 };

int muxctl_connect(const char *path)
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

int muxctl_server_connect(const struct muxctl_server *server)
{
	int fd = muxctl_connect(server->path);

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

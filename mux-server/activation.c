/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/activation.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { FIRST_FD = 3, PASSED_MAX = 1024, NAME_MAX_LEN = 255 };

struct passed {
	char name[NAME_MAX_LEN + 1];
	bool is_unix;
};

static struct passed passed[PASSED_MAX];
static int passed_count;

/* The number that a variable has.  -1: it is not set, or is no number. */
static long number_of(const char *variable)
{
	const char *text = getenv(variable);
	char *end;
	long number;

	if (!text || *text < '0' || *text > '9')
		return -1;
	errno = 0;
	number = strtol(text, &end, 10);
	return *end == '\0' && errno == 0 ? number : -1;
}

static int option_of(int fd, int option)
{
	int value;
	socklen_t len = sizeof(value);

	return getsockopt(fd, SOL_SOCKET, option, &value, &len) < 0 ? -1 : value;
}

static int look_at(int fd, struct passed *entry, char *why, size_t why_size)
{
	int domain = option_of(fd, SO_DOMAIN), flags = fcntl(fd, F_GETFL);

	if (option_of(fd, SO_TYPE) != SOCK_STREAM || option_of(fd, SO_ACCEPTCONN) != 1 ||
	    (domain != AF_INET && domain != AF_INET6 && domain != AF_UNIX)) {
		snprintf(why, why_size,
			 "descriptor %d, passed for %s, is no listening stream socket; a .socket "
			 "unit needs ListenStream= and Accept=no",
			 fd, entry->name);
		return -EINVAL;
	}
	entry->is_unix = domain == AF_UNIX;
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) < 0) {
		snprintf(why, why_size, "descriptor %d, passed for %s, cannot be used: %s", fd,
			 entry->name, strerror(errno));
		return -EINVAL;
	}
	return 0;
}

static int take_over(const char *names, long count, char *why, size_t why_size)
{
	if (count > PASSED_MAX) {
		snprintf(why, why_size, "LISTEN_FDS: %ld sockets are too many; at most %d", count,
			 PASSED_MAX);
		return -EINVAL;
	}
	for (int i = 0; i < count; i++) {
		size_t len = strcspn(names, ":");

		if (len == 0 || len > NAME_MAX_LEN) {
			snprintf(why, why_size,
				 "descriptor %d was passed without a name; FileDescriptorName= in "
				 "its .socket unit says which console it is for",
				 FIRST_FD + i);
			return -EINVAL;
		}
		memcpy(passed[i].name, names, len);
		passed[i].name[len] = '\0';
		names += len + (names[len] == ':');
		if (look_at(FIRST_FD + i, &passed[i], why, why_size) < 0)
			return -EINVAL;
		passed_count = i + 1;
	}
	return 0;
}

int activation_init(char *why, size_t why_size)
{
	const char *names = getenv("LISTEN_FDNAMES");
	long pid = number_of("LISTEN_PID"), count = number_of("LISTEN_FDS");
	int status = 0;

	if (pid == getpid() && count > 0)
		status = take_over(names ? names : "", count, why, why_size);
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	unsetenv("LISTEN_PIDFDID");
	return status;
}

/* Does @name stand for that console? */
static bool is_name_of(const char *name, const char *board, const char *console)
{
	size_t len = strlen(board);

	return strcmp(name, console) == 0 || (strncmp(name, board, len) == 0 && name[len] == '/' &&
					      strcmp(name + len + 1, console) == 0);
}

int activation_check(const struct settings *settings, char *why, size_t why_size)
{
	for (int i = 0; i < passed_count; i++) {
		const char *name = passed[i].name;
		bool is_control = strcmp(name, ACTIVATION_CONTROL) == 0;
		bool is_metrics = strcmp(name, ACTIVATION_METRICS) == 0;
		unsigned found = is_control || is_metrics;

		if (passed[i].is_unix ? is_metrics : is_control) {
			snprintf(why, why_size,
				 "descriptor %d is passed for %s, but is no %s socket",
				 FIRST_FD + i, name, is_control ? "unix" : "TCP");
			return -EINVAL;
		}
		for (unsigned b = 0; b < settings->board_count; b++) {
			const struct board_settings *board = &settings->boards[b];

			for (unsigned c = 0; c < board->console_count; c++)
				found += is_name_of(name, board->name, board->consoles[c].name);
		}
		if (found == 1)
			continue;
		snprintf(
			why, why_size,
			found ? "descriptor %d is passed for %s, which %u consoles are called; "
				"FileDescriptorName=BOARD/CONSOLE tells them apart"
			      : "descriptor %d is passed for %s, but there is no such console; "
				"FileDescriptorName= is CONSOLE, BOARD/CONSOLE, " ACTIVATION_CONTROL
				" or " ACTIVATION_METRICS,
			FIRST_FD + i, name, found);
		return -EINVAL;
	}
	return 0;
}

int activation_take(const char *board, const char *console, enum place_kind kind, int fds[],
		    int max)
{
	int count = 0;

	if (kind != PLACE_PORT && kind != PLACE_SOCKET)
		return 0;
	for (int i = 0; i < passed_count && count < max; i++) {
		if (passed[i].is_unix != (kind == PLACE_SOCKET) ||
		    !is_name_of(passed[i].name, board, console))
			continue;
		fds[count] = fcntl(FIRST_FD + i, F_DUPFD_CLOEXEC, 0);
		if (fds[count] < 0) {
			int error = errno;

			while (count > 0)
				close(fds[--count]);
			return -error;
		}
		count++;
	}
	return count;
}

int activation_take_service(const char *service)
{
	for (int i = 0; i < passed_count; i++)
		if (strcmp(passed[i].name, service) == 0)
			return fcntl(FIRST_FD + i, F_DUPFD_CLOEXEC, 0);
	return -1;
}

char *activation_path(int fd)
{
	struct sockaddr_un at;
	socklen_t len = sizeof(at);

	if (getsockname(fd, (struct sockaddr *)&at, &len) < 0 || at.sun_family != AF_UNIX)
		return NULL;
	if (len <= offsetof(struct sockaddr_un, sun_path) || at.sun_path[0] == '\0')
		return NULL;
	return strndup(at.sun_path, len - offsetof(struct sockaddr_un, sun_path));
}

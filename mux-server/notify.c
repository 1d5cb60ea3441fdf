/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/notify.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static int manager = -1;
static struct event *watchdog;

static void tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A manager that is busy misses it; only the watchdog is told again. */
static void tell(const char *format, ...)
{
	char text[512];
	va_list args;

	if (manager < 0)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	send(manager, text, strlen(text), MSG_DONTWAIT | MSG_NOSIGNAL);
}

static void on_watchdog(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	tell("WATCHDOG=1");
}

/* A path, or with @ an abstract name. */
static int connect_manager(const char *name)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t len = strlen(name);
	int fd;

	if (len >= sizeof(to.sun_path))
		return -ENAMETOOLONG;
	memcpy(to.sun_path, name, len);
	if (name[0] == '@')
		to.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&to,
		    (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)) < 0) {
		int error = errno;

		close(fd);
		return -error;
	}
	return fd;
}

/* The number in @name, or 0. */
static uint64_t number_of(const char *name)
{
	const char *text = getenv(name);

	return text ? strtoull(text, NULL, 10) : 0;
}

/* Half the interval, as sd_watchdog_enabled(3) recommends. */
static int start_watchdog(struct event_base *base)
{
	uint64_t interval = number_of("WATCHDOG_USEC") / 2;
	uint64_t pid = number_of("WATCHDOG_PID");
	struct timeval half = { .tv_sec = (time_t)(interval / 1000000),
				.tv_usec = (suseconds_t)(interval % 1000000) };

	if (interval == 0 || (pid != 0 && pid != (uint64_t)getpid()))
		return 0;
	watchdog = event_new(base, -1, EV_PERSIST, on_watchdog, NULL);
	return watchdog && event_add(watchdog, &half) == 0 ? 0 : -ENOMEM;
}

int notify_init(struct event_base *base)
{
	const char *name = getenv("NOTIFY_SOCKET");
	int status = 0;

	if (name && (name[0] == '/' || name[0] == '@')) {
		manager = connect_manager(name);
		status = manager < 0 ? manager : start_watchdog(base);
	}
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
	return status;
}

void notify_ready(void)
{
	tell("READY=1");
}

/* Type=notify-reload (systemd 253) wants the time; older managers ignore it. */
void notify_reloading(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	tell("RELOADING=1\nMONOTONIC_USEC=%" PRId64,
	     (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000);
}

void notify_stopping(void)
{
	tell("STOPPING=1");
}

void notify_status(const char *format, ...)
{
	char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	tell("STATUS=%s", text);
}

void notify_fini(void)
{
	if (watchdog)
		event_free(watchdog);
	watchdog = NULL;
	if (manager >= 0)
		close(manager);
	manager = -1;
}

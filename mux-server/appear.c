/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/appear.h"

#include <stdalign.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	alignas(struct inotify_event) char buffer[4096];
	struct appear *appear = arg;
	bool found = false;
	ssize_t len;

	(void)what;
	while ((len = read(fd, buffer, sizeof(buffer))) > 0) {
		for (char *at = buffer; at < buffer + len;) {
			const struct inotify_event *event =
				(const struct inotify_event *)(void *)at;

			found |= event->wd == appear->watch && event->len > 0 &&
				 strcmp(event->name, appear->name) == 0;
			at += sizeof(*event) + event->len;
		}
	}
	if (found)
		appear->appeared(appear->arg);
}

void appear_init(struct appear *appear, struct event_base *base, const char *path,
		 void (*appeared)(void *arg), void *arg)
{
	*appear = (struct appear){ .watch = -1, .path = path, .appeared = appeared, .arg = arg };
	appear->fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (appear->fd < 0)
		return;
	appear->readable = event_new(base, appear->fd, EV_READ | EV_PERSIST, on_readable, appear);
	if (!appear->readable || event_add(appear->readable, NULL) < 0)
		appear_fini(appear);
}

void appear_disarm(struct appear *appear)
{
	if (appear->watch >= 0)
		inotify_rm_watch(appear->fd, appear->watch);
	appear->watch = -1;
}

/* Cut the last component off @path and leave it in appear->name; false: there is none to watch for.
 */
static bool split(struct appear *appear, char *path)
{
	char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	if (*name == '\0' || strlen(name) >= sizeof(appear->name))
		return false;
	strcpy(appear->name, name);
	if (!slash)
		strcpy(path, ".");
	else
		slash[slash == path] = '\0';
	return true;
}

/* Watch the innermost directory there is.  False if the next one was made meanwhile, unnoticed. */
static bool arm(struct appear *appear)
{
	char wanted[PATH_MAX], path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s", appear->path) >= (int)sizeof(path))
		return true;
	do {
		strcpy(wanted, path);
		if (!split(appear, path))
			return true;
		appear->watch =
			inotify_add_watch(appear->fd, path, IN_CREATE | IN_MOVED_TO | IN_ATTRIB);
	} while (appear->watch < 0);
	return strcmp(wanted, appear->path) == 0 || access(wanted, F_OK) != 0;
}

void appear_arm(struct appear *appear)
{
	enum { ATTEMPTS = 8 };

	for (int i = 0; appear->fd >= 0 && i < ATTEMPTS; i++) {
		appear_disarm(appear);
		if (arm(appear))
			return;
	}
}

void appear_fini(struct appear *appear)
{
	if (appear->readable)
		event_free(appear->readable);
	if (appear->fd >= 0)
		close(appear->fd);
	appear->readable = NULL;
	appear->fd = -1;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/pty.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "mux-server/report.h"
#include "mux-server/socket_file.h"

enum { WHY_SIZE = 512, SETTLE_MS = 20 };

struct pty {
	TAILQ_ENTRY(pty) link;
	struct pty_set *set;
	struct board *board;
	struct channel *channel;
	struct client_terms terms;
	struct client_seat seat;
	char *path;
	char *group;
	int master; /* -1: lost, because a new one could not be made */
	int watch;
	char slave[32];
	struct event *settled; /* pending: look again, as closing is told before it is done */
};

#define PTY_OF(member_pointer, member)                                                             \
	((struct pty *)((char *)(member_pointer)-offsetof(struct pty, member)))

/*
 * Bytes as they are, in both directions, whatever the last program left behind.  EXTPROC keeps a
 * program that turns on echo or line editing from having what the board prints sent back to it.
 */
static void set_raw(int fd)
{
	struct termios line, raw;

	if (tcgetattr(fd, &line) < 0)
		return;
	raw = line;
	cfmakeraw(&raw);
	raw.c_lflag |= EXTPROC;
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	if (memcmp(&raw, &line, sizeof(line)) != 0)
		tcsetattr(fd, TCSANOW, &raw);
}

/* Nobody has it open: no settings, no lock and no text of its last client remain.  It counts as
 * hung up afterwards, also if it never was open before.  Returns 0 or -errno. */
static int tidy(const struct pty *pty)
{
	int fd = open(pty->slave, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	ioctl(fd, TIOCNXCL);
	set_raw(fd);
	tcflush(fd, TCIFLUSH);
	close(fd);
	return 0;
}

/* Put the link in its place in one step.  Only a link to a terminal may be there before. */
static int make_link(const struct pty *pty)
{
	char temporary[PATH_MAX], old[PATH_MAX];
	ssize_t len = readlink(pty->path, old, sizeof(old) - 1);

	if (len < 0 && errno != ENOENT)
		return errno == EINVAL ? -EEXIST : -errno;
	if (len >= 0 && strncmp(old, "/dev/pts/", strlen("/dev/pts/")) != 0)
		return -EEXIST;
	if (snprintf(temporary, sizeof(temporary), "%s.new", pty->path) >= (int)sizeof(temporary))
		return -ENAMETOOLONG;
	unlink(temporary);
	if (symlink(pty->slave, temporary) < 0)
		return -errno;
	if (rename(temporary, pty->path) == 0)
		return 0;
	len = -errno;
	unlink(temporary);
	return (int)len;
}

static void close_master(const struct pty *pty, int master, int watch)
{
	inotify_rm_watch(pty->set->watch_fd, watch);
	close(master);
}

static int open_master(struct pty *pty)
{
	int status;

	pty->watch = -1;
	pty->master = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (pty->master < 0)
		return -errno;
	status = grantpt(pty->master) < 0 || unlockpt(pty->master) < 0 ? -errno : 0;
	if (status == 0)
		status = -ptsname_r(pty->master, pty->slave, sizeof(pty->slave));
	if (status == 0)
		status = socket_file_grant(pty->slave, pty->group);
	if (status == 0)
		status = tidy(pty);
	if (status == 0) {
		pty->watch = inotify_add_watch(pty->set->watch_fd, pty->slave, IN_OPEN | IN_CLOSE);
		status = pty->watch < 0 ? -errno : make_link(pty);
	}
	if (status < 0) {
		close_master(pty, pty->master, pty->watch);
		pty->master = -1;
	}
	return status;
}

static void explain(const struct pty *pty, int error, char *why, size_t why_size)
{
	if (error == -EEXIST)
		snprintf(
			why, why_size,
			"%s exists and is no link to a terminal; remove it, or choose another path",
			pty->path);
	else if (error == -ESRCH)
		snprintf(why, why_size, "there is no group %s for the terminal %s", pty->group,
			 pty->path);
	else if (error == -EPERM && pty->group)
		snprintf(why, why_size,
			 "terminal %s cannot be given to group %s: the server's user is not in it",
			 pty->path, pty->group);
	else
		snprintf(why, why_size, "cannot make terminal %s: %s", pty->path, strerror(-error));
}

/* Somebody has it open, or typed something and has closed it again. */
static void admit(struct pty *pty, bool hung_up)
{
	struct client_terms terms = pty->terms;
	int fd = fcntl(pty->master, F_DUPFD_CLOEXEC, 0);

	terms.seat = &pty->seat;
	if (hung_up)
		terms.replay = 0; /* nobody reads it */
	if (fd < 0 || client_open(pty->set->clients, pty->board, pty->channel, fd, &terms) < 0)
		report_error("%s: its client is not served: %s", pty->path,
			     strerror(fd < 0 ? errno : ENOMEM));
}

static void look(struct pty *pty)
{
	struct pollfd state = { .fd = pty->master, .events = POLLIN };
	bool hung_up;

	if (pty->master < 0 || poll(&state, 1, 0) < 0)
		return;
	hung_up = state.revents & POLLHUP;
	set_raw(pty->master);
	if (!pty->seat.client && (!hung_up || (state.revents & POLLIN)))
		admit(pty, hung_up);
	if (pty->seat.client)
		client_mute(pty->seat.client, hung_up);
}

static void look_later(struct pty *pty, long ms)
{
	struct timeval wait = { .tv_usec = ms * 1000 };

	event_add(pty->settled, &wait);
}

static void on_settled(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	look(arg);
}

static bool is_hung_up(const struct pty *pty)
{
	struct pollfd state = { .fd = pty->master, .events = 0 };

	return poll(&state, 1, 0) == 1 && (state.revents & POLLHUP);
}

/* Of a client that was sent away the line breaks.  One that has left by itself may have made room
 * for the next already. */
static void on_left(struct client_seat *seat, bool sent_away)
{
	struct pty *pty = PTY_OF(seat, seat);
	int master = pty->master, watch = pty->watch, status;
	char why[WHY_SIZE];

	event_del(pty->settled);
	if (master < 0)
		return;
	if (!sent_away && (tidy(pty) == 0 || !is_hung_up(pty))) {
		look_later(pty, 0);
		return;
	}
	status = open_master(pty); /* first, so that the link always leads somewhere */
	close_master(pty, master, watch);
	if (status == 0)
		return;
	explain(pty, status, why, sizeof(why));
	report_error("%s", why);
}

static void on_watched(evutil_socket_t fd, short what, void *arg)
{
	alignas(struct inotify_event) char buffer[4096];
	struct pty_set *set = arg;
	ssize_t len;

	(void)what;
	while ((len = read(fd, buffer, sizeof(buffer))) > 0)
		for (char *at = buffer; at < buffer + len;) {
			const struct inotify_event *event =
				(const struct inotify_event *)(void *)at;
			struct pty *pty;

			TAILQ_FOREACH (pty, &set->ptys, link)
				if (pty->watch == event->wd || (event->mask & IN_Q_OVERFLOW)) {
					look(pty);
					look_later(pty, SETTLE_MS);
				}
			at += sizeof(*event) + event->len;
		}
}

void pty_set_init(struct pty_set *set, struct event_base *base, struct client_list *clients)
{
	*set = (struct pty_set){ .base = base, .clients = clients, .watch_fd = -1 };
	TAILQ_INIT(&set->ptys);
}

static int start_watch(struct pty_set *set)
{
	if (set->watch_fd >= 0)
		return 0;
	set->watch_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (set->watch_fd < 0)
		return -errno;
	set->watched = event_new(set->base, set->watch_fd, EV_READ | EV_PERSIST, on_watched, set);
	return set->watched && event_add(set->watched, NULL) == 0 ? 0 : -ENOMEM;
}

void pty_set_fini(struct pty_set *set)
{
	assert(TAILQ_EMPTY(&set->ptys));
	if (set->watched)
		event_free(set->watched);
	if (set->watch_fd >= 0)
		close(set->watch_fd);
}

static void free_pty(struct pty *pty)
{
	if (pty->settled)
		event_free(pty->settled);
	free(pty->path);
	free(pty->group);
	free(pty);
}

int pty_open(struct pty **result, struct pty_set *set, struct board *board, struct channel *channel,
	     const char *path, const char *group, char *why, size_t why_size)
{
	struct pty *pty = calloc(1, sizeof(*pty));
	int status = start_watch(set);

	if (!pty) {
		snprintf(why, why_size, "no memory for terminal %s", path);
		return -ENOMEM;
	}
	pty->set = set;
	pty->board = board;
	pty->channel = channel;
	pty->master = -1;
	pty->seat.left = on_left;
	pty->settled = evtimer_new(set->base, on_settled, pty);
	pty->path = strdup(path);
	pty->group = group ? strdup(group) : NULL;
	if (!pty->settled || !pty->path || (group && !pty->group)) {
		snprintf(why, why_size, "no memory for terminal %s", path);
		free_pty(pty);
		return -ENOMEM;
	}
	if (status == 0)
		status = open_master(pty);
	if (status < 0) {
		explain(pty, status, why, why_size);
		free_pty(pty);
		return status;
	}
	TAILQ_INSERT_TAIL(&set->ptys, pty, link);
	*result = pty;
	return 0;
}

void pty_set_terms(struct pty *pty, const struct client_terms *terms)
{
	pty->terms = *terms;
}

void pty_close(struct pty *pty)
{
	char target[sizeof(pty->slave)];
	ssize_t len = readlink(pty->path, target, sizeof(target));

	if (len > 0 && (size_t)len == strlen(pty->slave) &&
	    strncmp(target, pty->slave, (size_t)len) == 0)
		unlink(pty->path);
	if (pty->master >= 0)
		close_master(pty, pty->master, pty->watch);
	pty->master = -1;
	if (pty->seat.client)
		client_close(pty->seat.client);
	TAILQ_REMOVE(&pty->set->ptys, pty, link);
	free_pty(pty);
}

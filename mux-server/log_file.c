/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/log_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "mux-server/notice.h"
#include "mux-server/report.h"

enum { RETRY_S = 1, RETRY_ROTATE_S = 60 };

static int64_t seconds(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec;
}

static void tell(const struct log_file *file, enum notice_kind kind, const char *text,
		 uint64_t bytes)
{
	notice_post(&(struct notice){
		.kind = kind,
		.board = file->channel->board,
		.channel = file->channel,
		.text = text,
		.bytes = bytes,
	});
}

/* Returns the descriptor, or -errno. */
static int open_path(const struct log_file *file)
{
	mkdir(file->settings->directory, 0777); /* if it cannot be made, open() says why */

	int fd = open(file->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
		      0666);

	return fd < 0 ? -errno : fd;
}

static void use(struct log_file *file, int fd)
{
	struct statx st;

	file->fd = fd;
	file->size = 0;
	file->born_s = seconds(CLOCK_REALTIME);
	if (statx(fd, "", AT_EMPTY_PATH, STATX_SIZE | STATX_BTIME, &st) < 0)
		return;
	if (st.stx_mask & STATX_SIZE)
		file->size = st.stx_size;
	if ((st.stx_mask & STATX_BTIME) && file->size > 0)
		file->born_s = st.stx_btime.tv_sec;
}

static void close_fd(struct log_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
}

static int fail(struct log_file *file, int error)
{
	struct timeval wait = { .tv_sec = RETRY_S };
	char text[PATH_MAX + 128];

	if (!file->failing) {
		snprintf(text, sizeof(text), "%s: %s", file->path, strerror(error));
		report_error("%s; the console goes on, its log is tried again each second", text);
		file->failing = true;
		file->errors++;
		tell(file, NOTICE_LOG_TROUBLE, text, 0);
	}
	event_add(file->retry, &wait);
	return -error;
}

static void on_retry(evutil_socket_t fd, short what, void *arg)
{
	struct log_file *file = arg;

	(void)fd;
	(void)what;
	close_fd(file);
	file->again(file->arg);
}

/* The file was deleted under us: what we write would be gone with it. */
static bool has_vanished(struct log_file *file)
{
	struct stat st;
	int64_t now = seconds(CLOCK_MONOTONIC_COARSE);

	if (file->fd < 0 || file->looked_s == now)
		return false;
	file->looked_s = now;
	return fstat(file->fd, &st) == 0 && st.st_nlink == 0;
}

static bool is_large_or_old(const struct log_file *file)
{
	const struct rotation *rotation = &file->settings->rotation;

	if (file->fd < 0 || file->size == 0)
		return false;
	if (rotation->max_bytes && file->size >= rotation->max_bytes)
		return true;
	return rotation->max_age_s &&
	       seconds(CLOCK_REALTIME) - file->born_s >= (int64_t)rotation->max_age_s;
}

bool log_file_is_due(const struct log_file *file)
{
	return is_large_or_old(file) && seconds(CLOCK_MONOTONIC_COARSE) >= file->try_rotate_s;
}

static void tidy(const struct log_file *file)
{
	const struct log_settings *settings = file->settings;

	if (settings->worker)
		log_worker_post(settings->worker, file->path, &settings->rotation);
}

/* The new file is there before the old one is let go: if there cannot be one, writing goes on. */
static int begin_generation(struct log_file *file)
{
	char name[PATH_MAX];
	int status = rotate_file(file->path, file->fd, name, sizeof(name));
	int fd;

	if (status < 0 && status != -ESTALE)
		return status;
	fd = open_path(file);
	if (fd < 0) {
		if (status == 0)
			rename(name, file->path);
		return fd;
	}
	close_fd(file);
	use(file, fd);
	tidy(file);
	return 0;
}

void log_file_rotate(struct log_file *file)
{
	int status = begin_generation(file);

	if (status == 0 && !is_large_or_old(file))
		return;
	file->try_rotate_s = seconds(CLOCK_MONOTONIC_COARSE) + RETRY_ROTATE_S;
	report_error("cannot rotate %s: %s; it grows, tried again in %d s", file->path,
		     status ? strerror(-status) : "another file has its name", RETRY_ROTATE_S);
}

ssize_t log_file_write(struct log_file *file, const struct iovec *iov, int count)
{
	ssize_t written;

	if (has_vanished(file)) {
		report_error("%s was deleted; it is made anew", file->path);
		close_fd(file);
	}
	if (file->fd < 0) {
		int fd = open_path(file);

		if (fd < 0)
			return fail(file, -fd);
		use(file, fd);
	}
	if (count == 0)
		return 0;
	do
		written = writev(file->fd, iov, count);
	while (written < 0 && errno == EINTR);
	if (written < 0)
		return fail(file, errno);
	file->size += (uint64_t)written;
	return written;
}

void log_file_recovered(struct log_file *file, uint64_t lost)
{
	file->failing = false;
	report_info("%s: logging again; %" PRIu64 " bytes were lost", file->path, lost);
	tell(file, NOTICE_LOG_RECOVERED, file->path, lost);
}

void log_file_reopen(struct log_file *file)
{
	close_fd(file);
	log_file_write(file, NULL, 0);
}

int log_file_open(struct log_file *file, struct event_base *base, const struct channel *channel,
		  const struct log_settings *settings, const char *suffix, void (*again)(void *arg),
		  void *arg, char *why, size_t why_size)
{
	int status = -ENOMEM;

	*file = (struct log_file){
		.fd = -1, .settings = settings, .channel = channel, .again = again, .arg = arg
	};
	file->retry = evtimer_new(base, on_retry, file);
	if (channel->name[0])
		status = asprintf(&file->path, "%s/%s%s", settings->directory, channel->name,
				  suffix);
	else
		status = asprintf(&file->path, "%s/channel-%02d%s", settings->directory,
				  channel->number, suffix);
	if (status < 0)
		file->path = NULL;
	status = file->path && file->retry ? open_path(file) : -ENOMEM;
	if (status < 0) {
		snprintf(why, why_size, "cannot log channel %d in %s: %s", channel->number,
			 settings->directory, strerror(-status));
		if (file->retry)
			event_free(file->retry);
		free(file->path);
		return status;
	}
	use(file, status);
	tidy(file);
	return 0;
}

void log_file_close(struct log_file *file)
{
	close_fd(file);
	event_free(file->retry);
	free(file->path);
}

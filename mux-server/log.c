/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/log.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "mux-server/report.h"

enum { RETRY_S = 1 };

struct log {
	struct sink sink;
	int fd;		      /* -1: not open */
	bool failing;	      /* the last write or open failed; @retry is pending */
	uint64_t missed_told; /* of sink.reader.missed */
	time_t looked;	      /* when we last looked whether the file is still there, monotonic */
	struct event *retry;
	char *directory;
	char *path;
};

static time_t now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
	return now.tv_sec;
}

static int open_file(struct log *log)
{
	mkdir(log->directory, 0777); /* if it cannot be made, open() says why */
	log->fd = open(log->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK,
		       0666);
	return log->fd < 0 ? -errno : 0;
}

static void close_file(struct log *log)
{
	if (log->fd >= 0)
		close(log->fd);
	log->fd = -1;
}

static void fail(struct log *log, int error)
{
	struct timeval wait = { .tv_sec = RETRY_S };

	if (!log->failing)
		report_error("%s: %s; channel %d goes on, its log is tried again each second",
			     log->path, strerror(error), log->sink.channel->number);
	log->failing = true;
	event_add(log->retry, &wait);
}

/* The file was deleted under us: what we write would be gone with it. */
static bool has_vanished(struct log *log)
{
	struct stat st;
	time_t now = now_s();

	if (log->fd < 0 || log->looked == now)
		return false;
	log->looked = now;
	return fstat(log->fd, &st) == 0 && st.st_nlink == 0;
}

static void recovered(struct log *log)
{
	uint64_t lost = log->sink.reader.missed - log->missed_told;

	log->missed_told = log->sink.reader.missed;
	log->failing = false;
	report_info("%s: logging again; %" PRIu64 " bytes were lost", log->path, lost);
}

/* Write all that is new. */
static void write_new(struct log *log)
{
	struct ring *ring = &log->sink.channel->ring;
	struct iovec iov[2];
	int count;

	if (has_vanished(log)) {
		report_error("%s was deleted; it is made anew", log->path);
		close_file(log);
	}
	if (log->fd < 0 && open_file(log) < 0) {
		fail(log, errno);
		return;
	}
	ring_reader_catch_up(ring, &log->sink.reader);
	while ((count = ring_reader_peek(ring, &log->sink.reader, iov)) > 0) {
		ssize_t written = writev(log->fd, iov, count);

		if (written >= 0) {
			ring_reader_take(&log->sink.reader, (size_t)written);
		} else if (errno != EINTR) {
			fail(log, errno);
			return;
		}
	}
	if (log->failing)
		recovered(log);
}

static void flush(struct sink *sink)
{
	struct log *log = (struct log *)sink;

	if (!log->failing)
		write_new(log);
}

static void on_retry(evutil_socket_t fd, short what, void *arg)
{
	struct log *log = arg;

	(void)fd;
	(void)what;
	close_file(log);
	write_new(log);
}

int log_open(struct log **result, struct event_base *base, struct channel *channel,
	     const char *directory, char *why, size_t why_size)
{
	struct log *log = calloc(1, sizeof(*log));
	int status = -ENOMEM;

	if (log) {
		log->fd = -1;
		log->retry = evtimer_new(base, on_retry, log);
		log->directory = strdup(directory);
		if (asprintf(&log->path, "%s/channel-%02d.log", directory, channel->number) < 0)
			log->path = NULL;
		if (log->retry && log->directory && log->path)
			status = open_file(log);
	}
	if (status < 0) {
		snprintf(why, why_size, "cannot log channel %d in %s: %s", channel->number,
			 directory, strerror(-status));
		if (log) {
			if (log->retry)
				event_free(log->retry);
			free(log->directory);
			free(log->path);
		}
		free(log);
		return status;
	}
	channel_attach(channel, &log->sink, flush);
	*result = log;
	return 0;
}

void log_reopen(struct log *log)
{
	if (!log->failing)
		write_new(log);
	close_file(log);
	write_new(log);
}

void log_close(struct log *log)
{
	write_new(log);
	close_file(log);
	channel_detach(&log->sink);
	event_free(log->retry);
	free(log->directory);
	free(log->path);
	free(log);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/events_output.h"

#include <errno.h>
#include <event2/listener.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "mux-server/record_queue.h"
#include "mux-server/report.h"

#define SOCKET_PREFIX "unix:"

enum { RETRY_S = 1 };

struct reader {
	TAILQ_ENTRY(reader) link;
	struct events_output *output;
	int fd;			/* -1: a file that cannot be opened just now */
	struct event *writable; /* for a file, the timer of the next attempt */
	struct event *readable; /* of a socket: shows that it was closed */
	struct record_queue queue;
	uint64_t lost; /* lines it was not told of yet */
};

struct events_output {
	struct event_base *base;
	const char *where;
	struct evconnlistener *listener; /* a socket */
	TAILQ_HEAD(, reader) readers;
	unsigned reader_count;
	bool failing; /* a file; told */
	uint64_t lost;
};

static bool is_socket(const struct events_output *output)
{
	return output->listener != NULL;
}

static void reader_close(struct reader *reader)
{
	struct events_output *output = reader->output;

	output->lost += record_queue_clear(&reader->queue);
	if (reader->writable)
		event_free(reader->writable);
	if (reader->readable)
		event_free(reader->readable);
	if (reader->fd > STDERR_FILENO)
		close(reader->fd);
	TAILQ_REMOVE(&output->readers, reader, link);
	output->reader_count--;
	free(reader);
}

/* Returns a descriptor or -errno. */
static int open_file(const char *where)
{
	int fd;

	if (strcmp(where, "-") == 0)
		where = "/proc/self/fd/1"; /* anew, as its flags are shared with others */
	fd = open(where, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0666);
	return fd < 0 ? -errno : fd;
}

static void wait_for_file(struct reader *reader, int error)
{
	struct timeval wait = { .tv_sec = RETRY_S };

	if (error != EAGAIN && !reader->output->failing) {
		report_error("events: %s: %s; tried again each second", reader->output->where,
			     strerror(error));
		reader->output->failing = true;
	}
	event_add(reader->writable, &wait);
}

/* May close the reader. */
static void reader_flush(struct reader *reader)
{
	int status = reader->fd < 0 ? -EBADF : record_queue_write(&reader->queue, reader->fd);

	if (status == -EAGAIN && is_socket(reader->output))
		event_add(reader->writable, NULL);
	else if (status < 0 && is_socket(reader->output))
		reader_close(reader);
	else if (status < 0)
		wait_for_file(reader, -status);
	else
		reader->output->failing = false;
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
	struct reader *reader = arg;

	(void)fd;
	(void)what;
	if (reader->fd < 0) {
		int opened = open_file(reader->output->where);

		if (opened < 0) {
			wait_for_file(reader, -opened);
			return;
		}
		reader->fd = opened;
		record_queue_restart(&reader->queue);
	}
	reader_flush(reader);
}

/* Readers have nothing to say. */
static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	char bytes[256];
	ssize_t len = read(fd, bytes, sizeof(bytes));

	(void)what;
	if (len == 0 || (len < 0 && errno != EAGAIN && errno != EINTR))
		reader_close(arg);
}

static int add_reader(struct events_output *output, int fd)
{
	struct reader *reader = calloc(1, sizeof(*reader));

	if (!reader)
		return -ENOMEM;
	reader->output = output;
	reader->fd = fd;
	record_queue_init(&reader->queue, EVENTS_QUEUE_MAX);
	TAILQ_INSERT_TAIL(&output->readers, reader, link);
	output->reader_count++;
	if (is_socket(output)) {
		reader->writable = event_new(output->base, fd, EV_WRITE, on_writable, reader);
		reader->readable =
			event_new(output->base, fd, EV_READ | EV_PERSIST, on_readable, reader);
	} else {
		reader->writable = evtimer_new(output->base, on_writable, reader);
	}
	if (!reader->writable ||
	    (is_socket(output) && (!reader->readable || event_add(reader->readable, NULL) < 0))) {
		reader_close(reader);
		return -ENOMEM;
	}
	return 0;
}

static void on_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *peer,
		      int peer_len, void *arg)
{
	struct events_output *output = arg;

	(void)listener;
	(void)peer;
	(void)peer_len;
	if (output->reader_count >= EVENTS_READERS_MAX || add_reader(output, fd) < 0)
		close(fd);
}

/* A socket that a former server left behind is replaced; one that answers is not. */
static int listen_unix(struct events_output *output, const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	struct stat st;
	int fd, error;

	if (strlen(path) >= sizeof(at.sun_path))
		return -ENAMETOOLONG;
	strcpy(at.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&at, sizeof(at)) == 0) {
		close(fd);
		return -EADDRINUSE;
	}
	if (errno == ECONNREFUSED && lstat(path, &st) == 0 && S_ISSOCK(st.st_mode))
		unlink(path);
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) < 0 ||
	    chmod(path, S_IRUSR | S_IWUSR | S_IRGRP | S_IWGRP) < 0) {
		error = errno;
		close(fd);
		return -error;
	}
	output->listener = evconnlistener_new(output->base, on_accept, output,
					      LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC,
					      EVENTS_READERS_MAX, fd);
	if (output->listener)
		return 0;
	close(fd);
	return -ENOMEM;
}

int events_output_open(struct events_output **result, struct event_base *base, const char *where)
{
	struct events_output *output = calloc(1, sizeof(*output));
	int status;

	if (!output)
		return -ENOMEM;
	output->base = base;
	output->where = where;
	TAILQ_INIT(&output->readers);
	if (strncmp(where, SOCKET_PREFIX, strlen(SOCKET_PREFIX)) == 0) {
		status = listen_unix(output, where + strlen(SOCKET_PREFIX));
	} else {
		status = open_file(where);
		if (status >= 0 || status == -ENXIO) /* a pipe that nobody reads yet */
			status = add_reader(output, status >= 0 ? status : -1);
	}
	if (status < 0) {
		free(output);
		return status;
	}
	*result = output;
	return 0;
}

static void reader_put(struct reader *reader, const char *line, size_t len)
{
	char note[64];
	uint64_t before = reader->queue.dropped;

	if (reader->lost) {
		snprintf(note, sizeof(note), "{\"event\":\"events_lost\",\"count\":%" PRIu64 "}\n",
			 reader->lost);
		if (record_queue_push(&reader->queue, note, strlen(note)))
			reader->lost = 0;
	}
	if (reader->lost == 0)
		record_queue_push(&reader->queue, line, len);
	if (reader->lost || reader->queue.dropped > before) {
		reader->lost++;
		reader->output->lost++;
	}
	if (!event_pending(reader->writable, EV_WRITE | EV_TIMEOUT, NULL))
		reader_flush(reader);
}

void events_output_put(struct events_output *output, const char *line, size_t len)
{
	struct reader *reader = TAILQ_FIRST(&output->readers);

	while (reader) {
		struct reader *next = TAILQ_NEXT(reader, link);

		reader_put(reader, line, len);
		reader = next;
	}
}

void events_output_skip(struct events_output *output)
{
	struct reader *reader;

	output->lost++;
	TAILQ_FOREACH (reader, &output->readers, link)
		reader->lost++;
}

void events_output_reopen(struct events_output *output)
{
	struct reader *reader = TAILQ_FIRST(&output->readers);

	if (is_socket(output) || strcmp(output->where, "-") == 0)
		return;
	if (reader->fd >= 0)
		close(reader->fd);
	reader->fd = -1;
	on_writable(-1, 0, reader);
}

uint64_t events_output_lost(const struct events_output *output)
{
	return output->lost;
}

void events_output_close(struct events_output *output)
{
	struct reader *reader;

	while ((reader = TAILQ_FIRST(&output->readers)) != NULL)
		reader_close(reader);
	if (output->listener) {
		evconnlistener_free(output->listener);
		unlink(output->where + strlen(SOCKET_PREFIX));
	}
	free(output);
}

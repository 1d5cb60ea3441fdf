/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/stdio_stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mux-server/inlet.h"
#include "mux-server/outlet.h"
#include "mux-server/report.h"

struct stdio_stream {
	struct outlet outlet;
	struct inlet inlet;
	bool writes; /* outlet is open */
	bool reads;  /* inlet is open */
	int number;  /* STDOUT_FILENO or STDERR_FILENO */
	int fd; /* what the outlet writes to: @number or another descriptor of the same thing */
	int saved_flags; /* of @number, if they had to be changed, or -1 */
};

#define STREAM_OF(member_pointer, member)                                                          \
	((struct stdio_stream *)((char *)(member_pointer)-offsetof(struct stdio_stream, member)))

/*
 * Pipes and terminals are opened anew to be made non-blocking, because their flags are shared with
 * whoever else has them open, such as our shell.  Sockets cannot be, and files must not be (they
 * would lose their position).
 */
static int open_output(struct stdio_stream *stream)
{
	struct stat st;
	char path[32];

	stream->fd = stream->number;
	stream->saved_flags = -1;
	if (fstat(stream->number, &st) < 0)
		return -errno;
	if (S_ISREG(st.st_mode))
		return 0;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", stream->number);
	if (!S_ISSOCK(st.st_mode)) {
		int fd = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

		if (fd >= 0) {
			stream->fd = fd;
			return 0;
		}
	}
	stream->saved_flags = fcntl(stream->number, F_GETFL);
	if (stream->saved_flags < 0 ||
	    fcntl(stream->number, F_SETFL, stream->saved_flags | O_NONBLOCK) < 0)
		return -errno;
	return 0;
}

static void close_output(struct stdio_stream *stream)
{
	if (stream->writes)
		outlet_close(&stream->outlet);
	stream->writes = false;
	if (stream->saved_flags >= 0)
		fcntl(stream->number, F_SETFL, stream->saved_flags);
	stream->saved_flags = -1;
	if (stream->fd != stream->number)
		close(stream->fd);
	stream->fd = stream->number;
}

static void on_gone(struct outlet *outlet, int error)
{
	struct stdio_stream *stream = STREAM_OF(outlet, outlet);

	report_error("%s: %s; stream %d is no longer written there",
		     stream->number == STDERR_FILENO ? "stderr" : "stdout", strerror(error),
		     outlet->sink.channel->number);
	close_output(stream);
}

static void on_input_end(struct inlet *inlet, int error)
{
	struct stdio_stream *stream = STREAM_OF(inlet, inlet);

	if (error)
		report_error("stdin: %s; stream %d has no input any more", strerror(error),
			     inlet->channel);
	stream->reads = false;
	inlet_close(inlet);
}

int stdio_stream_open(struct stdio_stream **result, struct event_base *base, struct board *board,
		      struct channel *channel, enum console_stdio kind)
{
	struct stdio_stream *stream = calloc(1, sizeof(*stream));
	int status;

	if (!stream)
		return -ENOMEM;
	stream->number = kind == CONSOLE_STDERR ? STDERR_FILENO : STDOUT_FILENO;
	status = open_output(stream);
	if (status < 0)
		goto out_free;
	status = outlet_open(&stream->outlet, base, channel, stream->fd, on_gone);
	if (status < 0)
		goto out_close;
	stream->outlet.own = true;
	stream->writes = true;
	if (kind == CONSOLE_STDIN) {
		status = inlet_open(&stream->inlet, base, board, &stream->outlet, STDIN_FILENO,
				    on_input_end);
		if (status < 0)
			goto out_close;
		stream->reads = true;
	}
	*result = stream;
	return 0;

out_close:
	close_output(stream);
out_free:
	free(stream);
	return status;
}

void stdio_stream_close(struct stdio_stream *stream)
{
	if (stream->reads)
		inlet_close(&stream->inlet);
	close_output(stream);
	free(stream);
}

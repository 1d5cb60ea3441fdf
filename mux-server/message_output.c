/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/message_output.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mux-server/log_stamp.h"
#include "mux-server/message_socket.h"
#include "mux-server/record_queue.h"
#include "mux-server/report.h"

enum { FIRST_WAIT_MS = 100, LAST_WAIT_MS = 5000, COUNT_SIZE = 8 };

struct message_output {
	const char *where;
	message_format *format;
	struct message_socket *socket;
	bool up, full;
	bool failing; /* and told */
	bool refused; /* at least once: nobody listens to what UDP brought; told */
	int wait_ms;  /* before the next attempt */
	struct event *retry;
	struct event_base *base;
	struct event *writable, *readable; /* while up */
	struct record_queue queue;
	uint64_t lost;	      /* messages, in all */
	uint64_t lost_untold; /* of them, to the service */
	uint64_t lost_before; /* of them, before the service went away */
};

static bool is_stream(const struct message_output *output)
{
	return message_socket_kind(output->socket) == MESSAGE_TCP;
}

static void disconnect(struct message_output *output)
{
	if (output->writable)
		event_free(output->writable);
	if (output->readable)
		event_free(output->readable);
	output->writable = output->readable = NULL;
	output->up = output->full = false;
	message_socket_close(output->socket);
	record_queue_restart(&output->queue);
}

static void fail(struct message_output *output, const char *why)
{
	struct timeval wait = { .tv_sec = output->wait_ms / 1000,
				.tv_usec = output->wait_ms % 1000 * 1000 };

	disconnect(output);
	if (!output->failing) {
		report_error("messages to %s: %s; tried again", output->where, why);
		output->lost_before = output->lost;
	}
	output->failing = true;
	event_add(output->retry, &wait);
	output->wait_ms = output->wait_ms * 2 < LAST_WAIT_MS ? output->wait_ms * 2 : LAST_WAIT_MS;
}

static void on_retry(evutil_socket_t fd, short what, void *arg)
{
	struct message_output *output = arg;

	(void)fd;
	(void)what;
	message_socket_connect(output->socket);
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
	struct message_output *output = arg;

	(void)fd;
	(void)what;
	output->full = false;
	message_output_flush(output);
}

/* Services say nothing; but this shows that the other end of a stream has gone. */
static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	char bytes[256];
	ssize_t len = read(fd, bytes, sizeof(bytes));

	(void)what;
	if (len > 0 || (len < 0 && (errno == EAGAIN || errno == EINTR)))
		return;
	fail(arg, len < 0 ? strerror(errno) : "closed the connection");
}

static void on_connected(void *arg, int fd, const char *why)
{
	struct message_output *output = arg;

	if (fd < 0) {
		fail(output, why);
		return;
	}
	output->writable = event_new(output->base, fd, EV_WRITE, on_writable, output);
	output->readable = event_new(output->base, fd, EV_READ | EV_PERSIST, on_readable, output);
	if (!output->writable || !output->readable ||
	    (is_stream(output) && event_add(output->readable, NULL) < 0)) {
		fail(output, strerror(ENOMEM));
		return;
	}
	output->up = true;
	message_output_flush(output);
}

/* It takes messages. */
static void tell_works(struct message_output *output)
{
	output->wait_ms = FIRST_WAIT_MS;
	if (!output->failing)
		return;
	output->failing = false;
	report_info("messages to %s: it takes them again; %" PRIu64 " were lost", output->where,
		    output->lost - output->lost_before);
}

/* That nobody listens at an address of UDP is known only after a message went there; the error
 * says nothing about the next. */
static int send_datagrams(struct message_output *output)
{
	bool is_udp = message_socket_kind(output->socket) == MESSAGE_UDP;
	int status;

	do {
		status = record_queue_send(&output->queue, message_socket_fd(output->socket));
		if (status != -ECONNREFUSED || !is_udp)
			return status;
		output->queue.dropped++;
		if (!output->refused)
			report_error("messages to %s: nobody listens there", output->where);
		output->refused = true;
	} while (true);
}

void message_output_flush(struct message_output *output)
{
	size_t before = output->queue.bytes;
	uint64_t dropped = output->queue.dropped;
	int status;

	if (!output->up || output->full || before == 0)
		return;
	if (is_stream(output))
		status = record_queue_write(&output->queue, message_socket_fd(output->socket));
	else
		status = send_datagrams(output);
	output->lost += output->queue.dropped - dropped;
	output->lost_untold += output->queue.dropped - dropped;
	if (output->queue.bytes < before)
		tell_works(output);
	if (status == -EAGAIN) {
		output->full = true;
		event_add(output->writable, NULL);
	} else if (status < 0) {
		fail(output, strerror(-status));
	}
}

static bool push(struct message_output *output, const struct message *message)
{
	char data[COUNT_SIZE + MESSAGE_SIZE];
	size_t len = output->format(data + COUNT_SIZE, message);
	size_t start = COUNT_SIZE;

	if (is_stream(output)) {
		char count[COUNT_SIZE + 1];
		size_t digits = (size_t)snprintf(count, sizeof(count), "%zu ", len);

		start -= digits;
		memcpy(data + start, count, digits);
	}
	return record_queue_push(&output->queue, data + start, COUNT_SIZE - start + len);
}

/* What is missing is said once half of what waited has gone, so that it is not said too often. */
static bool push_loss(struct message_output *output)
{
	char text[64];
	int len = snprintf(text, sizeof(text), "%" PRIu64 " messages were lost here",
			   output->lost_untold);

	return output->queue.bytes <= MESSAGE_QUEUE_MAX / 2 &&
	       push(output, &(struct message){ .time_us = log_stamp_now(),
					       .severity = MESSAGE_WARNING,
					       .text = text,
					       .len = (size_t)len });
}

void message_output_put(struct message_output *output, const struct message *message)
{
	if (output->lost_untold && push_loss(output))
		output->lost_untold = 0;
	if (output->lost_untold || !push(output, message)) {
		output->lost_untold++;
		output->lost++;
	}
}

uint64_t message_output_lost(const struct message_output *output)
{
	return output->lost;
}

struct message_output *message_output_open(struct event_base *base, const char *where,
					   message_format *format)
{
	struct message_output *output = calloc(1, sizeof(*output));

	if (!output)
		return NULL;
	output->base = base;
	output->where = where;
	output->format = format;
	output->wait_ms = FIRST_WAIT_MS;
	record_queue_init(&output->queue, MESSAGE_QUEUE_MAX);
	output->retry = evtimer_new(base, on_retry, output);
	output->socket = message_socket_new(base, where, on_connected, output);
	if (!output->retry || !output->socket) {
		message_output_close(output);
		return NULL;
	}
	message_socket_connect(output->socket);
	return output;
}

void message_output_close(struct message_output *output)
{
	uint64_t left;

	message_output_flush(output);
	left = record_queue_clear(&output->queue);
	if (left)
		report_error("%" PRIu64 " messages to %s were not sent", left, output->where);
	if (output->socket) {
		disconnect(output);
		message_socket_free(output->socket);
	}
	if (output->retry)
		event_free(output->retry);
	free(output);
}

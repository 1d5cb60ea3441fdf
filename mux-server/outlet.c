/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/outlet.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/uio.h>
#include <time.h>

#include "mux-server/notice.h"

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

/* Wait until the stream takes bytes again; the target waits too, as long as there is patience. */
static void wait_writable(struct outlet *outlet)
{
	struct timeval left = { .tv_sec = 0, .tv_usec = (suseconds_t)outlet->patience };

	outlet->full = true;
	if (outlet->patience <= 0) {
		event_add(outlet->writable, NULL);
		return;
	}
	outlet->full_since = now_us();
	outlet->holding = true;
	event_add(outlet->writable, &left);
	flow_hold(outlet->sink.channel->flow);
}

static void stop_holding(struct outlet *outlet)
{
	if (!outlet->holding)
		return;
	outlet->holding = false;
	outlet->patience -= now_us() - outlet->full_since;
	flow_release(outlet->sink.channel->flow);
}

static void write_note(struct outlet *outlet)
{
	int len;

	if (outlet->gap) {
		len = snprintf(outlet->note, sizeof(outlet->note),
			       "\r\n[mux_server: %" PRIu64 " bytes skipped]\r\n", outlet->gap);
		notice_post(&(struct notice){ .kind = NOTICE_DROP,
					      .board = outlet->sink.channel->board,
					      .channel = outlet->sink.channel,
					      .text = "a client",
					      .bytes = outlet->gap });
		outlet->gap = 0;
	} else {
		len = snprintf(outlet->note, sizeof(outlet->note),
			       "\r\n[mux_server: target lost, %" PRIu64
			       " typed bytes were not sent]\r\n",
			       outlet->unsent);
		outlet->unsent = 0;
	}
	outlet->note_sent = 0;
	outlet->note_len = (size_t)len;
}

/* What is to be written next: the rest of a note, then the ring, unless another note must come
 * first. */
static int next_pieces(struct outlet *outlet, struct iovec iov[3])
{
	struct sink *sink = &outlet->sink;
	uint64_t skipped = ring_reader_catch_up(&sink->channel->ring, &sink->reader);
	int count = 0;

	outlet->gap += skipped;
	sink->channel->skipped += skipped;
	if ((outlet->gap || outlet->unsent) && outlet->note_sent == outlet->note_len)
		write_note(outlet);
	if (outlet->note_sent < outlet->note_len) {
		iov[count].iov_base = outlet->note + outlet->note_sent;
		iov[count++].iov_len = outlet->note_len - outlet->note_sent;
	}
	if (outlet->gap == 0)
		count += ring_reader_peek(&sink->channel->ring, &sink->reader, iov + count);
	return count;
}

static void account(struct outlet *outlet, size_t written)
{
	size_t note = outlet->note_len - outlet->note_sent;

	if (note > written)
		note = written;
	outlet->note_sent += note;
	ring_reader_take(&outlet->sink.reader, written - note);

	outlet->patience += (int64_t)(written / OUTLET_PATIENCE_RATE);
	if (outlet->patience > OUTLET_PATIENCE_MAX)
		outlet->patience = OUTLET_PATIENCE_MAX;
}

static void flush(struct sink *sink)
{
	struct outlet *outlet = (struct outlet *)sink;
	struct iovec iov[3];
	int count;

	if (outlet->muted)
		ring_reader_start(&sink->channel->ring, &sink->reader);
	if (outlet->full || outlet->muted)
		return;
	while ((count = next_pieces(outlet, iov)) > 0) {
		ssize_t written = writev(outlet->fd, iov, count);

		if (written >= 0) {
			account(outlet, (size_t)written);
		} else if (errno == EAGAIN) {
			wait_writable(outlet);
			return;
		} else if (errno != EINTR) {
			outlet->gone(outlet, errno);
			return;
		}
	}
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
	struct outlet *outlet = arg;

	(void)fd;
	stop_holding(outlet);
	if (what & EV_TIMEOUT) {
		outlet->patience = 0;
		event_add(outlet->writable, NULL);
		return;
	}
	outlet->full = false;
	flush(&outlet->sink);
}

int outlet_open(struct outlet *outlet, struct event_base *base, struct channel *channel, int fd,
		void (*gone)(struct outlet *outlet, int error))
{
	*outlet = (struct outlet){ .fd = fd, .gone = gone };
	outlet->writable = event_new(base, fd, EV_WRITE, on_writable, outlet);
	if (!outlet->writable)
		return -ENOMEM;
	channel_attach(channel, &outlet->sink, flush);
	return 0;
}

void outlet_tell_unsent(struct outlet *outlet, size_t len)
{
	if (outlet->muted)
		return;
	outlet->unsent += len;
	if (!outlet->full)
		event_active(outlet->writable, EV_WRITE, 0);
}

void outlet_mute(struct outlet *outlet, bool muted)
{
	if (outlet->muted == muted)
		return;
	stop_holding(outlet);
	event_del(outlet->writable);
	outlet->muted = muted;
	outlet->full = false;
	outlet->gap = outlet->unsent = 0;
	outlet->note_len = outlet->note_sent = 0;
	ring_reader_start(&outlet->sink.channel->ring, &outlet->sink.reader);
}

void outlet_close(struct outlet *outlet)
{
	stop_holding(outlet);
	channel_detach(&outlet->sink);
	event_free(outlet->writable);
}

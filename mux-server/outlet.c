/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/outlet.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <time.h>

#include "mux-server/notice.h"

enum { PIECES_MAX = 32 };

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void hold(struct outlet *outlet, enum flow_level level)
{
	outlet->held = level;
	flow_hold(outlet->sink.channel->flow, level);
}

static void stop_holding(struct outlet *outlet)
{
	enum flow_level level = outlet->held;

	if (level == FLOW_RUN)
		return;
	outlet->held = FLOW_RUN;
	if (level == FLOW_PAUSE)
		outlet->patience -= now_us() - outlet->full_since;
	flow_release(outlet->sink.channel->flow, level);
}

/* Bytes that the kernel has and the reader has not taken; -1 if that is not known. */
static int count_queued(const struct outlet *outlet)
{
	int queued;

	return ioctl(outlet->fd, TIOCOUTQ, &queued) == 0 ? queued : -1;
}

static void wait_at_most(struct outlet *outlet, unsigned seconds)
{
	struct timeval wait = { .tv_sec = (time_t)seconds };

	event_add(outlet->writable, seconds ? &wait : NULL);
}

/* A stream is writable again only when a good part of it is, so see whether any of it was taken. */
static void wait_for_progress(struct outlet *outlet)
{
	outlet->queued = count_queued(outlet);
	wait_at_most(outlet, outlet->own ? 0 : outlet->sink.channel->slow_reader_age);
}

/* Wait until the stream takes bytes again; the target waits too, as long as there is patience. */
static void wait_writable(struct outlet *outlet)
{
	struct timeval left = { .tv_sec = 0, .tv_usec = (suseconds_t)outlet->patience };

	outlet->full = true;
	outlet->full_since = now_us();
	if (outlet->ending) {
		wait_at_most(outlet, OUTLET_FAREWELL_S);
	} else if (outlet->sink.channel->slow_reader == SLOW_READER_BLOCK) {
		event_add(outlet->writable, NULL);
		hold(outlet, FLOW_STOP);
	} else if (outlet->patience > 0) {
		event_add(outlet->writable, &left);
		hold(outlet, FLOW_PAUSE);
	} else {
		wait_for_progress(outlet);
	}
}

/* What the stream did not take it never will. */
static void count_drop(struct outlet *outlet, const char *reason)
{
	struct channel *channel = outlet->sink.channel;
	uint64_t skipped = ring_reader_skip(&channel->ring, &outlet->sink.reader);

	outlet->gap += skipped;
	channel->skipped += skipped;
	channel->dropped++;
	notice_post(&(struct notice){ .kind = NOTICE_CLIENT_DROP,
				      .board = channel->board,
				      .channel = channel,
				      .text = outlet->name,
				      .reason = reason,
				      .bytes = outlet->gap });
}

/* While the stream is full, the channel has printed, or has changed its mind about such streams. */
static void stay_full(struct outlet *outlet)
{
	const struct channel *channel = outlet->sink.channel;
	bool blocks = channel->slow_reader == SLOW_READER_BLOCK;
	bool drops = channel->slow_reader == SLOW_READER_DROP && !outlet->own &&
		     ring_reader_is_lapped(&channel->ring, &outlet->sink.reader);

	if (outlet->ending || (!drops && blocks == (outlet->held == FLOW_STOP)))
		return;
	stop_holding(outlet);
	event_del(outlet->writable);
	if (drops) {
		count_drop(outlet, "slow-reader");
		outlet->ending = true;
	}
	wait_writable(outlet);
}

static void write_note(struct outlet *outlet)
{
	const struct sink *sink = &outlet->sink;
	size_t size = sizeof(outlet->note);
	int len;

	if (outlet->ending) {
		len = snprintf(outlet->note, size,
			       "\r\n[mux_server: %" PRIu64
			       " bytes skipped; disconnected for not reading]\r\n",
			       outlet->gap);
		outlet->gap = 0;
	} else if (outlet->gap) {
		len = snprintf(outlet->note, size,
			       "\r\n[mux_server: %" PRIu64 " bytes skipped]\r\n", outlet->gap);
		notice_post(&(struct notice){ .kind = NOTICE_DROP,
					      .board = sink->channel->board,
					      .channel = sink->channel,
					      .text = outlet->name,
					      .bytes = outlet->gap });
		outlet->gap = 0;
	} else if (outlet->unsent) {
		len = snprintf(outlet->note, size,
			       "\r\n[mux_server: target lost, %" PRIu64
			       " typed bytes were not sent]\r\n",
			       outlet->unsent);
		outlet->unsent = 0;
	} else {
		len = snprintf(outlet->note, size, "\r\n[mux_server: %s]\r\n", outlet->remark);
		outlet->remark = NULL;
	}
	outlet->note_sent = 0;
	outlet->note_len = (size_t)len;
}

/* What is to be written next: the rest of a note, then the ring, unless another note must come
 * first. */
static int next_pieces(struct outlet *outlet, struct iovec iov[3])
{
	struct sink *sink = &outlet->sink;
	int count = 0;

	if (!outlet->ending) {
		uint64_t skipped = ring_reader_catch_up(&sink->channel->ring, &sink->reader);

		outlet->gap += skipped;
		sink->channel->skipped += skipped;
	}
	if (outlet->note_sent == outlet->note_len &&
	    (outlet->gap || (!outlet->ending && (outlet->unsent || outlet->remark))))
		write_note(outlet);
	if (outlet->note_sent < outlet->note_len) {
		iov[count].iov_base = outlet->note + outlet->note_sent;
		iov[count++].iov_len = outlet->note_len - outlet->note_sent;
	}
	if (outlet->gap == 0 && !outlet->ending)
		count += ring_reader_peek(&sink->channel->ring, &sink->reader, iov + count);
	return count;
}

static void account(struct outlet *outlet, size_t written)
{
	size_t note = outlet->note_len - outlet->note_sent;

	if (note > written)
		note = written;
	outlet->note_sent += note;
	outlet->taken += written - note;
	ring_reader_take(&outlet->sink.reader, written - note);

	outlet->patience += (int64_t)(written / OUTLET_PATIENCE_RATE);
	if (outlet->patience > OUTLET_PATIENCE_MAX)
		outlet->patience = OUTLET_PATIENCE_MAX;
}

/* Write once.  Returns 0 if there is nothing to write, 1 if something was written, or -errno. */
static int write_some(struct outlet *outlet)
{
	struct iovec plain[3], wrapped[PIECES_MAX];
	const struct iovec *iov = plain;
	int count = next_pieces(outlet, plain);
	ssize_t written;

	if (outlet->telnet) {
		count = telnet_encode(outlet->telnet, plain, count, wrapped, PIECES_MAX);
		iov = wrapped;
	}
	if (count == 0)
		return 0;
	written = writev(outlet->fd, iov, count);
	if (written < 0)
		return -errno;
	account(outlet, outlet->telnet
				? telnet_written(outlet->telnet, wrapped, count, (size_t)written)
				: (size_t)written);
	return 1;
}

static void flush(struct sink *sink)
{
	struct outlet *outlet = (struct outlet *)sink;
	int status;

	if (outlet->muted)
		ring_reader_start(&sink->channel->ring, &sink->reader);
	if (outlet->full)
		stay_full(outlet);
	if (outlet->full || outlet->muted)
		return;
	do {
		status = write_some(outlet);
	} while (status > 0 || status == -EINTR);
	if (status == -EAGAIN)
		wait_writable(outlet);
	else if (status < 0)
		outlet->gone(outlet, -status);
	else if (outlet->ending)
		outlet->gone(outlet, ETIMEDOUT);
}

static void on_full_too_long(struct outlet *outlet)
{
	int queued = count_queued(outlet);

	if (outlet->held == FLOW_PAUSE) {
		stop_holding(outlet);
		outlet->patience = 0;
		wait_for_progress(outlet);
	} else if (!outlet->ending && queued >= 0 && queued < outlet->queued) {
		wait_for_progress(outlet);
	} else {
		if (!outlet->ending)
			count_drop(outlet, "slow-reader-age");
		outlet->gone(outlet, ETIMEDOUT);
	}
}

static void on_writable(evutil_socket_t fd, short what, void *arg)
{
	struct outlet *outlet = arg;

	(void)fd;
	if (what & EV_TIMEOUT) {
		on_full_too_long(outlet);
		return;
	}
	stop_holding(outlet);
	outlet->full = false;
	flush(&outlet->sink);
}

int outlet_open(struct outlet *outlet, struct event_base *base, struct channel *channel, int fd,
		void (*gone)(struct outlet *outlet, int error))
{
	*outlet = (struct outlet){ .fd = fd, .name = "a client", .gone = gone };
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
	outlet_wake(outlet);
}

void outlet_tell(struct outlet *outlet, const char *remark)
{
	if (outlet->muted)
		return;
	outlet->remark = remark;
	outlet_wake(outlet);
}

void outlet_wake(struct outlet *outlet)
{
	if (!outlet->full && !outlet->muted)
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
	outlet->remark = NULL;
	outlet->note_len = outlet->note_sent = 0;
	ring_reader_start(&outlet->sink.channel->ring, &outlet->sink.reader);
}

void outlet_close(struct outlet *outlet)
{
	stop_holding(outlet);
	channel_detach(&outlet->sink);
	event_free(outlet->writable);
}

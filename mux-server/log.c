/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/log.h"

#include <sys/uio.h>

/* Hand over all that is new; with @all even if it is more than should wait. */
static void append_new(struct log *log, bool all)
{
	struct ring *ring = &log->sink.channel->ring;
	struct ring_reader *reader = &log->sink.reader;
	uint64_t lost = ring_reader_catch_up(ring, reader);
	struct iovec iov[2];
	int count = ring_reader_peek(ring, reader, iov);
	size_t len = 0;

	if (lost)
		log_file_lose(&log->file, lost);
	for (int i = 0; i < count; i++)
		len += iov[i].iov_len;
	if (count > 0 && (all || log_file_fits(&log->file, len)) &&
	    log_file_append(&log->file, iov, count, 0) == 0)
		ring_reader_take(reader, len);
}

static void flush(struct sink *sink)
{
	append_new((struct log *)sink, false);
}

static void on_room(void *arg)
{
	append_new(arg, false);
}

int log_open(struct log *log, struct event_base *base, struct channel *channel,
	     const struct log_settings *settings, char *why, size_t why_size)
{
	int status;

	*log = (struct log){ .file = { .room = on_room, .arg = log } };
	status = log_file_open(&log->file, base, channel, settings, LOG_SUFFIX, why, why_size);
	if (status == 0)
		channel_attach(channel, &log->sink, flush);
	return status;
}

void log_reopen(struct log *log)
{
	append_new(log, false);
	log_file_reopen(&log->file);
}

void log_close(struct log *log)
{
	append_new(log, true);
	log_file_close(&log->file);
	channel_detach(&log->sink);
}

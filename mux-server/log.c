/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/log.h"

#include <sys/uio.h>

/* Write all that is new. */
static void write_new(struct log *log)
{
	struct ring *ring = &log->sink.channel->ring;
	struct iovec iov[2];
	int count;

	do {
		ssize_t written;

		ring_reader_catch_up(ring, &log->sink.reader);
		count = ring_reader_peek(ring, &log->sink.reader, iov);
		if (!log->file.failing && log_file_is_due(&log->file))
			log_file_rotate(&log->file);
		written = log_file_write(&log->file, iov, count);
		if (written < 0)
			return;
		ring_reader_take(&log->sink.reader, (size_t)written);
	} while (count > 0);
	if (log->file.failing) {
		log_file_recovered(&log->file, log->sink.reader.missed - log->missed_told);
		log->missed_told = log->sink.reader.missed;
	}
}

static void flush(struct sink *sink)
{
	struct log *log = (struct log *)sink;

	if (!log->file.failing)
		write_new(log);
}

static void on_again(void *arg)
{
	write_new(arg);
}

int log_open(struct log *log, struct event_base *base, struct channel *channel,
	     const struct log_settings *settings, char *why, size_t why_size)
{
	int status = log_file_open(&log->file, base, channel, settings, LOG_SUFFIX, on_again, log,
				   why, why_size);

	log->missed_told = 0;
	if (status == 0)
		channel_attach(channel, &log->sink, flush);
	return status;
}

void log_reopen(struct log *log)
{
	if (!log->file.failing)
		write_new(log);
	log_file_reopen(&log->file);
	write_new(log);
}

void log_close(struct log *log)
{
	write_new(log);
	log_file_close(&log->file);
	channel_detach(&log->sink);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A log, seen from the event loop: what is appended is written by the log writer.
 *
 * What waits is bounded.  While the disk only is slow, the target pauses, if that loses nothing;
 * when it does not move for LOG_FILE_PATIENCE_MS, or refuses, the console goes on, and what no
 * longer fits is the caller's to count.  Trouble is reported once, and when it is over, with what
 * was lost.
 */
#ifndef MUX_SERVER_LOG_FILE_H
#define MUX_SERVER_LOG_FILE_H

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "mux-server/channel.h"
#include "mux-server/log_worker.h"
#include "mux-server/log_writer.h"
#include "mux-server/rotate.h"

enum {
	LOG_FILE_WAITING_MAX = 65536, /* bytes that wait in trouble */
	LOG_FILE_BURST_MAX = 2097152, /* and otherwise: what one read can become as readable text */
	LOG_FILE_HOLD = 262144,	      /* the target pauses */
	LOG_FILE_PATIENCE_MS = 200,
};

struct log_settings {
	const char *directory; /* made if it is not there */
	struct rotation rotation;
	struct log_writer *writer;
	struct log_worker *worker; /* NULL: generations are left as they are */
};

struct log_file {
	struct log_spool *spool;
	const struct log_settings *settings;
	const struct channel *channel; /* whose log it is */
	bool failing;		       /* the disk refuses */
	bool stalled;		       /* it does not move */
	bool told;		       /* that there is trouble */
	bool holding;		       /* the target */
	struct event *patience;
	uint64_t errors;	 /* times that trouble began */
	uint64_t lost;		 /* bytes, in all */
	uint64_t lost_recovered; /* of them, before the last trouble was over */
	void (*room)(void *arg); /* write what was held back */
	void (*cut)(void *arg);	 /* end the line: the log is to be rotated; NULL: at any byte */
	void *arg;
};

/*
 * Open the log of @channel named with @suffix (".log") in the settings' directory; an existing one
 * is continued.  @settings are kept by reference; room, cut and arg must be set in @file.  Returns
 * 0 or -errno, with one sentence in @why.
 */
int log_file_open(struct log_file *file, struct event_base *base, const struct channel *channel,
		  const struct log_settings *settings, const char *suffix, char *why,
		  size_t why_size);

/* May @len bytes be appended?  If not, room() is called when some may be. */
bool log_file_fits(struct log_file *file, size_t len);

/* Append; a generation may begin at the offset @cut, if that is within.  Returns 0 or -ENOMEM. */
int log_file_append(struct log_file *file, const struct iovec *iov, int count, size_t cut);

/* @bytes could not be kept for the log. */
void log_file_lose(struct log_file *file, uint64_t bytes);

/* Open the file anew, by its name: somebody renamed it. */
void log_file_reopen(struct log_file *file);

/* Close it, when all is written. */
void log_file_close(struct log_file *file);

#endif

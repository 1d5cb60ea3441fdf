/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A file that grows for years: opened again after trouble, rotated when it is large or old.
 *
 * A disk that is full or gone is reported once and tried again each second; so is a file that was
 * deleted.  What cannot be written meanwhile stays with the caller, who counts what it loses.
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
#include "mux-server/rotate.h"

struct log_settings {
	const char *directory; /* made if it is not there */
	struct rotation rotation;
	struct log_worker *worker; /* NULL: generations are left as they are */
};

struct log_file {
	int fd;	      /* -1: not open */
	bool failing; /* log_file_recovered() is due when writing works again */
	char *path;
	const struct log_settings *settings;
	const struct channel *channel; /* whose log it is */
	uint64_t size;
	int64_t born_s;	      /* since 1970 */
	int64_t looked_s;     /* when we last looked whether the file is still there, monotonic */
	int64_t try_rotate_s; /* not before that, monotonic: it failed */
	uint64_t errors;      /* times that trouble began */
	struct event *retry;
	void (*again)(void *arg);
	void *arg;
};

/*
 * Open the log of @channel named with @suffix (".log") in the settings' directory; an existing one
 * is continued.  @settings are kept by reference.  After a failure, @again is called each second to
 * write what is left.  Returns 0 or -errno, with one sentence in @why.
 */
int log_file_open(struct log_file *file, struct event_base *base, const struct channel *channel,
		  const struct log_settings *settings, const char *suffix, void (*again)(void *arg),
		  void *arg, char *why, size_t why_size);

/* Is it time to begin a new generation? */
bool log_file_is_due(const struct log_file *file);

/* Begin it.  If it cannot be done, that is reported, and writing goes on as before. */
void log_file_rotate(struct log_file *file);

/*
 * Append.  Returns how many bytes were written, or -errno: then the file is failing, and nothing
 * should be written until @again is called.  With a @count of 0 only sees that the file is there.
 */
ssize_t log_file_write(struct log_file *file, const struct iovec *iov, int count);

/* All is written, @lost bytes could not be. */
void log_file_recovered(struct log_file *file, uint64_t lost);

/* Open the file anew, by its name: somebody renamed it. */
void log_file_reopen(struct log_file *file);

void log_file_close(struct log_file *file);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The thread that writes logs, so that a disk that hangs stops no console.
 *
 *     event loop: put ─▶ chunks of each log ─▶ writer: open, rotate, write
 *                 news ◀──────────────────────
 *
 * Little output is gathered for LOG_WRITER_GATHER_MS, so that a slow line does not wake the thread
 * for each byte; the event loop is woken only by news that it waits for.  One thread serves all
 * logs: a directory that hangs delays the others' logs too, but nothing else.
 */
#ifndef MUX_SERVER_LOG_WRITER_H
#define MUX_SERVER_LOG_WRITER_H

#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "mux-server/rotate.h"

enum {
	LOG_WRITER_GATHER_MS = 10,
	LOG_WRITER_GATHER_BYTES = 16384, /* that many are not waited for */
	LOG_WRITER_OPEN_S = 5,		 /* how long the event loop waits for a file to be opened */
	LOG_WRITER_DRAIN_S = 5,		 /* and for all to be written in the end */
	LOG_WRITER_LOW = 32768,		 /* bytes of a log that wait when there is room again */
};

struct log_writer;
struct log_spool; /* of one log: what waits to be written */

/* What has happened to a log since the last news. */
struct log_news {
	int failed;	   /* errno: it cannot be written, and is tried again each second */
	bool recovered;	   /* it can be written again, and all that waited is */
	bool room;	   /* at most LOG_WRITER_LOW bytes wait, after log_spool_fits() said no */
	bool deleted;	   /* the file was, and is made anew */
	bool rotated;	   /* there is a generation to tidy up */
	int rotate_failed; /* errno */
	bool old;	   /* rotate it: log_spool_cut() */
};

/* Make a writer that has nothing to do; its thread starts with the first log.  NULL: out of memory
 * or descriptors. */
struct log_writer *log_writer_new(struct event_base *base);

/*
 * Wait until all is written, at most LOG_WRITER_DRAIN_S, and free the writer.  All spools must be
 * closed.  What could not be written is reported.
 */
void log_writer_free(struct log_writer *writer);

/*
 * Open a log.  @news is called from the event loop; one that is @parted may only be rotated at
 * cuts.  Returns 0; -ETIMEDOUT if the disk does not answer in time; or another -errno.
 */
int log_spool_open(struct log_spool **result, struct log_writer *writer, const char *directory,
		   const char *name, const char *suffix, const struct rotation *rotation,
		   bool parted, void (*news)(void *arg, const struct log_news *news), void *arg);

/*
 * Append a copy of bytes.  A generation may begin at @cut, an offset into them; beyond their end:
 * nowhere.  Returns 0 or -ENOMEM.
 */
int log_spool_put(struct log_spool *spool, const struct iovec *iov, int count, size_t cut);

/* A generation may begin here. */
void log_spool_cut(struct log_spool *spool);

/* Bytes that wait; and would @len more be no more than @limit?  If not, there will be news. */
size_t log_spool_waiting(const struct log_spool *spool);
bool log_spool_fits(struct log_spool *spool, size_t len, size_t limit);

/* Open the file anew, by its name, before what is put from now on. */
void log_spool_reopen(struct log_spool *spool);

const char *log_spool_path(const struct log_spool *spool);

/* Write what waits, and close; there is no more news.  A file that cannot be written is tried once
 * more. */
void log_spool_close(struct log_spool *spool);

#endif

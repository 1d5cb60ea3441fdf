/* SPDX-License-Identifier: BSD-2-Clause */
/* What the two halves of the log writer share: log_spool.c, of the event loop, and log_writer.c, of
 * the thread. */
#ifndef MUX_SERVER_LOG_SPOOL_H
#define MUX_SERVER_LOG_SPOOL_H

#include <pthread.h>
#include <stdatomic.h>
#include <sys/queue.h>

#include "mux-server/log_store.h"
#include "mux-server/log_writer.h"

struct log_chunk {
	STAILQ_ENTRY(log_chunk) link;
	size_t len;
	size_t cut;  /* where a generation may begin; > len: nowhere */
	bool reopen; /* the file, before this */
	uint8_t data[];
};

STAILQ_HEAD(log_chunks, log_chunk);

struct log_spool {
	/* Guarded by the writer's lock: */
	TAILQ_ENTRY(log_spool) link;	  /* in all */
	TAILQ_ENTRY(log_spool) busy_link; /* in busy, if is_busy */
	TAILQ_ENTRY(log_spool) news_link; /* in told, if has_news */
	bool is_busy, has_news;
	bool opening, closing;
	int open_status;
	bool wants_room;
	struct log_chunks chunks;
	struct log_news news;
	atomic_size_t waiting; /* bytes of all chunks; the event loop also looks without the lock */

	/* Of the event loop: */
	struct log_writer *writer;
	void (*on_news)(void *arg, const struct log_news *news);
	void *arg;

	/* Of the thread: */
	struct log_store store;
	struct log_chunks taken; /* from chunks, to be written */
	size_t taken_len;	 /* of the first, that was written */
	bool parted;
	bool failing;
	bool asked_cut; /* news.old was told */
	int64_t retry_ms;
};

struct log_writer {
	pthread_mutex_t lock;
	pthread_cond_t posted;	 /* to the thread */
	pthread_cond_t answered; /* to the event loop: a file was opened, or the thread has ended */
	TAILQ_HEAD(, log_spool) all, busy, told;
	bool idle, gathering; /* what the thread waits for */
	bool urgent;	      /* there is more to do than to write */
	size_t fresh;	      /* bytes since the thread last looked */
	uint64_t unwritten;   /* bytes of closed logs that were given up */
	bool stop, ended;
	bool woken;  /* the event loop was, and has not looked yet */
	int wake[2]; /* a pipe */

	/* Of the event loop: */
	struct event *news;
	bool running;
	pthread_t thread;
};

/* Put a spool in line, and wake the thread if it waits for that.  With the lock. */
void log_spool_post(struct log_spool *spool, bool urgent);

/* What the thread does. */
void *log_writer_work(void *writer);

/* Tell the event loop what is in @spool->news.  With the lock. */
void log_spool_tell(struct log_spool *spool);

/* Monotonic. */
int64_t log_writer_now_ms(void);

/* As pthread_cond_timedwait() until @ms of that clock. */
int log_writer_wait(struct log_writer *writer, pthread_cond_t *cond, int64_t ms);

/* Take a spool that is closed from all lists and free it.  With the lock. */
void log_spool_free(struct log_spool *spool);

#endif

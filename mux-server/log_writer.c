/* SPDX-License-Identifier: BSD-2-Clause */
/* The log writer's thread.  It holds the lock but for the moments in which it touches the disk. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "mux-server/log_spool.h"

enum { RETRY_MS = 1000, GATHER = 64 };

void log_spool_free(struct log_spool *spool)
{
	struct log_chunk *chunk;

	TAILQ_REMOVE(&spool->writer->all, spool, link);
	spool->writer->unwritten += atomic_load(&spool->waiting);
	STAILQ_CONCAT(&spool->taken, &spool->chunks);
	while ((chunk = STAILQ_FIRST(&spool->taken)) != NULL) {
		STAILQ_REMOVE_HEAD(&spool->taken, link);
		free(chunk);
	}
	log_store_fini(&spool->store);
	free(spool);
}

/* Begin a generation if it is time and the place for it. */
static void rotate(struct log_spool *spool, bool is_place, struct log_news *news)
{
	int status;

	if (!is_place)
		return;
	spool->asked_cut = false;
	if (!log_store_is_due(&spool->store))
		return;
	status = log_store_rotate(&spool->store);
	if (status < 0)
		news->rotate_failed = -status;
	else
		news->rotated = true;
}

/* What can be written at once: up to where a generation may have to begin. */
static int next_pieces(const struct log_spool *spool, struct iovec iov[GATHER])
{
	const struct log_store *store = &spool->store;
	uint64_t most = store->rotation.max_bytes ? store->rotation.max_bytes : UINT64_MAX;
	struct log_chunk *chunk = STAILQ_FIRST(&spool->taken);
	bool is_due = log_store_is_due(store);
	size_t at = spool->taken_len;
	uint64_t size = store->size;
	int count = 0;

	if (is_due && chunk->cut > at && chunk->cut < chunk->len) {
		iov[0] = (struct iovec){ .iov_base = chunk->data + at, .iov_len = chunk->cut - at };
		return 1;
	}
	for (; chunk && !chunk->reopen && count < GATHER; chunk = STAILQ_NEXT(chunk, link)) {
		if (count > 0 && (size >= most || (is_due && chunk->cut <= chunk->len)))
			break;
		iov[count++] =
			(struct iovec){ .iov_base = chunk->data + at, .iov_len = chunk->len - at };
		size += chunk->len - at;
		at = 0;
	}
	return count;
}

/* @len bytes were written; chunks that are done go, but an empty one only when it is its turn. */
static void take(struct log_spool *spool, size_t len)
{
	struct log_chunk *chunk;

	spool->taken_len += len;
	do {
		chunk = STAILQ_FIRST(&spool->taken);
		if (spool->taken_len < chunk->len)
			return;
		spool->taken_len -= chunk->len;
		STAILQ_REMOVE_HEAD(&spool->taken, link);
		free(chunk);
	} while (spool->taken_len > 0);
}

/* Write all that was taken, as far as it goes.  Returns 0 or -errno; adds to *@written. */
static int write_taken(struct log_spool *spool, size_t *written, struct log_news *news)
{
	struct log_store *store = &spool->store;
	struct log_chunk *chunk;
	int status;

	if (log_store_vanished(store))
		news->deleted = true;
	for (;;) {
		struct iovec iov[GATHER];
		ssize_t len;

		chunk = STAILQ_FIRST(&spool->taken);
		if (chunk && chunk->reopen) {
			log_store_close(store);
			chunk->reopen = false;
		}
		status = log_store_open(store);
		if (status < 0 || !chunk)
			return status;
		rotate(spool, chunk->cut == spool->taken_len, news);
		len = log_store_write(store, iov, next_pieces(spool, iov));
		if (len < 0)
			return (int)len;
		*written += (size_t)len;
		take(spool, (size_t)len);
	}
}

/* Do what there is to do for a spool.  With the lock, which is let go meanwhile. */
static void serve(struct log_spool *spool)
{
	struct log_writer *writer = spool->writer;
	struct log_news news = { 0 };
	size_t written = 0;
	int status;

	TAILQ_REMOVE(&writer->busy, spool, busy_link);
	spool->is_busy = false;
	STAILQ_CONCAT(&spool->taken, &spool->chunks);
	pthread_mutex_unlock(&writer->lock);
	if (spool->failing)
		log_store_close(&spool->store);
	status = write_taken(spool, &written, &news);
	pthread_mutex_lock(&writer->lock);

	atomic_fetch_sub(&spool->waiting, written);
	if (spool->opening) {
		spool->opening = false;
		spool->open_status = status;
		news.rotated = true; /* what a former server left to be tidied up */
		pthread_cond_signal(&writer->answered);
	} else if (status < 0 && !spool->failing) {
		news.failed = -status;
	}
	news.recovered = status == 0 && spool->failing;
	news.room = spool->wants_room && atomic_load(&spool->waiting) <= LOG_WRITER_LOW;
	if (news.room)
		spool->wants_room = false;
	spool->failing = status < 0;
	spool->retry_ms = log_writer_now_ms() + RETRY_MS;
	spool->news.failed = news.failed ? news.failed : spool->news.failed;
	spool->news.recovered |= news.recovered;
	spool->news.room |= news.room;
	spool->news.deleted |= news.deleted;
	spool->news.rotated |= news.rotated;
	spool->news.rotate_failed =
		news.rotate_failed ? news.rotate_failed : spool->news.rotate_failed;
	if (news.failed || news.recovered || news.room || news.deleted || news.rotated ||
	    news.rotate_failed)
		log_spool_tell(spool);
	if (spool->failing)
		log_spool_post(spool, false);
}

/* The first spool that can be served now; *@until becomes the time of the next attempt. */
static struct log_spool *next_ready(struct log_writer *writer, int64_t *until)
{
	struct log_spool *spool;
	int64_t now = log_writer_now_ms();

	TAILQ_FOREACH (spool, &writer->busy, busy_link) {
		if (!spool->failing || spool->retry_ms <= now || spool->closing)
			return spool;
		if (spool->retry_ms < *until)
			*until = spool->retry_ms;
	}
	return NULL;
}

/* Rotate what has become old without a new byte, or ask for a cut; *@until becomes the time of the
 * next. */
static void rotate_old(struct log_writer *writer, int64_t *until)
{
	struct log_spool *spool;

	TAILQ_FOREACH (spool, &writer->all, link) {
		int64_t due_s = spool->asked_cut || spool->failing || spool->closing
					? -1
					: log_store_due_in_s(&spool->store);
		int64_t due_ms = log_writer_now_ms() + due_s * 1000;

		if (due_s == 0 && spool->parted) {
			spool->asked_cut = true;
			spool->news.old = true;
			log_spool_tell(spool);
		} else if (due_s == 0) {
			struct log_chunk *cut = calloc(1, sizeof(*cut));

			if (!cut)
				continue;
			spool->asked_cut = true;
			STAILQ_INSERT_TAIL(&spool->chunks, cut, link);
			log_spool_post(spool, true);
			*until = 0;
		} else if (due_s > 0 && due_ms < *until) {
			*until = due_ms;
		}
	}
}

/* Wait until there is something to do. */
static struct log_spool *wait_for_work(struct log_writer *writer)
{
	for (;;) {
		int64_t until = INT64_MAX;
		struct log_spool *spool = next_ready(writer, &until);

		if (spool)
			return spool;
		rotate_old(writer, &until);
		if (until == 0)
			continue;
		if (writer->stop && TAILQ_EMPTY(&writer->busy))
			return NULL;
		writer->idle = true;
		if (until == INT64_MAX)
			pthread_cond_wait(&writer->posted, &writer->lock);
		else
			log_writer_wait(writer, &writer->posted, until);
		if (writer->idle && !writer->urgent && !writer->stop) {
			until = log_writer_now_ms() + LOG_WRITER_GATHER_MS;
			writer->idle = false;
			writer->gathering = true;
			while (!writer->urgent && !writer->stop &&
			       writer->fresh < LOG_WRITER_GATHER_BYTES &&
			       log_writer_wait(writer, &writer->posted, until) == 0)
				;
			writer->gathering = false;
		}
		writer->idle = false;
	}
}

void *log_writer_work(void *arg)
{
	struct log_writer *writer = arg;
	struct log_spool *spool;

	pthread_mutex_lock(&writer->lock);
	while ((spool = wait_for_work(writer)) != NULL) {
		writer->urgent = false;
		writer->fresh = 0;
		serve(spool);
		if (spool->closing && (STAILQ_EMPTY(&spool->chunks) || spool->failing)) {
			if (spool->is_busy)
				TAILQ_REMOVE(&writer->busy, spool, busy_link);
			log_spool_free(spool);
		}
	}
	writer->ended = true;
	pthread_cond_signal(&writer->answered);
	pthread_mutex_unlock(&writer->lock);
	return NULL;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/log_spool.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "mux-server/report.h"

enum { NOWHERE = 1 }; /* beyond the end of a chunk */

int64_t log_writer_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int log_writer_wait(struct log_writer *writer, pthread_cond_t *cond, int64_t ms)
{
	struct timespec until = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };

	return pthread_cond_timedwait(cond, &writer->lock, &until);
}

/* Have the event loop told, one spool after the other; what it does may bring more news. */
static void on_woken(evutil_socket_t fd, short what, void *arg)
{
	struct log_writer *writer = arg;
	struct log_spool *spool;
	char bytes[16];

	(void)what;
	if (read(fd, bytes, sizeof(bytes)) < 0)
		return;
	pthread_mutex_lock(&writer->lock);
	writer->woken = false;
	while ((spool = TAILQ_FIRST(&writer->told)) != NULL) {
		struct log_news news = spool->news;

		spool->news = (struct log_news){ 0 };
		spool->has_news = false;
		TAILQ_REMOVE(&writer->told, spool, news_link);
		pthread_mutex_unlock(&writer->lock);
		spool->on_news(spool->arg, &news);
		pthread_mutex_lock(&writer->lock);
	}
	pthread_mutex_unlock(&writer->lock);
}

void log_spool_tell(struct log_spool *spool)
{
	struct log_writer *writer = spool->writer;

	if (spool->closing)
		return;
	if (!spool->has_news)
		TAILQ_INSERT_TAIL(&writer->told, spool, news_link);
	spool->has_news = true;
	if (!writer->woken && write(writer->wake[1], "!", 1) == 1)
		writer->woken = true;
}

void log_spool_post(struct log_spool *spool, bool urgent)
{
	struct log_writer *writer = spool->writer;

	if (!spool->is_busy)
		TAILQ_INSERT_TAIL(&writer->busy, spool, busy_link);
	spool->is_busy = true;
	writer->urgent |= urgent;
	if (writer->idle ||
	    (writer->gathering && (urgent || writer->fresh >= LOG_WRITER_GATHER_BYTES)))
		pthread_cond_signal(&writer->posted);
}

struct log_writer *log_writer_new(struct event_base *base)
{
	struct log_writer *writer = calloc(1, sizeof(*writer));
	pthread_condattr_t monotonic;

	if (!writer)
		return NULL;
	if (pipe2(writer->wake, O_CLOEXEC | O_NONBLOCK) < 0)
		goto out_free;
	writer->news = event_new(base, writer->wake[0], EV_READ | EV_PERSIST, on_woken, writer);
	if (!writer->news || event_add(writer->news, NULL) < 0)
		goto out_close;
	pthread_mutex_init(&writer->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&writer->posted, &monotonic);
	pthread_cond_init(&writer->answered, &monotonic);
	pthread_condattr_destroy(&monotonic);
	TAILQ_INIT(&writer->all);
	TAILQ_INIT(&writer->busy);
	TAILQ_INIT(&writer->told);
	return writer;

out_close:
	if (writer->news)
		event_free(writer->news);
	close(writer->wake[0]);
	close(writer->wake[1]);
out_free:
	free(writer);
	return NULL;
}

/* Signals are for the event loop's thread, but for that of the sandbox. */
static int start(struct log_writer *writer)
{
	sigset_t all, before;
	int error;

	if (writer->running)
		return 0;
	sigfillset(&all);
	sigdelset(&all, SIGSYS);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&writer->thread, NULL, log_writer_work, writer);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	writer->running = error == 0;
	return -error;
}

/* Ask the thread to end, and wait for it.  false: it did not. */
static bool stop(struct log_writer *writer)
{
	int64_t until = log_writer_now_ms() + LOG_WRITER_DRAIN_S * 1000;
	uint64_t lost;
	bool ended;

	pthread_mutex_lock(&writer->lock);
	writer->stop = true;
	pthread_cond_signal(&writer->posted);
	while (!writer->ended && log_writer_wait(writer, &writer->answered, until) == 0)
		;
	ended = writer->ended;
	lost = writer->unwritten;
	if (!ended) {
		struct log_spool *spool;

		TAILQ_FOREACH (spool, &writer->all, link)
			lost += atomic_load(&spool->waiting);
		pthread_detach(writer->thread);
	}
	pthread_mutex_unlock(&writer->lock);
	if (lost)
		report_error("%" PRIu64 " bytes of logs could not be written%s", lost,
			     ended ? "" : "; the disk does not answer");
	if (ended)
		pthread_join(writer->thread, NULL);
	return ended;
}

void log_writer_free(struct log_writer *writer)
{
	event_free(writer->news);
	if (writer->running && !stop(writer))
		return; /* the thread still has it; the end of the process ends both */
	close(writer->wake[0]);
	close(writer->wake[1]);
	pthread_cond_destroy(&writer->posted);
	pthread_cond_destroy(&writer->answered);
	pthread_mutex_destroy(&writer->lock);
	free(writer);
}

/* Have the thread open it.  Returns 0 or -errno. */
static int wait_until_open(struct log_spool *spool)
{
	struct log_writer *writer = spool->writer;
	int64_t until = log_writer_now_ms() + LOG_WRITER_OPEN_S * 1000;
	int status = 0;

	pthread_mutex_lock(&writer->lock);
	TAILQ_INSERT_TAIL(&writer->all, spool, link);
	spool->opening = true;
	log_spool_post(spool, true);
	while (spool->opening && status == 0)
		status = -log_writer_wait(writer, &writer->answered, until);
	if (!spool->opening)
		status = spool->open_status;
	pthread_mutex_unlock(&writer->lock);
	if (status < 0)
		log_spool_close(spool);
	return status;
}

int log_spool_open(struct log_spool **result, struct log_writer *writer, const char *directory,
		   const char *name, const char *suffix, const struct rotation *rotation,
		   bool parted, void (*news)(void *arg, const struct log_news *news), void *arg)
{
	struct log_spool *spool = calloc(1, sizeof(*spool));
	int status = spool ? start(writer) : -ENOMEM;

	if (status == 0)
		status = log_store_init(&spool->store, directory, name, suffix, rotation);
	if (status < 0) {
		free(spool);
		return status;
	}
	spool->writer = writer;
	spool->parted = parted;
	spool->on_news = news;
	spool->arg = arg;
	STAILQ_INIT(&spool->chunks);
	STAILQ_INIT(&spool->taken);
	status = wait_until_open(spool);
	if (status == 0)
		*result = spool;
	return status;
}

static int put(struct log_spool *spool, const struct iovec *iov, int count, size_t cut, bool reopen)
{
	struct log_writer *writer = spool->writer;
	struct log_chunk *chunk;
	size_t len = 0;

	for (int i = 0; i < count; i++)
		len += iov[i].iov_len;
	chunk = malloc(sizeof(*chunk) + len);
	if (!chunk)
		return -ENOMEM;
	chunk->len = 0;
	chunk->cut = cut;
	chunk->reopen = reopen;
	for (int i = 0; i < count; i++) {
		memcpy(chunk->data + chunk->len, iov[i].iov_base, iov[i].iov_len);
		chunk->len += iov[i].iov_len;
	}
	pthread_mutex_lock(&writer->lock);
	STAILQ_INSERT_TAIL(&spool->chunks, chunk, link);
	atomic_fetch_add(&spool->waiting, len);
	writer->fresh += len;
	log_spool_post(spool, len == 0);
	pthread_mutex_unlock(&writer->lock);
	return 0;
}

int log_spool_put(struct log_spool *spool, const struct iovec *iov, int count, size_t cut)
{
	return put(spool, iov, count, cut, false);
}

void log_spool_cut(struct log_spool *spool)
{
	put(spool, NULL, 0, 0, false); /* without memory, there is another chance later */
}

void log_spool_reopen(struct log_spool *spool)
{
	if (put(spool, NULL, 0, NOWHERE, true) < 0)
		report_error("no memory to open %s anew", spool->store.path);
}

size_t log_spool_waiting(const struct log_spool *spool)
{
	return atomic_load_explicit(&spool->waiting, memory_order_relaxed);
}

bool log_spool_fits(struct log_spool *spool, size_t len, size_t limit)
{
	bool fits = log_spool_waiting(spool) + len <= limit;

	if (fits)
		return true;
	pthread_mutex_lock(&spool->writer->lock);
	fits = atomic_load(&spool->waiting) + len <= limit;
	spool->wants_room |= !fits;
	pthread_mutex_unlock(&spool->writer->lock);
	return fits;
}

const char *log_spool_path(const struct log_spool *spool)
{
	return spool->store.path;
}

void log_spool_close(struct log_spool *spool)
{
	struct log_writer *writer = spool->writer;

	pthread_mutex_lock(&writer->lock);
	spool->closing = true;
	if (spool->has_news)
		TAILQ_REMOVE(&writer->told, spool, news_link);
	spool->has_news = false;
	log_spool_post(spool, true);
	pthread_mutex_unlock(&writer->lock);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/log_worker.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/resource.h>
#include <unistd.h>

#include "mux-server/report.h"

enum { LOWEST_PRIORITY = 19 };

struct request {
	STAILQ_ENTRY(request) link;
	struct rotation rotation;
	char path[];
};

struct log_worker {
	pthread_mutex_t lock; /* guards @requests and @trouble */
	pthread_cond_t posted;
	STAILQ_HEAD(, request) requests;
	char trouble[PATH_MAX + 64]; /* empty: none that was not reported */
	atomic_bool stop;
	bool running; /* of the event loop's thread */
	pthread_t thread;
	int wake[2]; /* a pipe: the worker has something to report */
	struct event *woken;
};

static void on_woken(evutil_socket_t fd, short what, void *arg)
{
	struct log_worker *worker = arg;
	char text[sizeof(worker->trouble)], bytes[64];

	(void)what;
	while (read(fd, bytes, sizeof(bytes)) > 0)
		;
	pthread_mutex_lock(&worker->lock);
	strcpy(text, worker->trouble);
	worker->trouble[0] = '\0';
	pthread_mutex_unlock(&worker->lock);
	if (text[0])
		report_error("%s", text);
}

static void tell(struct log_worker *worker, const char *name, int error)
{
	pthread_mutex_lock(&worker->lock);
	snprintf(worker->trouble, sizeof(worker->trouble), "cannot tidy up %s: %s", name,
		 strerrordesc_np(error));
	pthread_mutex_unlock(&worker->lock);
	if (write(worker->wake[1], "!", 1) < 0)
		return; /* the pipe is full of such news */
}

static struct request *next_request(struct log_worker *worker)
{
	struct request *request;

	pthread_mutex_lock(&worker->lock);
	while ((request = STAILQ_FIRST(&worker->requests)) == NULL && !atomic_load(&worker->stop))
		pthread_cond_wait(&worker->posted, &worker->lock);
	if (request)
		STAILQ_REMOVE_HEAD(&worker->requests, link);
	pthread_mutex_unlock(&worker->lock);
	return request;
}

static void *work(void *arg)
{
	struct log_worker *worker = arg;
	struct request *request;
	char name[PATH_MAX];

	setpriority(PRIO_PROCESS, 0, LOWEST_PRIORITY); /* on Linux, of this thread */
	while ((request = next_request(worker)) != NULL) {
		int status = rotate_tidy(request->path, &request->rotation, &worker->stop, name,
					 sizeof(name));

		if (status < 0)
			tell(worker, name, -status);
		free(request);
	}
	return NULL;
}

struct log_worker *log_worker_new(struct event_base *base)
{
	struct log_worker *worker = calloc(1, sizeof(*worker));

	if (!worker)
		return NULL;
	if (pipe2(worker->wake, O_CLOEXEC | O_NONBLOCK) < 0)
		goto out_free;
	worker->woken = event_new(base, worker->wake[0], EV_READ | EV_PERSIST, on_woken, worker);
	if (!worker->woken || event_add(worker->woken, NULL) < 0)
		goto out_close;
	pthread_mutex_init(&worker->lock, NULL);
	pthread_cond_init(&worker->posted, NULL);
	STAILQ_INIT(&worker->requests);
	return worker;

out_close:
	if (worker->woken)
		event_free(worker->woken);
	close(worker->wake[0]);
	close(worker->wake[1]);
out_free:
	free(worker);
	return NULL;
}

/* Signals are for the event loop's thread, but for that of the sandbox. */
static int start(struct log_worker *worker)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	sigdelset(&all, SIGSYS);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(&worker->thread, NULL, work, worker);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	worker->running = error == 0;
	return error;
}

void log_worker_post(struct log_worker *worker, const char *path, const struct rotation *rotation)
{
	struct request *request = malloc(sizeof(*request) + strlen(path) + 1);
	int error = request ? 0 : ENOMEM;

	if (!error && !worker->running)
		error = start(worker);
	if (error) {
		report_error("cannot tidy up %s: %s", path, strerror(error));
		free(request);
		return;
	}
	request->rotation = *rotation;
	strcpy(request->path, path);
	pthread_mutex_lock(&worker->lock);
	STAILQ_INSERT_TAIL(&worker->requests, request, link);
	pthread_cond_signal(&worker->posted);
	pthread_mutex_unlock(&worker->lock);
}

void log_worker_free(struct log_worker *worker)
{
	struct request *request;

	pthread_mutex_lock(&worker->lock);
	atomic_store(&worker->stop, true);
	pthread_cond_signal(&worker->posted);
	pthread_mutex_unlock(&worker->lock);
	if (worker->running)
		pthread_join(worker->thread, NULL);
	on_woken(worker->wake[0], 0, worker);
	while ((request = STAILQ_FIRST(&worker->requests)) != NULL) {
		STAILQ_REMOVE_HEAD(&worker->requests, link);
		free(request);
	}
	event_free(worker->woken);
	close(worker->wake[0]);
	close(worker->wake[1]);
	pthread_cond_destroy(&worker->posted);
	pthread_mutex_destroy(&worker->lock);
	free(worker);
}

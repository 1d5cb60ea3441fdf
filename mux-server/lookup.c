/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/lookup.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct lookup {
	atomic_int owners; /* the caller and the thread; the last one frees */
	char host[256];
	char port[32];
	int done[2]; /* a pipe; the thread closes its end when the rest may be read */
	int status;
	struct addrinfo *addresses;
};

void lookup_drop(struct lookup *lookup)
{
	if (atomic_fetch_sub(&lookup->owners, 1) > 1)
		return;
	if (lookup->addresses)
		freeaddrinfo(lookup->addresses);
	close(lookup->done[0]);
	free(lookup);
}

static void *look_up(void *arg)
{
	struct lookup *lookup = arg;
	struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };

	lookup->status = getaddrinfo(lookup->host, lookup->port, &hints, &lookup->addresses);
	close(lookup->done[1]);
	lookup_drop(lookup);
	return NULL;
}

struct lookup *lookup_start(const char *host, const char *port)
{
	struct lookup *lookup = calloc(1, sizeof(*lookup));
	pthread_t thread;
	int error;

	if (!lookup)
		return NULL;
	if (pipe2(lookup->done, O_CLOEXEC | O_NONBLOCK) < 0) {
		free(lookup);
		return NULL;
	}
	atomic_init(&lookup->owners, 2);
	snprintf(lookup->host, sizeof(lookup->host), "%s", host);
	snprintf(lookup->port, sizeof(lookup->port), "%s", port);
	error = pthread_create(&thread, NULL, look_up, lookup);
	if (error) {
		close(lookup->done[0]);
		close(lookup->done[1]);
		free(lookup);
		errno = error;
		return NULL;
	}
	pthread_detach(thread);
	return lookup;
}

int lookup_fd(const struct lookup *lookup)
{
	return lookup->done[0];
}

int lookup_answer(const struct lookup *lookup, struct addrinfo **addresses)
{
	*addresses = lookup->addresses;
	return lookup->status;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/log_store.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { RETRY_ROTATE_S = 60 };

static int64_t seconds(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec;
}

int log_store_init(struct log_store *store, const char *directory, const char *name,
		   const char *suffix, const struct rotation *rotation)
{
	*store = (struct log_store){ .fd = -1, .rotation = *rotation };
	store->directory = strdup(directory);
	if (asprintf(&store->path, "%s/%s%s", directory, name, suffix) < 0)
		store->path = NULL;
	if (store->directory && store->path)
		return 0;
	log_store_fini(store);
	return -ENOMEM;
}

void log_store_fini(struct log_store *store)
{
	log_store_close(store);
	free(store->path);
	free(store->directory);
}

/* Returns the descriptor, or -errno. */
static int open_path(const struct log_store *store)
{
	mkdir(store->directory, 0777); /* if it cannot be made, open() says why */

	int fd = open(store->path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);

	return fd < 0 ? -errno : fd;
}

static void use(struct log_store *store, int fd)
{
	struct statx st;

	store->fd = fd;
	store->size = 0;
	store->born_s = seconds(CLOCK_REALTIME);
	if (statx(fd, "", AT_EMPTY_PATH, STATX_SIZE | STATX_BTIME, &st) < 0)
		return;
	if (st.stx_mask & STATX_SIZE)
		store->size = st.stx_size;
	if ((st.stx_mask & STATX_BTIME) && store->size > 0)
		store->born_s = st.stx_btime.tv_sec;
}

int log_store_open(struct log_store *store)
{
	int fd;

	if (store->fd >= 0)
		return 0;
	fd = open_path(store);
	if (fd < 0)
		return fd;
	use(store, fd);
	return 0;
}

void log_store_close(struct log_store *store)
{
	if (store->fd >= 0)
		close(store->fd);
	store->fd = -1;
}

bool log_store_vanished(struct log_store *store)
{
	struct stat st;
	int64_t now = seconds(CLOCK_MONOTONIC_COARSE);

	if (store->fd < 0 || store->looked_s == now)
		return false;
	store->looked_s = now;
	if (fstat(store->fd, &st) < 0 || st.st_nlink > 0)
		return false;
	log_store_close(store);
	return true;
}

int64_t log_store_due_in_s(const struct log_store *store)
{
	int64_t left, wait;

	if (store->fd < 0 || store->size == 0 || !store->rotation.max_age_s)
		return -1;
	left = store->born_s + (int64_t)store->rotation.max_age_s - seconds(CLOCK_REALTIME);
	wait = store->try_rotate_s - seconds(CLOCK_MONOTONIC_COARSE);
	if (left < wait)
		left = wait;
	return left > 0 ? left : 0;
}

static bool is_large_or_old(const struct log_store *store)
{
	const struct rotation *rotation = &store->rotation;

	if (store->fd < 0 || store->size == 0)
		return false;
	if (rotation->max_bytes && store->size >= rotation->max_bytes)
		return true;
	return rotation->max_age_s &&
	       seconds(CLOCK_REALTIME) - store->born_s >= (int64_t)rotation->max_age_s;
}

bool log_store_is_due(const struct log_store *store)
{
	return is_large_or_old(store) && seconds(CLOCK_MONOTONIC_COARSE) >= store->try_rotate_s;
}

/* The new file is there before the old one is let go: if there cannot be one, writing goes on. */
static int begin_generation(struct log_store *store)
{
	char name[PATH_MAX];
	int status = rotate_file(store->path, store->fd, name, sizeof(name));
	int fd;

	if (status < 0 && status != -ESTALE)
		return status;
	fd = open_path(store);
	if (fd < 0) {
		if (status == 0)
			rename(name, store->path);
		return fd;
	}
	log_store_close(store);
	use(store, fd);
	return 0;
}

int log_store_rotate(struct log_store *store)
{
	int status = begin_generation(store);

	if (status == 0 && !is_large_or_old(store))
		return 0;
	store->try_rotate_s = seconds(CLOCK_MONOTONIC_COARSE) + RETRY_ROTATE_S;
	return status ? status : -ESTALE;
}

ssize_t log_store_write(struct log_store *store, const struct iovec *iov, int count)
{
	ssize_t written;

	do
		written = writev(store->fd, iov, count);
	while (written < 0 && errno == EINTR);
	if (written < 0)
		return -errno;
	if (store->size == 0)
		store->born_s = seconds(CLOCK_REALTIME);
	store->size += (uint64_t)written;
	return written;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A file that grows for years: opened again after trouble, made anew when it was deleted, rotated
 * when it is large or old.  All of it may wait for the disk, so it is for the log writer's thread.
 */
#ifndef MUX_SERVER_LOG_STORE_H
#define MUX_SERVER_LOG_STORE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

#include "mux-server/rotate.h"

struct log_store {
	int fd; /* -1: not open */
	char *path;
	char *directory; /* made if it is not there */
	struct rotation rotation;
	uint64_t size;
	int64_t born_s;	      /* when its first byte was written, since 1970 */
	int64_t looked_s;     /* when we last looked whether the file is still there, monotonic */
	int64_t try_rotate_s; /* not before that, monotonic: it failed */
};

/* Describe the file @directory/@name@suffix, without touching it.  Returns 0 or -ENOMEM. */
int log_store_init(struct log_store *store, const char *directory, const char *name,
		   const char *suffix, const struct rotation *rotation);

void log_store_fini(struct log_store *store);

/* Open it, if it is not open; what is there is continued.  Returns 0 or -errno. */
int log_store_open(struct log_store *store);

void log_store_close(struct log_store *store);

/* Was it deleted under us?  Then it is closed, as what we write would be gone with it.  Looks at
 * most once a second. */
bool log_store_vanished(struct log_store *store);

/* Is it time to begin a new generation? */
bool log_store_is_due(const struct log_store *store);

/* Seconds until its age is such a reason, or -1: never, as it stands. */
int64_t log_store_due_in_s(const struct log_store *store);

/*
 * Begin a new generation.  Returns 0; -ESTALE: another file has its name, which is used from now
 * on; or -errno, and writing can go on as before.  If it is due still, it is not for a minute.
 */
int log_store_rotate(struct log_store *store);

/* Append to the open file.  Returns how many bytes were written, or -errno. */
ssize_t log_store_write(struct log_store *store, const struct iovec *iov, int count);

#endif

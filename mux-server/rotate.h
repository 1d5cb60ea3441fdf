/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Generations of a log.  LOG is what is written now; LOG.20261122T232047.123456Z was until that
 * time, and may have been compressed to LOG.20261122T232047.123456Z.zst since.  A generation is
 * made by renaming, so that each byte is in exactly one of them.
 */
#ifndef MUX_SERVER_ROTATE_H
#define MUX_SERVER_ROTATE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rotation {
	uint64_t max_bytes; /* 0: no limit */
	uint64_t max_age_s; /* 0: no limit */
	unsigned keep;	    /* generations beside the log; 0: all */
	bool compress;
};

/*
 * Give the log @path, open as @fd, the name of a generation, which is left in @name.  Returns 0;
 * -ESTALE if @path is another file by now, or none; or -errno.
 */
int rotate_file(const char *path, int fd, char *name, size_t name_size);

/*
 * Remove what is unfinished and the oldest generations of @path, and compress those that are not.
 * Stops early when @stop is set.  Not for the event loop's thread.  Returns 0, or -errno of the
 * last thing that failed, with its name in @name.
 */
int rotate_tidy(const char *path, const struct rotation *rotation, const atomic_bool *stop,
		char *name, size_t name_size);

#endif

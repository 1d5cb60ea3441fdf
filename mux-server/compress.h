/* SPDX-License-Identifier: BSD-2-Clause */
/* Files to zstd frames.  Takes its time: not for the event loop's thread. */
#ifndef MUX_SERVER_COMPRESS_H
#define MUX_SERVER_COMPRESS_H

#include <stdatomic.h>

#define COMPRESS_SUFFIX ".zst"
#define COMPRESS_UNFINISHED ".zst.tmp"

/*
 * Replace the file @path by @path.zst, which appears whole or not at all; a file of that name is
 * replaced.  Mode and times are kept.  Returns 0; -ECANCELED after @stop was set; or -errno.  On
 * any error @path is untouched and nothing else is left.
 */
int compress_file(const char *path, const atomic_bool *stop);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/compress.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

enum { CHUNK = 65536, LEVEL = 3 };

struct buffers {
	char in[CHUNK];
	char out[CHUNK];
};

static int write_all(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t written = write(fd, data, len);

		if (written > 0) {
			data += written;
			len -= (size_t)written;
		} else if (errno != EINTR) {
			return -errno;
		}
	}
	return 0;
}

/* Compress one chunk, or with @mode ZSTD_e_end what is left. */
static int compress_chunk(ZSTD_CCtx *zstd, struct buffers *buffers, size_t len,
			  ZSTD_EndDirective mode, int out)
{
	ZSTD_inBuffer from = { .src = buffers->in, .size = len };
	size_t left;

	do {
		ZSTD_outBuffer to = { .dst = buffers->out, .size = CHUNK };
		int status;

		left = ZSTD_compressStream2(zstd, &to, &from, mode);
		if (ZSTD_isError(left))
			return -EIO;
		status = write_all(out, buffers->out, to.pos);
		if (status < 0)
			return status;
	} while (mode == ZSTD_e_end ? left != 0 : from.pos < from.size);
	return 0;
}

static int copy(int in, int out, const atomic_bool *stop)
{
	struct buffers *buffers = malloc(sizeof(*buffers));
	ZSTD_CCtx *zstd = ZSTD_createCCtx();
	int status = buffers && zstd ? 0 : -ENOMEM;
	ssize_t len = 1;

	if (status == 0 &&
	    (ZSTD_isError(ZSTD_CCtx_setParameter(zstd, ZSTD_c_compressionLevel, LEVEL)) ||
	     ZSTD_isError(ZSTD_CCtx_setParameter(zstd, ZSTD_c_checksumFlag, 1))))
		status = -EINVAL;
	while (status == 0 && len > 0) {
		if (atomic_load(stop))
			status = -ECANCELED;
		else if ((len = read(in, buffers->in, CHUNK)) < 0)
			status = -errno;
		else
			status = compress_chunk(zstd, buffers, (size_t)len,
						len > 0 ? ZSTD_e_continue : ZSTD_e_end, out);
	}
	ZSTD_freeCCtx(zstd);
	free(buffers);
	return status;
}

int compress_file(const char *path, const atomic_bool *stop)
{
	char unfinished[PATH_MAX], finished[PATH_MAX];
	struct stat st;
	int in, out, status;

	if (snprintf(unfinished, PATH_MAX, "%s" COMPRESS_UNFINISHED, path) >= PATH_MAX ||
	    snprintf(finished, PATH_MAX, "%s" COMPRESS_SUFFIX, path) >= PATH_MAX)
		return -ENAMETOOLONG;
	in = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (in < 0)
		return -errno;
	status = fstat(in, &st) < 0 ? -errno : S_ISREG(st.st_mode) ? 0 : -EINVAL;
	if (status < 0)
		goto out_close;
	out = open(unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW,
		   st.st_mode & 0777);
	if (out < 0) {
		status = -errno;
		goto out_close;
	}
	status = copy(in, out, stop);
	if (status == 0)
		futimens(out, (struct timespec[]){ st.st_atim, st.st_mtim });
	if (status == 0 && fsync(out) < 0)
		status = -errno;
	if (close(out) < 0 && status == 0)
		status = -errno;
	if (status == 0 && rename(unfinished, finished) < 0)
		status = -errno;
	if (status == 0 && unlink(path) < 0)
		status = -errno;
	else if (status < 0)
		unlink(unfinished);
out_close:
	close(in);
	return status;
}

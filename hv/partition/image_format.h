/* SPDX-License-Identifier: BSD-2-Clause */
/* Between image.c and the formats: one load in progress, and the only ways to move bytes. */
#ifndef HV_PARTITION_IMAGE_FORMAT_H
#define HV_PARTITION_IMAGE_FORMAT_H

#include "hv/partition/image.h"

struct image_job {
	const struct image_io *io;
	uint64_t dst_gpa; /* or PLAN_DST_FROM_HEADERS */
	struct image_result *result;
};

/* Read exactly @len bytes from @offset of the source window, or fail with IMAGE_TRUNCATED. */
int image_read(const struct image_job *job, uint64_t offset, void *buf, size_t len);

/*
 * Write @len bytes (@buf NULL: zeros) to @gpa and note it in the result, or fail with
 * IMAGE_NO_MEMORY_THERE.
 */
int image_write(const struct image_job *job, uint64_t gpa, const void *buf, uint64_t len);

/* Copy from the source window to the guest through @buf.  Fails as image_read() and image_write()
 * do. */
int image_copy(const struct image_job *job, uint64_t offset, uint64_t gpa, uint64_t len, void *buf,
	       size_t buf_size);

/* Load an image whose magic number has been seen. */
int image_load_elf(const struct image_job *job);
int image_load_uimage(const struct image_job *job);

/*
 * Decompress @len bytes of gzip at @offset of the source to @gpa.  Also fails with
 * IMAGE_BAD_COMPRESSION when they are damaged.
 */
int image_gunzip(const struct image_job *job, uint64_t offset, uint32_t len, uint64_t gpa);

/* Big-endian fields of headers. */
static inline uint32_t image_be16(const uint8_t *at)
{
	return (uint32_t)at[0] << 8 | at[1];
}

static inline uint32_t image_be32(const uint8_t *at)
{
	return image_be16(at) << 16 | image_be16(at + 2);
}

#endif

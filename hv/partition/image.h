/* SPDX-License-Identifier: BSD-2-Clause */
/* Guest images: raw, ELF (32-bit big-endian ET_EXEC) and uImage, told apart by their first bytes.
 */
#ifndef HV_PARTITION_IMAGE_H
#define HV_PARTITION_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Access to memory, so that the loader is independent of how it is mapped.  Each returns the number
 * of bytes moved, which is less than @len only when the rest is not there (end of the source
 * window, hole in the guest).
 */
struct image_io {
	/* Read from the source window at @offset. */
	size_t (*read)(void *ctx, uint64_t offset, void *buf, size_t len);
	/* Write to guest physical memory; @buf NULL writes zeros. */
	size_t (*write)(void *ctx, uint64_t gpa, const void *buf, size_t len);
	void *ctx;
	uint64_t src_size; /* bytes of the source window */
	/* Scratch for decompression and copying, at least IMAGE_WORK_SIZE bytes, suitably aligned.
	 */
	void *work;
};

enum { IMAGE_WORK_SIZE = 96 * 1024 };

enum image_error {
	IMAGE_OK = 0,
	IMAGE_TRUNCATED = -1, /* headers name more bytes than the source window holds */
	IMAGE_BAD_HEADER =
		-2, /* malformed, or an ELF that is not a 32-bit big-endian PowerPC executable */
	IMAGE_BAD_HEADER_CRC = -3, /* uImage */
	IMAGE_BAD_DATA_CRC = -4,   /* uImage */
	IMAGE_BAD_COMPRESSION =
		-5, /* uImage: a method other than none and gzip, or a damaged stream */
	IMAGE_NO_MEMORY_THERE = -6, /* a byte would land where the guest has no memory */
	IMAGE_NO_DESTINATION = -7,  /* a raw image needs a destination */
	IMAGE_UNSUPPORTED = -8,	    /* uImage type: multi-file and others that cannot be loaded */
	IMAGE_BAD_ENTRY = -9,	    /* not in what is loaded */
};

enum image_format {
	IMAGE_RAW,
	IMAGE_ELF,
	IMAGE_UIMAGE,
};

struct image_result {
	enum image_format format;
	uint64_t entry_gpa; /* where to start; for raw and ramdisk images the destination */
	uint64_t start_gpa; /* lowest byte written */
	uint64_t end_gpa;   /* after the highest byte written */
	char name[33];	    /* uImage name, printable, or "" */
};

/*
 * Load the image behind @io.  @dst_gpa: where to (raw; ELF: segments keep their distances, the
 * lowest lands there), or PLAN_DST_FROM_HEADERS (ELF p_paddr, uImage load address).  On success
 * fills *@result; on error returns a negative enum image_error and *@result says how far it got.
 */
int image_load(const struct image_io *io, uint64_t dst_gpa, struct image_result *result);

/*
 * Before the first load, when no other core loads: zlib makes tables when it first needs them.
 * @work as in struct image_io.
 */
void image_prepare(void *work);

/* A sentence for an error, with the remedy: "data CRC does not match: copy the image again". */
const char *image_strerror(int error);

#endif

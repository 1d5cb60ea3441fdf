/* SPDX-License-Identifier: BSD-2-Clause */
/* U-Boot's legacy image format: a header of 64 bytes, then the data (doc/uImage of U-Boot's
 * mkimage). */
#include <string.h>
#include <zlib.h>

#include "hv/config/plan.h"
#include "hv/partition/image_format.h"

/* Offsets in the header, all fields big-endian. */
enum {
	IH_HEADER_CRC = 4,
	IH_SIZE = 12,
	IH_LOAD = 16,
	IH_ENTRY = 20,
	IH_DATA_CRC = 24,
	IH_ARCH = 29,
	IH_TYPE = 30,
	IH_COMPRESSION = 31,
	IH_NAME = 32,
	IH_NAME_SIZE = 32,
	HEADER_SIZE = 64,
};

enum { ARCH_POWERPC = 7 };
enum { TYPE_STANDALONE = 1, TYPE_KERNEL = 2, TYPE_RAMDISK = 3 };
enum { COMPRESSION_NONE = 0, COMPRESSION_GZIP = 1 };

/* The scratch memory while a uImage is loaded; heap holds zlib's state and window. */
struct uimage_work {
	uint8_t in[16 * 1024];
	uint8_t out[16 * 1024];
	_Alignas(16) uint8_t heap[48 * 1024];
	size_t heap_used;
};
_Static_assert(sizeof(struct uimage_work) <= IMAGE_WORK_SIZE, "scratch memory is too small");

/* What zlib allocates is given back all at once, when the load ends. */
static voidpf heap_alloc(voidpf opaque, uInt items, uInt size)
{
	struct uimage_work *work = opaque;
	size_t free = sizeof(work->heap) - work->heap_used;
	void *block = work->heap + work->heap_used;

	if (size && items > free / size)
		return Z_NULL;
	work->heap_used += ((size_t)items * size + 15) & ~(size_t)15;
	return block;
}

static void heap_free(voidpf opaque, voidpf block)
{
	(void)opaque;
	(void)block;
}

/* Decompress @len bytes of gzip at @offset of the source to @gpa. */
static int load_gzip(const struct image_job *job, uint64_t offset, uint32_t len, uint64_t gpa)
{
	struct uimage_work *work = job->io->work;
	z_stream z = { .zalloc = heap_alloc, .zfree = heap_free, .opaque = work };
	int error = IMAGE_OK;
	int status;

	work->heap_used = 0;
	if (inflateInit2(&z, 16 + MAX_WBITS) != Z_OK)
		return IMAGE_BAD_COMPRESSION;
	do {
		size_t got;

		if (!z.avail_in) {
			z.avail_in = len < sizeof(work->in) ? len : sizeof(work->in);
			z.next_in = work->in;
			error = image_read(job, offset, work->in, z.avail_in);
			offset += z.avail_in;
			len -= z.avail_in;
		}
		if (error)
			break;
		z.next_out = work->out;
		z.avail_out = sizeof(work->out);
		status = inflate(&z, Z_NO_FLUSH);
		got = sizeof(work->out) - z.avail_out;
		error = image_write(job, gpa, work->out, got);
		gpa += got;
		if (!error && status != Z_OK && status != Z_STREAM_END)
			error = IMAGE_BAD_COMPRESSION;
	} while (!error && status != Z_STREAM_END);
	inflateEnd(&z);
	return error;
}

static int check_header_crc(const uint8_t *header)
{
	uint8_t copy[HEADER_SIZE];

	memcpy(copy, header, sizeof(copy));
	memset(copy + IH_HEADER_CRC, 0, 4);
	return crc32(0, copy, sizeof(copy)) == image_be32(header + IH_HEADER_CRC)
		       ? IMAGE_OK
		       : IMAGE_BAD_HEADER_CRC;
}

static int check_data_crc(const struct image_job *job, uint32_t len, uint32_t expected)
{
	struct uimage_work *work = job->io->work;
	uint64_t offset = HEADER_SIZE;
	uLong crc = 0;

	while (len) {
		uint32_t piece = len < sizeof(work->in) ? len : sizeof(work->in);
		int error = image_read(job, offset, work->in, piece);

		if (error)
			return error;
		crc = crc32(crc, work->in, piece);
		offset += piece;
		len -= piece;
	}
	return crc == expected ? IMAGE_OK : IMAGE_BAD_DATA_CRC;
}

/* What the header says, before any of the data is looked at. */
static int check_header(const uint8_t *header, uint64_t src_size)
{
	uint8_t compression = header[IH_COMPRESSION];

	switch (header[IH_TYPE]) {
	case TYPE_RAMDISK:
		break;
	case TYPE_STANDALONE:
	case TYPE_KERNEL:
		if (header[IH_ARCH] != ARCH_POWERPC ||
		    image_be32(header + IH_ENTRY) < image_be32(header + IH_LOAD))
			return IMAGE_BAD_HEADER;
		if (compression != COMPRESSION_NONE && compression != COMPRESSION_GZIP)
			return IMAGE_BAD_COMPRESSION;
		break;
	default:
		return IMAGE_UNSUPPORTED;
	}
	return image_be32(header + IH_SIZE) > src_size - HEADER_SIZE ? IMAGE_TRUNCATED : IMAGE_OK;
}

static void copy_name(char *to, const uint8_t *name)
{
	size_t i;

	for (i = 0; i < IH_NAME_SIZE && name[i]; i++)
		to[i] = name[i] >= 0x20 && name[i] < 0x7f ? (char)name[i] : '?';
	to[i] = '\0';
}

/*
 * A ramdisk is passed on as it is, compressed or not: unpacking is its kernel's business.  So its
 * compression field says nothing, and neither does its entry.
 */
int image_load_uimage(const struct image_job *job)
{
	struct uimage_work *work = job->io->work;
	struct image_result *result = job->result;
	uint8_t header[HEADER_SIZE];
	uint32_t size, load;
	uint64_t gpa;
	int error;

	error = image_read(job, 0, header, sizeof(header));
	if (!error)
		error = check_header_crc(header);
	if (error)
		return error;
	copy_name(result->name, header + IH_NAME);
	error = check_header(header, job->io->src_size);
	if (error)
		return error;
	size = image_be32(header + IH_SIZE);
	error = check_data_crc(job, size, image_be32(header + IH_DATA_CRC));
	if (error)
		return error;

	load = image_be32(header + IH_LOAD);
	gpa = job->dst_gpa == PLAN_DST_FROM_HEADERS ? load : job->dst_gpa;
	result->entry_gpa = gpa;
	if (header[IH_TYPE] == TYPE_RAMDISK)
		return image_copy(job, HEADER_SIZE, gpa, size, work->in, sizeof(work->in));
	if (header[IH_COMPRESSION] == COMPRESSION_GZIP)
		error = load_gzip(job, HEADER_SIZE, size, gpa);
	else
		error = image_copy(job, HEADER_SIZE, gpa, size, work->in, sizeof(work->in));
	if (error)
		return error;
	result->entry_gpa = gpa + (image_be32(header + IH_ENTRY) - load);
	return result->entry_gpa >= result->end_gpa ? IMAGE_BAD_HEADER : IMAGE_OK;
}

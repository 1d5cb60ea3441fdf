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

enum { PIECE = 16 * 1024 }; /* of the data that is read at a time */

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
	uint64_t offset = HEADER_SIZE;
	uLong crc = 0;

	while (len) {
		uint32_t piece = len < PIECE ? len : PIECE;
		int error = image_read(job, offset, job->io->work, piece);

		if (error)
			return error;
		crc = crc32(crc, job->io->work, piece);
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
		if (header[IH_ARCH] != ARCH_POWERPC)
			return IMAGE_BAD_HEADER;
		if (image_be32(header + IH_ENTRY) < image_be32(header + IH_LOAD))
			return IMAGE_BAD_ENTRY;
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
		return image_copy(job, HEADER_SIZE, gpa, size, job->io->work, PIECE);
	if (header[IH_COMPRESSION] == COMPRESSION_GZIP)
		error = image_gunzip(job, HEADER_SIZE, size, gpa);
	else
		error = image_copy(job, HEADER_SIZE, gpa, size, job->io->work, PIECE);
	if (error)
		return error;
	result->entry_gpa = gpa + (image_be32(header + IH_ENTRY) - load);
	return result->entry_gpa >= result->end_gpa ? IMAGE_BAD_ENTRY : IMAGE_OK;
}

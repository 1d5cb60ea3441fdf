/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/partition/image.h"

#include <string.h>

#include "hv/config/plan.h"
#include "hv/partition/image_format.h"

int image_read(const struct image_job *job, uint64_t offset, void *buf, size_t len)
{
	uint64_t size = job->io->src_size;

	if (offset > size || len > size - offset)
		return IMAGE_TRUNCATED;
	return job->io->read(job->io->ctx, offset, buf, len) == len ? IMAGE_OK : IMAGE_TRUNCATED;
}

static void note_written(struct image_result *result, uint64_t gpa, uint64_t len)
{
	bool first = result->start_gpa == result->end_gpa;

	if (!len)
		return;
	if (first || gpa < result->start_gpa)
		result->start_gpa = gpa;
	if (first || gpa + len > result->end_gpa)
		result->end_gpa = gpa + len;
}

int image_write(const struct image_job *job, uint64_t gpa, const void *buf, uint64_t len)
{
	const uint8_t *from = buf;

	if (len > UINT64_MAX - gpa)
		return IMAGE_NO_MEMORY_THERE;
	while (len) {
		size_t want = len < SIZE_MAX ? (size_t)len : SIZE_MAX;
		size_t done = job->io->write(job->io->ctx, gpa, from, want);

		note_written(job->result, gpa, done);
		if (done < want)
			return IMAGE_NO_MEMORY_THERE;
		gpa += done;
		len -= done;
		if (from)
			from += done;
	}
	return IMAGE_OK;
}

int image_copy(const struct image_job *job, uint64_t offset, uint64_t gpa, uint64_t len, void *buf,
	       size_t buf_size)
{
	while (len) {
		size_t piece = len < buf_size ? (size_t)len : buf_size;
		int error = image_read(job, offset, buf, piece);

		if (!error)
			error = image_write(job, gpa, buf, piece);
		if (error)
			return error;
		offset += piece;
		gpa += piece;
		len -= piece;
	}
	return IMAGE_OK;
}

static int load_raw(const struct image_job *job)
{
	if (job->dst_gpa == PLAN_DST_FROM_HEADERS)
		return IMAGE_NO_DESTINATION;
	job->result->entry_gpa = job->dst_gpa;
	return image_copy(job, 0, job->dst_gpa, job->io->src_size, job->io->work, IMAGE_WORK_SIZE);
}

int image_load(const struct image_io *io, uint64_t dst_gpa, struct image_result *result)
{
	static const struct {
		uint8_t magic[4];
		enum image_format format;
		int (*load)(const struct image_job *job);
	} formats[] = {
		{ { 0x7f, 'E', 'L', 'F' }, IMAGE_ELF, image_load_elf },
		{ { 0x27, 0x05, 0x19, 0x56 }, IMAGE_UIMAGE, image_load_uimage },
	};
	const struct image_job job = { .io = io, .dst_gpa = dst_gpa, .result = result };
	uint8_t magic[4];
	size_t i;

	*result = (struct image_result){ .format = IMAGE_RAW };
	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (image_read(&job, 0, magic, sizeof(magic)) ||
		    memcmp(magic, formats[i].magic, sizeof(magic)))
			continue;
		result->format = formats[i].format;
		return formats[i].load(&job);
	}
	return load_raw(&job);
}

const char *image_strerror(int error)
{
	switch (error) {
	case IMAGE_OK:
		return "loaded";
	case IMAGE_TRUNCATED:
		return "image is longer than its source window: enlarge the window, or copy the image again";
	case IMAGE_BAD_HEADER:
		return "malformed header, or not a 32-bit big-endian PowerPC executable: rebuild the image";
	case IMAGE_BAD_HEADER_CRC:
		return "header CRC does not match: copy the image again";
	case IMAGE_BAD_DATA_CRC:
		return "data CRC does not match: copy the image again";
	case IMAGE_BAD_COMPRESSION:
		return "damaged, or compressed by other means than gzip: rebuild the image with gzip or uncompressed";
	case IMAGE_NO_MEMORY_THERE:
		return "image does not fit the guest's memory: change its destination or the guest-phys-mem-area";
	case IMAGE_NO_DESTINATION:
		return "a raw image does not say where it goes: give a destination address";
	case IMAGE_UNSUPPORTED:
		return "uImage is not a kernel, standalone program or ramdisk: rebuild it as one of these";
	case IMAGE_BAD_ENTRY:
		return "entry point is outside of what the image loads: rebuild the image";
	default:
		return "unknown error";
	}
}

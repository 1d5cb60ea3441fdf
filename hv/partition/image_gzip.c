/* SPDX-License-Identifier: BSD-2-Clause */
/* One gzip member (RFC 1952), decompressed straight into the guest from zlib's window. */
#include <stdbool.h>
#include <zlib.h>

#include "hv/partition/image_format.h"

/* RFC 1952 section 2.3: flags, and where the fields of the header are. */
enum {
	FLAG_HEADER_CRC = 2,
	FLAG_EXTRA = 4,
	FLAG_NAME = 8,
	FLAG_COMMENT = 16,
	FLAGS_UNKNOWN = 0xe0
};
enum { MAGIC_1 = 0x1f, MAGIC_2 = 0x8b, METHOD_DEFLATE = 8, REST_OF_HEADER = 6 };

struct gunzip_work {
	uint8_t in[16 * 1024];
	uint8_t window[1 << MAX_WBITS];
	_Alignas(16) uint8_t state[16 * 1024]; /* zlib's */
};
_Static_assert(sizeof(struct gunzip_work) <= IMAGE_WORK_SIZE, "scratch memory is too small");

struct gunzip {
	const struct image_job *job;
	struct gunzip_work *work;
	uint64_t offset; /* in the source, of what has not been read */
	uint32_t left;
	uint64_t gpa;
	uint32_t size; /* of what came out */
	uLong crc;
	int error; /* of reading or writing */
	uint8_t *next;
	unsigned int avail;
};

static voidpf state_alloc(voidpf opaque, uInt items, uInt size)
{
	struct gunzip_work *work = opaque;

	return size && items > sizeof(work->state) / size ? Z_NULL : work->state;
}

static void state_free(voidpf opaque, voidpf block)
{
	(void)opaque;
	(void)block;
}

static unsigned int refill(void *ctx, unsigned char **buf)
{
	struct gunzip *g = ctx;
	uint32_t len = g->left < sizeof(g->work->in) ? g->left : sizeof(g->work->in);

	g->error = image_read(g->job, g->offset, g->work->in, len);
	if (g->error)
		return 0;
	g->offset += len;
	g->left -= len;
	*buf = g->work->in;
	return len;
}

static int put(void *ctx, unsigned char *buf, unsigned int len)
{
	struct gunzip *g = ctx;

	g->crc = crc32(g->crc, buf, len);
	g->error = image_write(g->job, g->gpa, buf, len);
	g->gpa += len;
	g->size += len;
	return g->error;
}

/* The next byte outside of what is compressed, or -1 at the end. */
static int get(struct gunzip *g)
{
	if (!g->avail)
		g->avail = refill(g, &g->next);
	if (!g->avail)
		return -1;
	g->avail--;
	return *g->next++;
}

static bool skip(struct gunzip *g, int count)
{
	while (count > 0 && get(g) >= 0)
		count--;
	return count == 0;
}

static bool skip_string(struct gunzip *g)
{
	int c;

	while ((c = get(g)) > 0)
		;
	return c == 0;
}

static bool skip_extra(struct gunzip *g)
{
	const int low = get(g), high = get(g);

	return high >= 0 && skip(g, high << 8 | low);
}

static bool read_header(struct gunzip *g)
{
	int flags;

	if (get(g) != MAGIC_1 || get(g) != MAGIC_2 || get(g) != METHOD_DEFLATE)
		return false;
	flags = get(g);
	return flags >= 0 && !(flags & FLAGS_UNKNOWN) && skip(g, REST_OF_HEADER) &&
	       (!(flags & FLAG_EXTRA) || skip_extra(g)) &&
	       (!(flags & FLAG_NAME) || skip_string(g)) &&
	       (!(flags & FLAG_COMMENT) || skip_string(g)) &&
	       (!(flags & FLAG_HEADER_CRC) || skip(g, 2));
}

static bool inflate_body(struct gunzip *g)
{
	z_stream z = { .zalloc = state_alloc, .zfree = state_free, .opaque = g->work };
	int status;

	if (inflateBackInit(&z, MAX_WBITS, g->work->window) != Z_OK)
		return false;
	z.next_in = g->next;
	z.avail_in = g->avail;
	status = inflateBack(&z, refill, g, put, g);
	g->next = z.next_in;
	g->avail = z.avail_in;
	return status == Z_STREAM_END;
}

/* A word of the trailer, which begins with the lowest byte. */
static bool check_word(struct gunzip *g, uint32_t word)
{
	int i;

	for (i = 0; i < 4; i++, word >>= 8) {
		if (get(g) != (int)(word & 0xff))
			return false;
	}
	return true;
}

int image_gunzip(const struct image_job *job, uint64_t offset, uint32_t len, uint64_t gpa)
{
	struct gunzip g = {
		.job = job, .work = job->io->work, .offset = offset, .left = len, .gpa = gpa
	};

	if (read_header(&g) && inflate_body(&g) && check_word(&g, (uint32_t)g.crc) &&
	    check_word(&g, g.size))
		return IMAGE_OK;
	return g.error ? g.error : IMAGE_BAD_COMPRESSION;
}

void image_prepare(void *work)
{
	static uint8_t nothing[] = { 3, 0 }; /* a last block, of the fixed code */
	struct gunzip g = { .work = work, .next = nothing, .avail = sizeof(nothing) };

	inflate_body(&g);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include <zlib.h>

#include "hv/config/plan.h"
#include "tests/unit/image_guest.h"

enum {
	HEADER_SIZE = 64,
	LOAD = 0x40000,
	ENTRY = LOAD + 0x100,
	PLAIN_SIZE = 150000, /* several buffers and windows */
};

enum { STANDALONE = 1, KERNEL = 2, RAMDISK = 3, MULTI = 4 };
enum { NONE = 0, GZIP = 1, BZIP2 = 2 };
enum { OS_LINUX = 5, ARCH_ARM = 2, ARCH_PPC = 7 };

static uint8_t plain[PLAIN_SIZE];
static uint32_t data_size;

/* The header for the data that follows it, both CRCs right. */
static void put_header(uint8_t type, uint8_t compression)
{
	memset(source, 0, HEADER_SIZE);
	put_be32(source, 0x27051956);
	put_be32(source + 12, data_size);
	put_be32(source + 16, LOAD);
	put_be32(source + 20, ENTRY);
	put_be32(source + 24, (uint32_t)crc32(0, source + HEADER_SIZE, data_size));
	source[28] = OS_LINUX;
	source[29] = ARCH_PPC;
	source[30] = type;
	source[31] = compression;
	memcpy(source + 32, "test\tkernel", 11);
}

static void seal_header(void)
{
	put_be32(source + 4, 0);
	put_be32(source + 4, (uint32_t)crc32(0, source, HEADER_SIZE));
}

static void put_plain(uint8_t type, uint8_t compression)
{
	data_size = PLAIN_SIZE;
	memcpy(source + HEADER_SIZE, plain, PLAIN_SIZE);
	put_header(type, compression);
	seal_header();
}

/* The data becomes what gzip makes of @len bytes at @from. */
static void put_gzip(uint8_t type, const uint8_t *from, size_t len)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)from,
		       .avail_in = (uInt)len,
		       .next_out = source + HEADER_SIZE,
		       .avail_out = SOURCE_SIZE - HEADER_SIZE };

	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY),
			 Z_OK);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	data_size = (uint32_t)z.total_out;
	deflateEnd(&z);
	put_header(type, GZIP);
	seal_header();
}

static int setup(void **state)
{
	(void)state;
	guest_reset();
	fill_pattern(plain, sizeof(plain));
	memset(plain + 50000, 'x', 60000);
	return 0;
}

static void check_loaded_at(uint64_t gpa, uint64_t entry, const struct image_result *result)
{
	assert_int_equal(result->format, IMAGE_UIMAGE);
	assert_int_equal(result->entry_gpa, entry);
	assert_int_equal(result->start_gpa, gpa);
	assert_int_equal(result->end_gpa, gpa + PLAIN_SIZE);
	assert_string_equal(result->name, "test?kernel");
	assert_memory_equal(guest_at(gpa), plain, PLAIN_SIZE);
	assert_int_equal(*guest_at(gpa + PLAIN_SIZE), GUEST_FILL);
	assert_int_equal(guest_written, PLAIN_SIZE);
}

static void plain_kernel_goes_to_its_load_address(void **state)
{
	struct image_result result;

	(void)state;
	put_plain(KERNEL, NONE);
	assert_int_equal(guest_load(HEADER_SIZE + data_size, PLAN_DST_FROM_HEADERS, &result),
			 IMAGE_OK);
	check_loaded_at(LOAD, ENTRY, &result);
}

static void plain_standalone_goes_to_a_destination(void **state)
{
	struct image_result result;

	(void)state;
	put_plain(STANDALONE, NONE);
	assert_int_equal(guest_load(SOURCE_SIZE, 0x10000, &result), IMAGE_OK);
	check_loaded_at(0x10000, 0x10100, &result);
}

static void gzip_kernel_is_unpacked(void **state)
{
	struct image_result result;

	(void)state;
	put_gzip(KERNEL, plain, PLAIN_SIZE);
	assert_true(data_size < PLAIN_SIZE);
	assert_int_equal(guest_load(HEADER_SIZE + data_size, PLAN_DST_FROM_HEADERS, &result),
			 IMAGE_OK);
	check_loaded_at(LOAD, ENTRY, &result);
}

static void gzip_kernel_goes_to_a_destination(void **state)
{
	struct image_result result;

	(void)state;
	put_gzip(KERNEL, plain, PLAIN_SIZE);
	memset(source + HEADER_SIZE + data_size, 0x5a, 1000);
	assert_int_equal(guest_load(SOURCE_SIZE, 0x10000, &result), IMAGE_OK);
	check_loaded_at(0x10000, 0x10100, &result);
}

static void ramdisk_is_passed_on_as_it_is(void **state)
{
	struct image_result result;

	(void)state;
	put_gzip(RAMDISK, plain, PLAIN_SIZE);
	assert_int_equal(guest_load(SOURCE_SIZE, 0x30000, &result), IMAGE_OK);
	assert_int_equal(result.entry_gpa, 0x30000);
	assert_int_equal(result.start_gpa, 0x30000);
	assert_int_equal(result.end_gpa, 0x30000 + data_size);
	assert_memory_equal(guest_at(0x30000), source + HEADER_SIZE, data_size);
}

/* Expect an error, and nothing written. */
static void refused(uint64_t size, int expected)
{
	struct image_result result;

	assert_int_equal(guest_load(size, PLAN_DST_FROM_HEADERS, &result), expected);
	assert_int_equal(guest_written, 0);
	assert_int_equal(result.format, IMAGE_UIMAGE);
}

static void every_bit_of_the_header_is_guarded(void **state)
{
	unsigned int bit;

	(void)state;
	put_plain(KERNEL, NONE);
	for (bit = 4 * 8; bit < HEADER_SIZE * 8; bit++) {
		source[bit / 8] ^= (uint8_t)(1 << bit % 8);
		refused(SOURCE_SIZE, IMAGE_BAD_HEADER_CRC);
		source[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
}

static void damaged_data_is_noticed_before_anything_is_written(void **state)
{
	const uint32_t places[] = { 0, 1, 16383, 16384, 77777, PLAIN_SIZE - 1 };
	size_t i;

	(void)state;
	put_plain(KERNEL, NONE);
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		source[HEADER_SIZE + places[i]] ^= 0x10;
		refused(SOURCE_SIZE, IMAGE_BAD_DATA_CRC);
		source[HEADER_SIZE + places[i]] ^= 0x10;
	}
}

static void cut_short_is_truncated(void **state)
{
	(void)state;
	put_plain(KERNEL, NONE);
	refused(4, IMAGE_TRUNCATED);
	refused(HEADER_SIZE - 1, IMAGE_TRUNCATED);
	refused(HEADER_SIZE, IMAGE_TRUNCATED);
	refused(HEADER_SIZE + data_size - 1, IMAGE_TRUNCATED);
	put_be32(source + 12, 0xffffffff);
	seal_header();
	refused(SOURCE_SIZE, IMAGE_TRUNCATED);
}

static void other_types_are_refused(void **state)
{
	const uint8_t types[] = { 0, MULTI, 5, 8, 255 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(types); i++) {
		put_plain(types[i], NONE);
		refused(SOURCE_SIZE, IMAGE_UNSUPPORTED);
	}
}

static void other_compressions_are_refused(void **state)
{
	(void)state;
	put_plain(KERNEL, BZIP2);
	refused(SOURCE_SIZE, IMAGE_BAD_COMPRESSION);
	put_plain(STANDALONE, 255);
	refused(SOURCE_SIZE, IMAGE_BAD_COMPRESSION);
}

static void kernel_for_another_machine_is_refused(void **state)
{
	(void)state;
	put_plain(KERNEL, NONE);
	source[29] = ARCH_ARM;
	seal_header();
	refused(SOURCE_SIZE, IMAGE_BAD_HEADER);
}

static void entry_outside_is_refused(void **state)
{
	struct image_result result;

	(void)state;
	put_plain(KERNEL, NONE);
	put_be32(source + 20, LOAD - 4);
	seal_header();
	refused(SOURCE_SIZE, IMAGE_BAD_ENTRY);
	put_be32(source + 20, LOAD + PLAIN_SIZE);
	seal_header();
	assert_int_equal(guest_load(SOURCE_SIZE, PLAN_DST_FROM_HEADERS, &result), IMAGE_BAD_ENTRY);
	data_size = 0;
	put_header(KERNEL, NONE);
	seal_header();
	assert_int_equal(guest_load(SOURCE_SIZE, PLAN_DST_FROM_HEADERS, &result), IMAGE_BAD_ENTRY);
}

static void data_that_is_not_gzip_is_refused(void **state)
{
	(void)state;
	put_plain(KERNEL, GZIP);
	refused(SOURCE_SIZE, IMAGE_BAD_COMPRESSION);
}

/* CRCs of the uImage right, gzip stream wrong: cut at the end, or with a wrong CRC of its own. */
static void damaged_gzip_is_noticed(void **state)
{
	struct image_result result;

	(void)state;
	put_gzip(KERNEL, plain, PLAIN_SIZE);
	data_size -= 9;
	put_header(KERNEL, GZIP);
	seal_header();
	assert_int_equal(guest_load(SOURCE_SIZE, PLAN_DST_FROM_HEADERS, &result),
			 IMAGE_BAD_COMPRESSION);
	put_gzip(KERNEL, plain, PLAIN_SIZE);
	source[HEADER_SIZE + data_size - 8] ^= 1;
	put_header(KERNEL, GZIP);
	seal_header();
	assert_int_equal(guest_load(SOURCE_SIZE, PLAN_DST_FROM_HEADERS, &result),
			 IMAGE_BAD_COMPRESSION);
}

/* What it makes is for zlib alone, and leaves nothing behind in the guest. */
static void preparing_changes_nothing(void **state)
{
	static _Alignas(16) uint8_t work[IMAGE_WORK_SIZE];
	struct image_result result;

	(void)state;
	image_prepare(work);
	assert_int_equal(guest_written, 0);
	put_gzip(KERNEL, plain, PLAIN_SIZE);
	assert_int_equal(guest_load(SOURCE_SIZE, PLAN_DST_FROM_HEADERS, &result), IMAGE_OK);
	check_loaded_at(LOAD, ENTRY, &result);
}

/* Every field that a header of gzip can have, and each place where it can end. */
static void gzip_header_may_have_more(void **state)
{
	static const uint8_t fields[] = { 3, 0, 'x', 'y', 'z', 'n', 0, 'c', '.', 0, 0x12, 0x34 };
	static uint8_t stream[SOURCE_SIZE];
	struct image_result result;

	(void)state;
	put_gzip(KERNEL, plain, PLAIN_SIZE);
	memcpy(stream, source + HEADER_SIZE, 10);
	stream[3] = 0x1e;
	memcpy(stream + 10, fields, sizeof(fields));
	memcpy(stream + 10 + sizeof(fields), source + HEADER_SIZE + 10, data_size - 10);
	const uint32_t whole = data_size + (uint32_t)sizeof(fields);
	for (data_size = 0; data_size < 40; data_size++) {
		memcpy(source + HEADER_SIZE, stream, whole);
		put_header(KERNEL, GZIP);
		seal_header();
		assert_int_equal(guest_load(SOURCE_SIZE, PLAN_DST_FROM_HEADERS, &result),
				 IMAGE_BAD_COMPRESSION);
	}
	data_size = whole;
	guest_reset();
	memcpy(source + HEADER_SIZE, stream, whole);
	put_header(KERNEL, GZIP);
	seal_header();
	assert_int_equal(guest_load(SOURCE_SIZE, PLAN_DST_FROM_HEADERS, &result), IMAGE_OK);
	check_loaded_at(LOAD, ENTRY, &result);
}

static void gzip_bomb_ends_where_memory_ends(void **state)
{
	static uint8_t zeros[16 << 20];
	struct image_result result;

	(void)state;
	put_gzip(KERNEL, zeros, sizeof(zeros));
	assert_true(data_size < 20000);
	assert_int_equal(guest_load(SOURCE_SIZE, PLAN_DST_FROM_HEADERS, &result),
			 IMAGE_NO_MEMORY_THERE);
	assert_int_equal(result.start_gpa, LOAD);
	assert_int_equal(result.end_gpa, GUEST_BASE + GUEST_SIZE);
}

static void destination_does_not_wrap_around(void **state)
{
	struct image_result result;

	(void)state;
	put_plain(KERNEL, NONE);
	assert_int_equal(guest_load(SOURCE_SIZE, UINT64_MAX - 100, &result), IMAGE_NO_MEMORY_THERE);
	put_gzip(KERNEL, plain, PLAIN_SIZE);
	assert_int_equal(guest_load(SOURCE_SIZE, UINT64_MAX - 100, &result), IMAGE_NO_MEMORY_THERE);
	assert_int_equal(guest_written, 0);
}

static void name_without_end_is_cut(void **state)
{
	struct image_result result;

	(void)state;
	put_plain(KERNEL, NONE);
	memset(source + 32, 'n', 32);
	seal_header();
	assert_int_equal(guest_load(SOURCE_SIZE, PLAN_DST_FROM_HEADERS, &result), IMAGE_OK);
	assert_int_equal(strlen(result.name), 32);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(plain_kernel_goes_to_its_load_address, setup),
		cmocka_unit_test_setup(plain_standalone_goes_to_a_destination, setup),
		cmocka_unit_test_setup(gzip_kernel_is_unpacked, setup),
		cmocka_unit_test_setup(gzip_kernel_goes_to_a_destination, setup),
		cmocka_unit_test_setup(ramdisk_is_passed_on_as_it_is, setup),
		cmocka_unit_test_setup(every_bit_of_the_header_is_guarded, setup),
		cmocka_unit_test_setup(damaged_data_is_noticed_before_anything_is_written, setup),
		cmocka_unit_test_setup(cut_short_is_truncated, setup),
		cmocka_unit_test_setup(other_types_are_refused, setup),
		cmocka_unit_test_setup(other_compressions_are_refused, setup),
		cmocka_unit_test_setup(kernel_for_another_machine_is_refused, setup),
		cmocka_unit_test_setup(entry_outside_is_refused, setup),
		cmocka_unit_test_setup(data_that_is_not_gzip_is_refused, setup),
		cmocka_unit_test_setup(damaged_gzip_is_noticed, setup),
		cmocka_unit_test_setup(preparing_changes_nothing, setup),
		cmocka_unit_test_setup(gzip_header_may_have_more, setup),
		cmocka_unit_test_setup(gzip_bomb_ends_where_memory_ends, setup),
		cmocka_unit_test_setup(destination_does_not_wrap_around, setup),
		cmocka_unit_test_setup(name_without_end_is_cut, setup),
	};

	return cmocka_run_group_tests_name("uImage", tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "hv/config/plan.h"
#include "tests/unit/image_guest.h"

static int setup(void **state)
{
	(void)state;
	guest_reset();
	return 0;
}

static void copies_the_whole_window(void **state)
{
	const size_t size = 3 * IMAGE_WORK_SIZE + 5;
	struct image_result result;

	(void)state;
	fill_pattern(source, size);
	assert_int_equal(guest_load(size, 0x20000, &result), IMAGE_OK);
	assert_int_equal(result.format, IMAGE_RAW);
	assert_int_equal(result.entry_gpa, 0x20000);
	assert_int_equal(result.start_gpa, 0x20000);
	assert_int_equal(result.end_gpa, 0x20000 + size);
	assert_string_equal(result.name, "");
	assert_memory_equal(guest_at(0x20000), source, size);
	assert_int_equal(*guest_at(0x20000 + size), GUEST_FILL);
	assert_int_equal(*guest_at(0x1ffff), GUEST_FILL);
}

static void is_what_has_no_room_for_a_magic_number(void **state)
{
	struct image_result result;

	(void)state;
	memcpy(source,
	       "\x7f"
	       "ELF",
	       4);
	assert_int_equal(guest_load(3, 0x20000, &result), IMAGE_OK);
	assert_int_equal(result.format, IMAGE_RAW);
	assert_int_equal(guest_written, 3);
}

static void of_no_bytes_writes_nothing(void **state)
{
	struct image_result result;

	(void)state;
	assert_int_equal(guest_load(0, 0x20000, &result), IMAGE_OK);
	assert_int_equal(guest_written, 0);
	assert_int_equal(result.start_gpa, result.end_gpa);
}

static void needs_a_destination(void **state)
{
	struct image_result result;

	(void)state;
	assert_int_equal(guest_load(100, PLAN_DST_FROM_HEADERS, &result), IMAGE_NO_DESTINATION);
	assert_int_equal(guest_written, 0);
}

static void needs_memory_to_the_last_byte(void **state)
{
	const uint64_t end = GUEST_BASE + GUEST_SIZE;
	struct image_result result;

	(void)state;
	assert_int_equal(guest_load(0x1000, end - 0x1000, &result), IMAGE_OK);
	assert_int_equal(guest_load(0x1001, end - 0x1000, &result), IMAGE_NO_MEMORY_THERE);
	assert_int_equal(result.start_gpa, end - 0x1000);
	assert_int_equal(result.end_gpa, end);
	assert_int_equal(guest_load(0x1000, GUEST_BASE - 1, &result), IMAGE_NO_MEMORY_THERE);
	assert_int_equal(result.end_gpa - result.start_gpa, 0);
}

static void does_not_wrap_around(void **state)
{
	struct image_result result;

	(void)state;
	assert_int_equal(guest_load(0x20000, UINT64_MAX - 1, &result), IMAGE_NO_MEMORY_THERE);
	assert_int_equal(guest_load(0x20000, UINT64_MAX - 0x18000, &result), IMAGE_NO_MEMORY_THERE);
	assert_int_equal(guest_written, 0);
}

static void larger_than_the_source_is_truncated(void **state)
{
	struct image_result result;

	(void)state;
	assert_int_equal(guest_load(SOURCE_SIZE + 1, 0x20000, &result), IMAGE_TRUNCATED);
}

static void every_error_has_its_sentence(void **state)
{
	int error, other;

	(void)state;
	for (error = IMAGE_BAD_ENTRY; error <= IMAGE_OK; error++) {
		assert_string_not_equal(image_strerror(error), "unknown error");
		for (other = IMAGE_BAD_ENTRY; other < error; other++)
			assert_string_not_equal(image_strerror(error), image_strerror(other));
	}
	assert_string_equal(image_strerror(1), "unknown error");
	assert_string_equal(image_strerror(IMAGE_BAD_ENTRY - 1), "unknown error");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(copies_the_whole_window, setup),
		cmocka_unit_test_setup(is_what_has_no_room_for_a_magic_number, setup),
		cmocka_unit_test_setup(of_no_bytes_writes_nothing, setup),
		cmocka_unit_test_setup(needs_a_destination, setup),
		cmocka_unit_test_setup(needs_memory_to_the_last_byte, setup),
		cmocka_unit_test_setup(does_not_wrap_around, setup),
		cmocka_unit_test_setup(larger_than_the_source_is_truncated, setup),
		cmocka_unit_test(every_error_has_its_sentence),
	};

	return cmocka_run_group_tests_name("raw image", tests, NULL, NULL);
}

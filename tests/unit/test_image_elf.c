/* SPDX-License-Identifier: BSD-2-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#include "hv/config/plan.h"
#include "tests/unit/image_guest.h"

enum {
	PHDRS = 52, /* where the program headers stand */
	PHDR_SIZE = 32,
	IMAGE_SIZE = 0x3000,
	TEXT = 0x20000,	      /* p_paddr of the first segment */
	DATA = 0x28000,	      /* and of the second */
	VIRTUAL = 0xc0000000, /* p_vaddr - p_paddr */
	ENTRY = TEXT + 0x40,
	BSS = 0x234,
};

/* Fields, as offsets in the source. */
enum {
	E_CLASS = 4,
	E_DATA = 5,
	E_IDENT_VERSION = 6,
	E_TYPE = 16,
	E_MACHINE = 18,
	E_VERSION = 20,
	E_ENTRY = 24,
	E_PHOFF = 28,
	E_PHENTSIZE = 42,
	E_PHNUM = 44,
};

static uint8_t *phdr(unsigned int index, unsigned int field)
{
	return source + PHDRS + index * PHDR_SIZE + field;
}

enum { P_TYPE = 0, P_OFFSET = 4, P_VADDR = 8, P_PADDR = 12, P_FILESZ = 16, P_MEMSZ = 20 };

static void put_segment(unsigned int index, uint32_t offset, uint32_t paddr, uint32_t filesz,
			uint32_t memsz)
{
	put_be32(phdr(index, P_TYPE), 1);
	put_be32(phdr(index, P_OFFSET), offset);
	put_be32(phdr(index, P_VADDR), paddr + VIRTUAL);
	put_be32(phdr(index, P_PADDR), paddr);
	put_be32(phdr(index, P_FILESZ), filesz);
	put_be32(phdr(index, P_MEMSZ), memsz);
}

/* A sound executable: text at TEXT, data with bss at DATA, a note that is not loaded. */
static int setup(void **state)
{
	(void)state;
	guest_reset();
	fill_pattern(source, IMAGE_SIZE);
	memset(source, 0, PHDRS + 3 * PHDR_SIZE);
	memcpy(source,
	       "\x7f"
	       "ELF\1\2\1",
	       7);
	put_be16(source + E_TYPE, 2);
	put_be16(source + E_MACHINE, 20);
	put_be32(source + E_VERSION, 1);
	put_be32(source + E_ENTRY, ENTRY + VIRTUAL);
	put_be32(source + E_PHOFF, PHDRS);
	put_be16(source + 40, PHDRS);
	put_be16(source + E_PHENTSIZE, PHDR_SIZE);
	put_be16(source + E_PHNUM, 3);
	put_segment(0, 0x2000, DATA, 0x800, 0x800 + BSS);
	put_segment(1, 0x1000, TEXT, 0x1000, 0x1000);
	put_segment(2, 0x2000, DATA, 0x800, 0x800);
	put_be32(phdr(2, P_TYPE), 4);
	return 0;
}

static void check_loaded_at(uint64_t text, const struct image_result *result)
{
	const uint64_t data = text + (DATA - TEXT);
	unsigned int i;

	assert_int_equal(result->format, IMAGE_ELF);
	assert_int_equal(result->entry_gpa, text + (ENTRY - TEXT));
	assert_int_equal(result->start_gpa, text);
	assert_int_equal(result->end_gpa, data + 0x800 + BSS);
	assert_memory_equal(guest_at(text), source + 0x1000, 0x1000);
	assert_memory_equal(guest_at(data), source + 0x2000, 0x800);
	for (i = 0; i < BSS; i++)
		assert_int_equal(*guest_at(data + 0x800 + i), 0);
	assert_int_equal(*guest_at(data + 0x800 + BSS), GUEST_FILL);
	assert_int_equal(*guest_at(text + 0x1000), GUEST_FILL);
}

static void goes_to_its_physical_addresses(void **state)
{
	struct image_result result;

	(void)state;
	assert_int_equal(guest_load(IMAGE_SIZE, PLAN_DST_FROM_HEADERS, &result), IMAGE_OK);
	check_loaded_at(TEXT, &result);
}

static void goes_to_a_destination_with_distances_kept(void **state)
{
	struct image_result result;

	(void)state;
	assert_int_equal(guest_load(IMAGE_SIZE, 0x50000, &result), IMAGE_OK);
	check_loaded_at(0x50000, &result);
}

static void may_be_followed_by_anything(void **state)
{
	struct image_result result;

	(void)state;
	assert_int_equal(guest_load(SOURCE_SIZE, PLAN_DST_FROM_HEADERS, &result), IMAGE_OK);
	check_loaded_at(TEXT, &result);
}

/* Expect an error, and nothing written. */
static void refused(uint64_t size, int expected)
{
	struct image_result result;

	assert_int_equal(guest_load(size, PLAN_DST_FROM_HEADERS, &result), expected);
	assert_int_equal(guest_written, 0);
	assert_int_equal(result.format, IMAGE_ELF);
}

static void of_another_kind_is_refused(void **state)
{
	static const struct {
		unsigned int offset;
		uint8_t value;
	} wrong[] = {
		{ E_CLASS, 2 },		 { E_DATA, 1 },		{ E_IDENT_VERSION, 0 },
		{ E_TYPE + 1, 3 },	 { E_MACHINE + 1, 21 }, { E_VERSION + 3, 2 },
		{ E_PHENTSIZE + 1, 56 }, { E_PHNUM + 1, 0 },	{ E_PHNUM, 0xff },
	};
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		setup(state);
		source[wrong[i].offset] = wrong[i].value;
		refused(IMAGE_SIZE, IMAGE_BAD_HEADER);
	}
}

static void cut_anywhere_is_truncated(void **state)
{
	uint64_t size;

	(void)state;
	for (size = 4; size < 0x2800; size += size < 0x100 ? 1 : 0x7f)
		refused(size, IMAGE_TRUNCATED);
}

static void program_headers_beyond_the_source_are_truncated(void **state)
{
	(void)state;
	put_be32(source + E_PHOFF, 0xffffffe0);
	refused(IMAGE_SIZE, IMAGE_TRUNCATED);
	put_be32(source + E_PHOFF, IMAGE_SIZE - 95);
	refused(IMAGE_SIZE, IMAGE_TRUNCATED);
}

static void segment_beyond_the_source_is_truncated(void **state)
{
	(void)state;
	put_be32(phdr(0, P_OFFSET), 0xfffffc00);
	refused(IMAGE_SIZE, IMAGE_TRUNCATED);
	put_be32(phdr(0, P_OFFSET), IMAGE_SIZE - 0x7ff);
	refused(IMAGE_SIZE, IMAGE_TRUNCATED);
	put_segment(0, 0x2000, DATA, 0xfffff000, 0xfffff000);
	put_be32(phdr(0, P_PADDR), 0);
	put_be32(phdr(0, P_VADDR), 0);
	refused(IMAGE_SIZE, IMAGE_TRUNCATED);
}

static void file_part_larger_than_memory_is_refused(void **state)
{
	(void)state;
	put_be32(phdr(1, P_MEMSZ), 0xfff);
	refused(IMAGE_SIZE, IMAGE_BAD_HEADER);
	put_be32(phdr(1, P_MEMSZ), 0);
	refused(IMAGE_SIZE, IMAGE_BAD_HEADER);
}

static void segment_that_wraps_is_refused(void **state)
{
	(void)state;
	put_be32(phdr(0, P_PADDR), 0xfffffff0);
	refused(IMAGE_SIZE, IMAGE_BAD_HEADER);
	put_be32(phdr(0, P_PADDR), DATA);
	put_be32(phdr(0, P_VADDR), 0xfffffff0);
	refused(IMAGE_SIZE, IMAGE_BAD_HEADER);
}

static void overlapping_segments_are_refused(void **state)
{
	(void)state;
	put_be32(phdr(0, P_PADDR), TEXT + 0xfff);
	refused(IMAGE_SIZE, IMAGE_BAD_HEADER);
	put_be32(phdr(0, P_PADDR), TEXT - (0x800 + BSS) + 1);
	refused(IMAGE_SIZE, IMAGE_BAD_HEADER);
	put_be32(phdr(0, P_PADDR), TEXT);
	refused(IMAGE_SIZE, IMAGE_BAD_HEADER);
}

static void adjacent_segments_are_loaded(void **state)
{
	struct image_result result;

	(void)state;
	put_be32(phdr(0, P_PADDR), TEXT + 0x1000);
	assert_int_equal(guest_load(IMAGE_SIZE, PLAN_DST_FROM_HEADERS, &result), IMAGE_OK);
}

static void entry_outside_is_refused(void **state)
{
	(void)state;
	put_be32(source + E_ENTRY, ENTRY);
	refused(IMAGE_SIZE, IMAGE_BAD_ENTRY);
	put_be32(source + E_ENTRY, TEXT + VIRTUAL + 0x1000);
	refused(IMAGE_SIZE, IMAGE_BAD_ENTRY);
}

static void nothing_to_load_is_refused(void **state)
{
	(void)state;
	put_be32(phdr(0, P_TYPE), 0);
	put_be32(phdr(1, P_TYPE), 0);
	refused(IMAGE_SIZE, IMAGE_BAD_HEADER);
}

static void segment_outside_guest_memory_is_reported(void **state)
{
	struct image_result result;

	(void)state;
	put_be32(phdr(1, P_PADDR), GUEST_BASE + GUEST_SIZE - 0x800);
	assert_int_equal(guest_load(IMAGE_SIZE, PLAN_DST_FROM_HEADERS, &result),
			 IMAGE_NO_MEMORY_THERE);
	assert_int_equal(result.end_gpa, GUEST_BASE + GUEST_SIZE);
}

static void huge_bss_ends_where_memory_ends(void **state)
{
	struct image_result result;

	(void)state;
	put_be32(phdr(0, P_MEMSZ), 0x30000000);
	assert_int_equal(guest_load(IMAGE_SIZE, PLAN_DST_FROM_HEADERS, &result),
			 IMAGE_NO_MEMORY_THERE);
	assert_int_equal(result.end_gpa, GUEST_BASE + GUEST_SIZE);
}

static void destination_does_not_wrap_around(void **state)
{
	struct image_result result;

	(void)state;
	assert_int_equal(guest_load(IMAGE_SIZE, UINT64_MAX - 0x8000, &result),
			 IMAGE_NO_MEMORY_THERE);
	assert_int_equal(guest_written, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(goes_to_its_physical_addresses, setup),
		cmocka_unit_test_setup(goes_to_a_destination_with_distances_kept, setup),
		cmocka_unit_test_setup(may_be_followed_by_anything, setup),
		cmocka_unit_test(of_another_kind_is_refused),
		cmocka_unit_test_setup(cut_anywhere_is_truncated, setup),
		cmocka_unit_test_setup(program_headers_beyond_the_source_are_truncated, setup),
		cmocka_unit_test_setup(segment_beyond_the_source_is_truncated, setup),
		cmocka_unit_test_setup(file_part_larger_than_memory_is_refused, setup),
		cmocka_unit_test_setup(segment_that_wraps_is_refused, setup),
		cmocka_unit_test_setup(overlapping_segments_are_refused, setup),
		cmocka_unit_test_setup(adjacent_segments_are_loaded, setup),
		cmocka_unit_test_setup(entry_outside_is_refused, setup),
		cmocka_unit_test_setup(nothing_to_load_is_refused, setup),
		cmocka_unit_test_setup(segment_outside_guest_memory_is_reported, setup),
		cmocka_unit_test_setup(huge_bss_ends_where_memory_ends, setup),
		cmocka_unit_test_setup(destination_does_not_wrap_around, setup),
	};

	return cmocka_run_group_tests_name("ELF image", tests, NULL, NULL);
}

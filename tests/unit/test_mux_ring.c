/* SPDX-License-Identifier: BSD-2-Clause */
/* The server's ring: every reader gets every byte, or an exact count of what it missed. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mux-server/ring.h"

static struct ring ring;

static int make_ring(void **state)
{
	(void)state;
	return ring_init(&ring, 16);
}

static int free_ring(void **state)
{
	(void)state;
	ring_fini(&ring);
	return 0;
}

static void write_text(const char *text)
{
	ring_write(&ring, (const uint8_t *)text, strlen(text));
}

/* Take everything and compare. */
static void expect(struct ring_reader *reader, const char *text)
{
	struct iovec iov[2];
	char got[64] = "";
	size_t len = 0;
	int count = ring_reader_peek(&ring, reader, iov);

	for (int i = 0; i < count; i++) {
		assert_true(iov[i].iov_len > 0);
		memcpy(got + len, iov[i].iov_base, iov[i].iov_len);
		len += iov[i].iov_len;
	}
	got[len] = '\0';
	assert_string_equal(got, text);
	ring_reader_take(reader, len);
	assert_int_equal(ring_reader_peek(&ring, reader, iov), 0);
}

static void size_must_be_a_power_of_two(void **state)
{
	struct ring bad;

	(void)state;
	assert_int_equal(ring_init(&bad, 0), -EINVAL);
	assert_int_equal(ring_init(&bad, 48), -EINVAL);
}

static void reader_starts_behind_what_is_there(void **state)
{
	struct ring_reader reader;

	(void)state;
	write_text("before");
	ring_reader_start(&ring, &reader);
	expect(&reader, "");
	write_text("after");
	expect(&reader, "after");
}

static void bytes_come_out_whole_across_the_end(void **state)
{
	struct ring_reader reader;

	(void)state;
	ring_reader_start(&ring, &reader);
	write_text("0123456789");
	expect(&reader, "0123456789");
	write_text("abcdefghij");
	expect(&reader, "abcdefghij");
	write_text("exactly sixteen!");
	assert_int_equal(ring_reader_catch_up(&ring, &reader), 0);
	expect(&reader, "exactly sixteen!");
}

static void readers_are_independent(void **state)
{
	struct ring_reader quick, slow;

	(void)state;
	ring_reader_start(&ring, &quick);
	ring_reader_start(&ring, &slow);
	write_text("one ");
	expect(&quick, "one ");
	write_text("two");
	expect(&quick, "two");
	expect(&slow, "one two");
}

static void part_of_what_is_there_may_be_taken(void **state)
{
	struct ring_reader reader;

	(void)state;
	ring_reader_start(&ring, &reader);
	write_text("0123456789abcde");
	ring_reader_take(&reader, 14);
	write_text("XYZ");
	expect(&reader, "eXYZ");
}

static void a_lapped_reader_learns_exactly_how_much(void **state)
{
	struct ring_reader reader;

	(void)state;
	ring_reader_start(&ring, &reader);
	write_text("lost");
	write_text("0123456789abcdef");
	assert_int_equal(ring_reader_catch_up(&ring, &reader), 4);
	assert_int_equal(ring_reader_catch_up(&ring, &reader), 0);
	assert_int_equal(reader.missed, 4);
	expect(&reader, "0123456789abcdef");
	write_text("!0123456789ABCDEF");
	assert_int_equal(ring_reader_catch_up(&ring, &reader), 1);
	assert_int_equal(reader.missed, 5);
}

static void of_more_than_a_ring_full_the_end_stays(void **state)
{
	struct ring_reader reader;

	(void)state;
	ring_reader_start(&ring, &reader);
	write_text("xxx");
	write_text("this is gone 0123456789abcdef");
	assert_int_equal(ring_reader_catch_up(&ring, &reader), 3 + 13);
	expect(&reader, "0123456789abcdef");
}

/* Random writes and reads: taken and missed together are what was written, and what is taken is
 * right. */
static void taken_and_missed_add_up(void **state)
{
	struct ring_reader reader;
	uint64_t taken = 0, at = 0;
	uint8_t chunk[40];

	(void)state;
	srand(1);
	ring_reader_start(&ring, &reader);
	for (int i = 0; i < 20000; i++) {
		size_t len = (size_t)rand() % sizeof(chunk);
		struct iovec iov[2];

		for (size_t j = 0; j < len; j++)
			chunk[j] = (uint8_t)((at + j) * 7 >> 2);
		ring_write(&ring, chunk, len);
		at += len;
		if (rand() % 3)
			continue;
		ring_reader_catch_up(&ring, &reader);
		if (ring_reader_peek(&ring, &reader, iov) == 0)
			continue;

		size_t some = 1 + (size_t)rand() % iov[0].iov_len;

		for (size_t j = 0; j < some; j++)
			assert_int_equal(((uint8_t *)iov[0].iov_base)[j],
					 (uint8_t)((reader.at + j) * 7 >> 2));
		ring_reader_take(&reader, some);
		taken += some;
	}
	ring_reader_catch_up(&ring, &reader);
	assert_int_equal(taken + reader.missed + (ring.head - reader.at), at);
	assert_true(reader.missed > 0);
}

/* Another ring takes over: what fits of what was kept is still there, and no more than that. */
static void readers_survive_a_ring_of_another_size(void **state)
{
	static const size_t sizes[] = { 32, 16, 64, 8 };
	struct ring_reader slow, quick;
	uint64_t written;

	(void)state;
	ring_reader_start(&ring, &slow);
	write_text("0123456789abcdefghijkl"); /* of 16, the last 16 are kept */
	ring_reader_start(&ring, &quick);
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		size_t kept = ring_kept(&ring);
		struct ring next;

		assert_int_equal(ring_init(&next, sizes[i]), 0);
		ring_replace(&ring, &next);
		assert_null(next.memory);
		assert_int_equal(ring.size, sizes[i]);
		assert_int_equal(ring_kept(&ring), kept < sizes[i] ? kept : sizes[i]);
		assert_int_equal(ring.head, 22 + i);
		write_text("!");
	}
	written = ring.head;
	assert_true(ring_reader_is_lapped(&ring, &slow));
	assert_int_equal(ring_reader_catch_up(&ring, &slow), written - 8);
	expect(&slow, "ijkl!!!!");
	expect(&quick, "!!!!");
	assert_int_equal(ring_reader_skip(&ring, &quick), 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make_ring, free_ring)
	const struct CMUnitTest tests[] = {
		TEST(size_must_be_a_power_of_two),
		TEST(reader_starts_behind_what_is_there),
		TEST(bytes_come_out_whole_across_the_end),
		TEST(readers_are_independent),
		TEST(part_of_what_is_there_may_be_taken),
		TEST(a_lapped_reader_learns_exactly_how_much),
		TEST(of_more_than_a_ring_full_the_end_stays),
		TEST(taken_and_missed_add_up),
		TEST(readers_survive_a_ring_of_another_size),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Channels that must be typed to slowly: each pause is kept, the order too, and only they wait. */
#include "tests/unit/mux_uplink_fixture.h"

enum { MS = 1000 };

static int64_t clock_us;

static int64_t now(void)
{
	return clock_us;
}

static int set_up_clock(void **state)
{
	clock_us = 1000000;
	if (set_up(state) < 0)
		return -1;
	uplink.now = now;
	EXPECT_OUT("\x18\x01");
	return 0;
}

static void each_character_waits_for_its_turn(void **state)
{
	(void)state;
	uplink_set_pace(&uplink, 0, 10, 0);
	open_source(0, 0);
	type(0, "abc", 3);
	EXPECT_OUT("\x18\x30"
		   "a");
	assert_int_equal(uplink_wait(&uplink), 10 * MS);
	clock_us += 9999;
	EXPECT_OUT("");
	assert_int_equal(uplink_wait(&uplink), 1);
	clock_us += 1;
	EXPECT_OUT("b");
	clock_us += 5000 * MS; /* a late timer gives no credit */
	EXPECT_OUT("c");
	assert_int_equal(uplink_wait(&uplink), -1);
	type(0, "d", 1); /* typed in time, but not yet to be sent */
	EXPECT_OUT("");
	clock_us += uplink_wait(&uplink);
	EXPECT_OUT("d");
}

/* The pause begins when the target has taken the byte, not when it was put in line. */
static void a_slow_target_shortens_no_pause(void **state)
{
	size_t len;

	(void)state;
	uplink_set_pace(&uplink, 0, 10, 0);
	open_source(0, 0);
	type(0, "ab", 2);
	uplink_next(&uplink, &len);
	assert_int_equal(len, 3);
	uplink_sent(&uplink, 2);
	clock_us += 50 * MS;
	assert_int_equal(uplink_wait(&uplink), -1);
	uplink_next(&uplink, &len);
	assert_int_equal(len, 1);
	uplink_sent(&uplink, 1);
	uplink_next(&uplink, &len);
	assert_int_equal(len, 0);
	assert_int_equal(uplink_wait(&uplink), 10 * MS);
}

static void lines_wait_for_each_other(void **state)
{
	(void)state;
	uplink_set_pace(&uplink, 0, 0, 100);
	open_source(0, 0);
	type(0, "one\rtwo\r\n\nend", 13);
	EXPECT_OUT("\x18\x30one\r");
	assert_int_equal(uplink_wait(&uplink), 100 * MS);
	clock_us += 100 * MS;
	EXPECT_OUT("two\r\n");
	clock_us += 100 * MS;
	EXPECT_OUT("\n");
	clock_us += 100 * MS;
	EXPECT_OUT("end");
	type(0, " of it\rx", 8); /* within a line there is no pause */
	EXPECT_OUT(" of it\r");
	assert_int_equal(uplink_wait(&uplink), 100 * MS);
}

static void characters_and_lines(void **state)
{
	(void)state;
	uplink_set_pace(&uplink, 0, 1, 100);
	open_source(0, 0);
	type(0, "a\rb", 3);
	EXPECT_OUT("\x18\x30"
		   "a");
	assert_int_equal(uplink_wait(&uplink), 1 * MS);
	clock_us += 1 * MS;
	EXPECT_OUT("\r");
	assert_int_equal(uplink_wait(&uplink), 100 * MS);
	clock_us += 100 * MS;
	EXPECT_OUT("b");
}

static void other_channels_do_not_wait(void **state)
{
	static uint8_t out[UPLINK_SOURCE_SIZE + 64];

	(void)state;
	uplink_set_pace(&uplink, 0, 10, 0);
	open_source(0, 0);
	open_source(1, 1);
	fill(0, 'a');
	fill(1, 'b');
	/* announcements of both, one a, all b */
	assert_int_equal(drain(out, sizeof(out), sizeof(out)), 2 + 1 + 2 + UPLINK_SOURCE_SIZE);
	assert_int_equal(rooms[1], 1);
	assert_int_equal(rooms[0], 0);
	clock_us += 10 * MS;
	EXPECT_OUT("\x18\x30"
		   "a");
}

/* Every byte arrives in order, however the target and the timers are. */
static void nothing_is_lost_or_turned_around(void **state)
{
	static uint8_t typed[3000], out[2 * sizeof(typed)];
	size_t len = 0, at = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(typed); i++)
		typed[i] = (uint8_t)(i * 7);
	uplink_set_pace(&uplink, 0, 3, 20);
	open_source(0, 0);
	type(0, typed, sizeof(typed));
	while (uplink_wait(&uplink) >= 0 || len == 0) {
		clock_us += len % 5 ? uplink_wait(&uplink) : 7 * MS;
		len += drain(out + len, sizeof(out) - len, 1 + len % 3);
	}
	for (size_t i = 2; i < len; i++) { /* behind the announcement */
		assert_int_equal(out[i], typed[at++]);
		i += out[i] == MUX_ESCAPE; /* which is doubled */
	}
	assert_int_equal(at, sizeof(typed));
	assert_true(clock_us >= 1000000 + (int64_t)sizeof(typed) * 3 * MS);
}

static void a_boot_loader_is_typed_to_slowly_too(void **state)
{
	(void)state;
	uplink_restart(&uplink, UPLINK_PLAIN);
	uplink_set_pace(&uplink, 0, 10, 0);
	open_source(0, 0);
	open_source(1, 1);
	type(0, "ab", 2);
	type(1, "x", 1);
	EXPECT_OUT("a");
	clock_us += 10 * MS;
	EXPECT_OUT("b");
	assert_int_equal(uplink_wait(&uplink), -1); /* x waits for the hypervisor, not for a time */
	clock_us += 10 * MS;
	uplink_set_speech(&uplink, UPLINK_FRAMED);
	EXPECT_OUT("\x18\x31x");
}

static void a_lost_target_leaves_no_pause_behind_for_ever(void **state)
{
	size_t len;

	(void)state;
	uplink_set_pace(&uplink, 0, 10, 0);
	open_source(0, 0);
	type(0, "ab", 2);
	uplink_next(&uplink, &len);
	uplink_restart(&uplink, UPLINK_FRAMED);
	uplink_discard(&uplink);
	type(0, "c", 1);
	EXPECT_OUT("\x18\x01");
	clock_us += uplink_wait(&uplink);
	EXPECT_OUT("\x18\x30"
		   "c");
	uplink_set_pace(&uplink, 0, 0, 0);
	clock_us += 10 * MS;
	type(0, "def", 3);
	EXPECT_OUT("def");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up_clock, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(each_character_waits_for_its_turn),
		TEST(a_slow_target_shortens_no_pause),
		TEST(lines_wait_for_each_other),
		TEST(characters_and_lines),
		TEST(other_channels_do_not_wait),
		TEST(nothing_is_lost_or_turned_around),
		TEST(a_boot_loader_is_typed_to_slowly_too),
		TEST(a_lost_target_leaves_no_pause_behind_for_ever),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

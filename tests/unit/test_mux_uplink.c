/* SPDX-License-Identifier: BSD-2-Clause */
/* From the clients to the target: encoded right, in fair turns, and nobody waits for another's
 * backlog. */
#include "tests/unit/mux_uplink_fixture.h"

/* The host-to-target vectors of the wire's specification, in order. */
static void vectors(void **state)
{
	(void)state;
	open_source(0, 0);
	open_source(1, 1);
	EXPECT_OUT("\x18\x01");
	type(1, "ls\r", 3);
	EXPECT_OUT("\x18\x31ls\r");
	type(1, "\x18", 1);
	EXPECT_OUT("\x18\x18");
	type(0, "?", 1);
	EXPECT_OUT("\x18\x30?");
	type(0, "!", 1);
	EXPECT_OUT("!");
	uplink_forget(&uplink);
	EXPECT_OUT("");
	type(0, "?", 1);
	EXPECT_OUT("\x18\x30?");
}

static void channel_94_is_announced(void **state)
{
	(void)state;
	open_source(0, 94);
	type(0, "x", 1);
	EXPECT_OUT("\x18\x01\x18\x8ex");
}

static void restart_begins_anew_and_counts_what_was_under_way(void **state)
{
	size_t len;

	(void)state;
	open_source(0, 3);
	type(0, "abc", 3);
	uplink_next(&uplink, &len);
	assert_int_equal(len, 7);
	uplink_sent(&uplink, 5);
	type(0, "def", 3);
	assert_int_equal(uplink_restart(&uplink, UPLINK_FRAMED), 2);
	EXPECT_OUT("\x18\x01\x18\x33"
		   "def");
}

/* Whatever pieces the target takes, the bytes are the same. */
static void pieces_do_not_matter(void **state)
{
	uint8_t whole[2048], pieces[2048];
	uint8_t data[600];
	size_t len;

	(void)state;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = i % 3 ? 0x18 : 'x';
	open_source(0, 7);
	type(0, data, sizeof(data));
	len = drain(whole, sizeof(whole), sizeof(whole));
	assert_int_equal(len, 2 + 2 + 600 + 400);
	for (size_t step = 1; step < 20; step++) {
		uplink_restart(&uplink, UPLINK_FRAMED);
		type(0, data, sizeof(data));
		assert_int_equal(drain(pieces, sizeof(pieces), step), len);
		assert_memory_equal(pieces, whole, len);
	}
}

static void full_source_waits_alone(void **state)
{
	static uint8_t out[3 * UPLINK_SOURCE_SIZE];
	size_t room;

	(void)state;
	open_source(0, 0);
	open_source(1, 1);
	fill(0, 'a');
	uplink_source_space(sources[0], &room);
	assert_int_equal(room, 0);
	uplink_source_space(sources[1], &room);
	assert_int_equal(room, UPLINK_SOURCE_SIZE);
	type(1, "b", 1);
	drain(out, sizeof(out), sizeof(out));
	assert_int_equal(rooms[0], 1);
	assert_int_equal(rooms[1], 0); /* it never had to wait */
	uplink_source_space(sources[0], &room);
	assert_int_equal(room, UPLINK_SOURCE_SIZE);
}

/* Channels share the line equally, however many clients each has. */
static void channels_take_turns(void **state)
{
	uint8_t out[4 * UPLINK_QUANTUM];
	size_t counts[256] = { 0 };

	(void)state;
	open_source(0, 0);
	open_source(1, 0);
	open_source(2, 0);
	open_source(3, 1);
	fill(0, 'a');
	fill(1, 'b');
	fill(2, 'c');
	fill(3, 'd');
	drain(out, 2, 2); /* the reset */
	drain(out, sizeof(out), UPLINK_AHEAD_MIN);
	for (size_t i = 0; i < sizeof(out); i++)
		counts[out[i]]++;
	assert_in_range(counts['d'], 2 * UPLINK_QUANTUM - 16, 2 * UPLINK_QUANTUM);
	assert_int_equal(counts['a'], UPLINK_QUANTUM);
	assert_in_range(counts['b'], UPLINK_QUANTUM - 16, UPLINK_QUANTUM);
	assert_int_equal(counts['c'], 0);
}

/* A key typed while others flood a slow target waits for what is encoded and one turn of each, not
 * for their backlog. */
static void a_key_passes_a_flood(void **state)
{
	static uint8_t out[4 * UPLINK_SOURCE_SIZE];
	uint8_t *key;

	(void)state;
	open_source(0, 0);
	open_source(1, 1);
	open_source(2, 2);
	fill(0, 'a');
	fill(1, 'b');
	drain(out, 2 * UPLINK_SOURCE_SIZE + 500,
	      16); /* what was encoded before the target was known to be slow */
	fill(0, 'a');
	fill(1, 'b');
	drain(out, 300, 16);
	type(2, "k", 1);
	drain(out, sizeof(out), 16);
	key = memchr(out, 'k', sizeof(out));
	assert_non_null(key);
	assert_in_range(key - out, 2, UPLINK_AHEAD_MIN + 2 * (UPLINK_QUANTUM + 2) + 2);
}

static void what_a_client_typed_before_it_left_is_sent(void **state)
{
	(void)state;
	open_source(0, 5);
	type(0, "reboot\r", 7);
	uplink_source_close(sources[0]);
	sources[0] = NULL;
	EXPECT_OUT("\x18\x01\x18\x35reboot\r");
	assert_int_equal(uplink.orphans, 0);
	assert_int_equal(uplink.dropped, 0);
}

/* Clients that type, leave and come again cannot fill the memory while the target takes nothing. */
static void left_behind_input_is_bounded_and_counted(void **state)
{
	(void)state;
	for (int i = 0; i < UPLINK_ORPHANS_MAX / UPLINK_SOURCE_SIZE + 2; i++) {
		open_source(0, i % 3);
		fill(0, 'x');
		uplink_source_close(sources[0]);
		sources[0] = NULL;
	}
	assert_int_equal(uplink.orphans, UPLINK_ORPHANS_MAX);
	assert_int_equal(uplink.dropped, 2 * UPLINK_SOURCE_SIZE);
}

static void greets_who_may_be_a_boot_loader(void **state)
{
	(void)state;
	open_source(0, 0);
	open_source(1, 1);
	uplink_restart(&uplink, UPLINK_UNKNOWN);
	EXPECT_OUT("\x18\x01");
	type(0, "?", 1);
	EXPECT_OUT("\x18\x30\x18\x01?");
	type(0, "\x18!", 2);
	EXPECT_OUT("\x18\x18!");
	type(1, "a", 1);
	EXPECT_OUT("\x18\x31"
		   "a");
	type(0, "b", 1);
	EXPECT_OUT("\x18\x30"
		   "b");
}

static void does_not_greet_after_another_channel(void **state)
{
	(void)state;
	open_source(0, 0);
	open_source(1, 1);
	uplink_restart(&uplink, UPLINK_UNKNOWN);
	type(1, "a", 1);
	EXPECT_OUT("\x18\x01\x18\x31"
		   "a");
	type(0, "b", 1);
	EXPECT_OUT("\x18\x30"
		   "b");
}

static void types_as_it_is_to_a_boot_loader(void **state)
{
	(void)state;
	open_source(0, 0);
	open_source(1, 1);
	uplink_restart(&uplink, UPLINK_PLAIN);
	type(1, "ls\r", 3);
	EXPECT_OUT("");
	type(0, "a\x18\x01", 3);
	EXPECT_OUT("a\x18\x01");
	uplink_set_speech(&uplink, UPLINK_FRAMED);
	EXPECT_OUT("\x18\x31ls\r");
	type(0, "b", 1);
	EXPECT_OUT("\x18\x30"
		   "b");
}

/* A flood to the boot loader does not use up the turns of who waits, nor the other way round. */
static void floods_a_boot_loader(void **state)
{
	uint8_t out[2 * UPLINK_SOURCE_SIZE];

	(void)state;
	open_source(0, 0);
	open_source(1, 1);
	uplink_restart(&uplink, UPLINK_PLAIN);
	fill(1, 'w');
	fill(0, '\x18');
	assert_int_equal(drain(out, sizeof(out), 100), UPLINK_SOURCE_SIZE);
	for (size_t i = 0; i < UPLINK_SOURCE_SIZE; i++)
		assert_int_equal(out[i], 0x18);
	assert_int_equal(rooms[0], 1);
	assert_int_equal(rooms[1], 0);
}

/* Nor can many that typed one key each: what stays of them is as small as what they typed. */
static void many_that_left_are_few_bytes(void **state)
{
	static uint8_t out[UPLINK_ORPHAN_SOURCES_MAX + 64];

	(void)state;
	for (int i = 0; i < UPLINK_ORPHAN_SOURCES_MAX + 10; i++) {
		open_source(0, 0);
		type(0, "k", 1);
		uplink_source_close(sources[0]);
	}
	sources[0] = NULL;
	assert_int_equal(uplink.orphans, UPLINK_ORPHAN_SOURCES_MAX);
	assert_int_equal(uplink.dropped, 10);
	assert_false(uplink_keeps(&uplink, 1));
	assert_int_equal(drain(out, sizeof(out), 100), 4 + UPLINK_ORPHAN_SOURCES_MAX);
	assert_int_equal(uplink.orphans, 0);
	assert_true(uplink_keeps(&uplink, UPLINK_ORPHANS_MAX));
}

/* Two clients that type more than there is room for get the same, byte for byte in turns. */
static void clients_of_a_channel_take_turns(void **state)
{
	static uint8_t out[8 * UPLINK_QUANTUM + 4];

	(void)state;
	open_source(0, 0);
	open_source(1, 0);
	fill(0, 'a');
	fill(1, 'b');
	drain(out, 4, 4); /* reset and announcement */
	drain(out, 8 * UPLINK_QUANTUM, UPLINK_QUANTUM);
	for (size_t i = 0; i < 8 * UPLINK_QUANTUM; i++)
		assert_int_equal(out[i], i / UPLINK_QUANTUM % 2 ? 'b' : 'a');
}

static void discards_what_waits(void **state)
{
	(void)state;
	open_source(0, 0);
	open_source(1, 0);
	open_source(2, 7);
	open_source(3, 7);
	type(0, "abc", 3);
	fill(1, 'x');
	type(2, "leaves", 6);
	uplink_source_close(sources[2]);
	sources[2] = NULL;
	memset(unsent, 0, sizeof(unsent));
	assert_int_equal(uplink_discard(&uplink), 3 + UPLINK_SOURCE_SIZE + 6);
	assert_int_equal(unsent[0], 3);
	assert_int_equal(unsent[1], UPLINK_SOURCE_SIZE);
	assert_int_equal(unsent[3], 0);
	assert_int_equal(rooms[1], 1);
	assert_int_equal(uplink.orphans, 0);
	EXPECT_OUT("\x18\x01");
	type(0, "d", 1);
	EXPECT_OUT("\x18\x30"
		   "d");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(vectors),
		TEST(channel_94_is_announced),
		TEST(restart_begins_anew_and_counts_what_was_under_way),
		TEST(pieces_do_not_matter),
		TEST(full_source_waits_alone),
		TEST(channels_take_turns),
		TEST(a_key_passes_a_flood),
		TEST(what_a_client_typed_before_it_left_is_sent),
		TEST(left_behind_input_is_bounded_and_counted),
		TEST(greets_who_may_be_a_boot_loader),
		TEST(does_not_greet_after_another_channel),
		TEST(types_as_it_is_to_a_boot_loader),
		TEST(floods_a_boot_loader),
		TEST(many_that_left_are_few_bytes),
		TEST(clients_of_a_channel_take_turns),
		TEST(discards_what_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

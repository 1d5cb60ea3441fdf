/* SPDX-License-Identifier: BSD-2-Clause */
/* What the multiplexer says on the wire, and what it makes of what it hears. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/mux_bench.h"

enum { LARGEST_PIECE = 9 };

/* protocol/README.md, S1: the target's side, with every size of UART. */
static void a_target_says_what_the_protocol_says(void **state)
{
	(void)state;
	for (size_t piece = 1; piece <= LARGEST_PIECE; piece++) {
		struct mux_bench *b = mux_bench_new();

		mux_bench_attach(b, 0);
		mux_bench_attach(b, 1);
		mux_bench_expect(b, piece, "18 01 18 01");
		mux_bench_send(b, 0, "A");
		mux_bench_expect(b, piece, "18 30 41");
		mux_bench_send(b, 1, "hi");
		mux_bench_expect(b, piece, "18 31 68 69");
		mux_bench_send(b, 1, "\x18");
		mux_bench_expect(b, piece, "18 18");
		mux_bench_push(b, piece, "18 01");
		mux_bench_send(b, 1, "x");
		mux_bench_expect(b, piece, "18 31 78");
		mux_bench_send(b, 0, "a");
		mux_bench_expect(b, piece, "18 30 61");
		mux_bench_send(b, 1, "b");
		mux_bench_expect(b, piece, "18 31 62");
		free(b);
	}
}

/* S2: what a host says, as the target hears it. */
static void a_target_hears_what_the_protocol_says(void **state)
{
	(void)state;
	for (size_t piece = 1; piece <= LARGEST_PIECE; piece++) {
		struct mux_bench *b = mux_bench_booted(2);

		mux_bench_push(b, piece, "18 01 18 31 6c 73 0d");
		mux_bench_received(b, 1, "ls\r");
		mux_bench_push(b, piece, "18 18 18 30 3f");
		mux_bench_received(b, 1, "\x18");
		mux_bench_received(b, 0, "?");
		mux_bench_push(b, piece, "18 30 3f 18 18 31");
		mux_bench_received(b, 0,
				   "?\x18"
				   "1");
		assert_int_equal(bc_counter_read(&b->mux.resets_in), 1);
		assert_int_equal(bc_counter_read(&b->mux.payload_in), 8);
		assert_int_equal(bc_counter_read(&b->mux.wire_in), 18);
		free(b);
	}
}

static void input_before_any_announcement_is_for_the_first_attached(void **state)
{
	struct mux_bench *b = mux_bench_new();

	(void)state;
	mux_bench_attach(b, 3);
	mux_bench_attach(b, 0);
	mux_bench_push(b, 16, "61 62");
	mux_bench_received(b, 3, "ab");
	mux_bench_received(b, 0, "");
	free(b);
}

static void a_reset_between_the_halves_of_an_announcement(void **state)
{
	struct mux_bench *b = mux_bench_booted(2);
	uint8_t half;

	(void)state;
	mux_bench_send(b, 1, "a");
	assert_int_equal(bc_mux_pull(&b->mux, &half, 1), 1);
	mux_bench_push(b, 2, "18 01");
	mux_bench_expect(b, 16, "31 18 31 61");
	free(b);
}

static void a_reset_alone_is_answered_by_nothing(void **state)
{
	struct mux_bench *b = mux_bench_booted(2);

	(void)state;
	mux_bench_push(b, 2, "18 01");
	assert_int_equal(b->kicks, 0);
	mux_bench_expect(b, 16, "");
	free(b);
}

static void an_unknown_channel_is_discarded_never_misdelivered(void **state)
{
	/* Not attached, beyond 31, from code 0x80 on, the last one. */
	static const char *const announcements[] = { "18 35", "18 50", "18 80", "18 ff" };

	(void)state;
	for (size_t i = 0; i < sizeof(announcements) / sizeof(announcements[0]); i++) {
		struct mux_bench *b = mux_bench_booted(2);

		mux_bench_push(b, 3, "18 31 61");
		mux_bench_push(b, 1, announcements[i]);
		mux_bench_push(b, 2, "78 79 18 18");
		mux_bench_push(b, 3, "18 30 62");
		mux_bench_received(b, 0, "b");
		mux_bench_received(b, 1, "a");
		assert_int_equal(bc_counter_read(&b->mux.discarded_in), 3);
		assert_int_equal(bc_counter_read(&b->mux.payload_in), 2);
		free(b);
	}
}

static void an_unknown_command_is_counted_and_changes_nothing(void **state)
{
	struct mux_bench *b = mux_bench_booted(2);

	(void)state;
	mux_bench_push(b, 1, "18 31 61 18 02 62 18 2f 63");
	mux_bench_received(b, 1, "abc");
	assert_int_equal(bc_counter_read(&b->mux.unknown_in), 2);
	free(b);
}

static void a_full_channel_drops_its_own_and_stops_nobody(void **state)
{
	struct mux_bench *b = mux_bench_booted(2);
	uint8_t flood[BC_RING_CAPACITY + 100];

	(void)state;
	memset(flood, 'f', sizeof(flood));
	mux_bench_push(b, 2, "18 30");
	bc_mux_push(&b->mux, flood, sizeof(flood));
	mux_bench_push(b, 3, "18 31 61");
	mux_bench_received(b, 1, "a");
	assert_int_equal(bc_counter_read(&b->channels[0].ends[1].dropped), 100);
	assert_int_equal(bc_counter_read(&b->channels[1].ends[1].dropped), 0);
	assert_int_equal(bc_counter_read(&b->mux.payload_in), BC_RING_CAPACITY + 1);

	bc_end_purge(b->guests[0]);
	mux_bench_push(b, 3, "18 30 62");
	mux_bench_received(b, 0, "b");
	free(b);
}

static void thirty_two_channels_both_ways(void **state)
{
	struct mux_bench *b = mux_bench_booted(BC_MUX_CHANNELS);
	uint8_t out[3 * BC_MUX_CHANNELS + 1];

	(void)state;
	for (unsigned int i = 0; i < BC_MUX_CHANNELS; i++) {
		uint8_t typed[] = { 0x18, (uint8_t)(0x30 + i), (uint8_t)('A' + i) };
		char text[] = { (char)('A' + i), '\0' };

		bc_mux_push(&b->mux, typed, sizeof(typed));
		mux_bench_received(b, i, text);
		mux_bench_send(b, i, text);
	}
	assert_int_equal(b->kicks, 1);
	assert_int_equal(bc_mux_pull(&b->mux, out, sizeof(out)), sizeof(out) - 1);
	for (unsigned int i = 0; i < BC_MUX_CHANNELS; i++) {
		assert_int_equal(out[3 * i], 0x18);
		assert_int_equal(out[3 * i + 1], 0x30 + i);
		assert_int_equal(out[3 * i + 2], 'A' + i);
	}
	assert_int_equal(bc_counter_read(&b->mux.announcements_out), BC_MUX_CHANNELS);
	assert_int_equal(bc_counter_read(&b->mux.resets_out), BC_MUX_CHANNELS);
	assert_int_equal(bc_counter_read(&b->mux.payload_out), BC_MUX_CHANNELS);
	assert_int_equal(bc_counter_read(&b->mux.wire_out), 5 * BC_MUX_CHANNELS);
	free(b);
}

static void lost_input_is_asked_for_and_not_guessed(void **state)
{
	struct mux_bench *b = mux_bench_booted(2);

	(void)state;
	mux_bench_push(b, 4, "18 31 61 18");
	bc_mux_input_lost(&b->mux);
	assert_int_equal(b->kicks, 1);
	/* The lost byte was the 1 of an announcement, and what follows was not for channel 1. */
	mux_bench_push(b, 2, "62 63");
	mux_bench_expect(b, 16, "18 01");
	mux_bench_push(b, 3, "18 30 64");
	mux_bench_received(b, 1, "a");
	mux_bench_received(b, 0, "d");
	assert_int_equal(bc_counter_read(&b->mux.discarded_in), 2);
	assert_int_equal(bc_counter_read(&b->mux.unknown_in), 0);
	free(b);
}

static void lost_input_while_a_channel_talks(void **state)
{
	struct mux_bench *b = mux_bench_booted(2);

	(void)state;
	mux_bench_send(b, 0, "abc");
	bc_mux_input_lost(&b->mux);
	mux_bench_expect(b, 1, "18 01 18 30 61 62 63");
	free(b);
}

static void a_mux_without_channels_is_silent(void **state)
{
	struct mux_bench *b = mux_bench_new();

	(void)state;
	mux_bench_push(b, 4, "18 01 61 62");
	bc_mux_input_lost(&b->mux);
	mux_bench_expect(b, 16, "");
	assert_int_equal(b->kicks, 0);
	assert_int_equal(bc_counter_read(&b->mux.discarded_in), 2);
	free(b);
}

static void what_was_sent_before_the_mux_came_is_not_lost(void **state)
{
	struct mux_bench *b = mux_bench_new();

	(void)state;
	mux_bench_attach(b, 0);
	mux_bench_expect(b, 16, "18 01");
	bc_channel_init(&b->channels[1]);
	b->guests[1] = &b->channels[1].ends[0];
	mux_bench_send(b, 1, "early");
	bc_mux_attach(&b->mux, 1, &b->channels[1].ends[1]);
	mux_bench_expect(b, 16, "18 01 18 31 65 61 72 6c 79");
	free(b);
}

static void a_guest_hears_when_the_wire_has_taken_all(void **state)
{
	struct mux_bench *b = mux_bench_booted(1);
	uint8_t out[BC_RING_SIZE + 8];
	uint8_t bytes[BC_RING_CAPACITY + 1] = { 0 };

	(void)state;
	assert_int_equal(bc_end_send(b->guests[0], bytes, sizeof(bytes)), BC_RING_CAPACITY);
	assert_int_equal(bc_mux_pull(&b->mux, out, sizeof(out)) > BC_RING_CAPACITY, 1);
	assert_int_equal(bc_end_tx_space(b->guests[0]), BC_RING_CAPACITY);
	assert_int_equal(bc_counter_read(&b->channels[0].ends[1].received), BC_RING_CAPACITY);
	free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_target_says_what_the_protocol_says),
		cmocka_unit_test(a_target_hears_what_the_protocol_says),
		cmocka_unit_test(input_before_any_announcement_is_for_the_first_attached),
		cmocka_unit_test(a_reset_between_the_halves_of_an_announcement),
		cmocka_unit_test(a_reset_alone_is_answered_by_nothing),
		cmocka_unit_test(an_unknown_channel_is_discarded_never_misdelivered),
		cmocka_unit_test(an_unknown_command_is_counted_and_changes_nothing),
		cmocka_unit_test(a_full_channel_drops_its_own_and_stops_nobody),
		cmocka_unit_test(thirty_two_channels_both_ways),
		cmocka_unit_test(lost_input_is_asked_for_and_not_guessed),
		cmocka_unit_test(lost_input_while_a_channel_talks),
		cmocka_unit_test(a_mux_without_channels_is_silent),
		cmocka_unit_test(what_was_sent_before_the_mux_came_is_not_lost),
		cmocka_unit_test(a_guest_hears_when_the_wire_has_taken_all),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Two cores at once, every interleaving of one whole operation into another.
 *
 * The sources are compiled in here with every atomic access made a place where the other core may
 * come between.  What may not come between, because it takes the same lock or is the same side of
 * the mux, is not tried.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void (*other_core)(void);
static unsigned int comes_after; /* this many atomic accesses more */

static void step(void)
{
	void (*run)(void) = other_core;

	if (run && comes_after-- == 0) {
		other_core = NULL;
		run();
	}
}

/* One thread runs all, so plain accesses serve. */
#undef atomic_load_explicit
#undef atomic_store_explicit
#undef atomic_exchange_explicit
#undef atomic_fetch_or_explicit
#undef atomic_fetch_and_explicit
#undef atomic_fetch_add_explicit
#undef atomic_fetch_sub_explicit
#define atomic_load_explicit(p, order) (step(), *(p))
#define atomic_store_explicit(p, v, order) (step(), (void)(*(p) = (v)))
#define REPLACE(p, new_value)                                                                      \
	__extension__({                                                                            \
		step();                                                                            \
		uint32_t old = *(p);                                                               \
		*(p) = (new_value);                                                                \
		old;                                                                               \
	})
#define atomic_exchange_explicit(p, v, order) REPLACE(p, v)
#define atomic_fetch_or_explicit(p, v, order) REPLACE(p, old | (v))
#define atomic_fetch_and_explicit(p, v, order) REPLACE(p, old &(v))
#define atomic_fetch_add_explicit(p, v, order) REPLACE(p, old + (v))
#define atomic_fetch_sub_explicit(p, v, order) REPLACE(p, old - (v))

#include "byte-chan/channel.c"
#include "byte-chan/mux.c"
#include "byte-chan/mux_pull.c"
#include "byte-chan/mux_push.c"
#include "byte-chan/ring.c"

/*
 * Run @first with @second coming between after 0, 1, 2... accesses, until it comes too late.  Each
 * time
 * @begin sets up before and @check looks after.  Returns how many ways there were.
 */
static unsigned int all_ways(void (*begin)(void), void (*first)(void), void (*second)(void),
			     void (*check)(void))
{
	for (unsigned int after = 0;; after++) {
		begin();
		comes_after = after;
		other_core = second;
		first();
		if (other_core) {
			other_core = NULL;
			return after;
		}
		check();
	}
}

/* A channel whose sender may run short while the receiver takes. */

static struct bc_channel channel;
static size_t prefilled, taken_at_once;
static size_t sent_short; /* 0 = the send was taken whole */
static bool told_of_space;

static void hear_space(struct bc_end *end, unsigned int events)
{
	(void)end;
	told_of_space |= (events & BC_EVENT_TX) != 0;
}

static void begin_nearly_full(void)
{
	static const uint8_t bytes[BC_RING_CAPACITY];

	bc_channel_init(&channel);
	bc_end_set_notify(&channel.ends[0], hear_space, NULL);
	bc_end_send(&channel.ends[0], bytes, prefilled);
	sent_short = 0;
	told_of_space = false;
}

static void send_16(void)
{
	static const uint8_t bytes[16];

	sent_short = 16 - bc_end_send(&channel.ends[0], bytes, sizeof(bytes));
}

static void take_some(void)
{
	uint8_t buf[BC_RING_SIZE];

	bc_end_receive(&channel.ends[1], buf, taken_at_once);
}

static void check_told(void)
{
	if (sent_short > 0 && bc_end_tx_space(&channel.ends[0]) >= BC_TX_WAKE_SPACE)
		assert_true(told_of_space);
	assert_int_equal(bc_end_rx_count(&channel.ends[1]),
			 prefilled + 16 - sent_short - taken_at_once);
}

static void a_short_send_and_a_receive_do_not_miss_each_other(void **state)
{
	static const size_t fills[] = { 4095, 4090, 4079 };
	static const size_t takes[] = { 1, 16, 1023, 1024, 1025, 4000 };

	(void)state;
	for (size_t f = 0; f < sizeof(fills) / sizeof(fills[0]); f++) {
		for (size_t t = 0; t < sizeof(takes) / sizeof(takes[0]); t++) {
			prefilled = fills[f];
			taken_at_once = takes[t];
			assert_true(all_ways(begin_nearly_full, send_16, take_some, check_told) >
				    5);
			assert_true(all_ways(begin_nearly_full, take_some, send_16, check_told) >
				    5);
		}
	}
}

/* A mux with two channels and a driver that sleeps after a short pull until it is kicked. */

static struct bc_mux mux;
static struct bc_channel channels[2];
static bool kicked, awake;
static size_t room;	 /* of the UART */
static size_t queued[2]; /* bytes that wait on each channel when it begins */
static size_t on_wire;

static void kick(void *ctx)
{
	(void)ctx;
	kicked = true;
}

static void pull_once(void)
{
	uint8_t out[64];
	size_t n = bc_mux_pull(&mux, out, room);

	on_wire += n;
	awake = n == room;
}

static void drive(void)
{
	while (awake || kicked) {
		kicked = false;
		pull_once();
	}
}

static void send_on_0(void)
{
	bc_end_send(&channels[0].ends[0], "x", 1);
}

static void send_on_1(void)
{
	bc_end_send(&channels[1].ends[0], "x", 1);
}

static void lose_input(void)
{
	bc_mux_input_lost(&mux);
}

static void hear_reset(void)
{
	bc_mux_push(&mux, (const uint8_t *)"\x18\x01", 2);
}

static void begin_mux(void)
{
	kicked = awake = false;
	bc_mux_init(&mux, kick, NULL);
	for (unsigned int i = 0; i < 2; i++) {
		bc_channel_init(&channels[i]);
		bc_mux_attach(&mux, i, &channels[i].ends[1]);
	}
	drive();
	for (unsigned int i = 0; i < 2; i++)
		bc_end_send(&channels[i].ends[0], "abcdefgh", queued[i]);
}

static void check_nothing_is_left(void)
{
	drive();
	assert_int_equal(bc_end_rx_count(&channels[0].ends[1]), 0);
	assert_int_equal(bc_end_rx_count(&channels[1].ends[1]), 0);
	assert_int_equal(mux.resets_owed, 0);
	assert_int_equal(mux.ready, 0);
	assert_int_equal(bc_counter_read(&mux.payload_out),
			 bc_counter_read(&channels[0].ends[0].sent) +
				 bc_counter_read(&channels[1].ends[0].sent));
}

static void a_pull_and_another_core_do_not_miss_each_other(void **state)
{
	static void (*const others[])(void) = { send_on_0, send_on_1, lose_input, hear_reset };

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		for (room = 1; room <= 9; room++) {
			for (queued[0] = 0; queued[0] <= 3; queued[0]++) {
				for (queued[1] = 0; queued[1] <= 1; queued[1]++) {
					all_ways(begin_mux, pull_once, others[i],
						 check_nothing_is_left);
					all_ways(begin_mux, drive, others[i],
						 check_nothing_is_left);
					all_ways(begin_mux, others[i], drive,
						 check_nothing_is_left);
					all_ways(begin_mux, others[i], pull_once,
						 check_nothing_is_left);
				}
			}
		}
	}
}

static void two_senders_and_a_pull_do_not_miss_each_other(void **state)
{
	(void)state;
	room = 16;
	queued[0] = queued[1] = 0;
	assert_true(all_ways(begin_mux, send_on_0, send_on_1, check_nothing_is_left) > 5);
}

/* A reader sees the old or the new count, whatever of the carry it falls into. */

static struct bc_counter counter;
static uint64_t before, after, seen;

static void begin_counter(void)
{
	counter = (struct bc_counter){ .low = 0xfffffff0, .high = 2 };
	before = 0x1fffffff0;
	after = before + 0x20;
}

static void advance(void)
{
	bc_counter_add(&counter, 0x20);
}

static void look(void)
{
	seen = bc_counter_read(&counter);
}

static void check_seen(void)
{
	assert_true(seen == before || seen == after);
	look();
	assert_true(seen == after);
}

static void a_carry_is_never_seen_half_done(void **state)
{
	(void)state;
	assert_true(all_ways(begin_counter, look, advance, check_seen) == 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_short_send_and_a_receive_do_not_miss_each_other),
		cmocka_unit_test(a_pull_and_another_core_do_not_miss_each_other),
		cmocka_unit_test(two_senders_and_a_pull_do_not_miss_each_other),
		cmocka_unit_test(a_carry_is_never_seen_half_done),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Rings, counters and byte channels, as one core sees them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "byte-chan/channel.h"

static void a_ring_holds_4095(void **state)
{
	static struct bc_ring ring;
	static uint8_t bytes[BC_RING_SIZE];
	const uint8_t *span;

	(void)state;
	bc_ring_init(&ring);
	assert_int_equal(bc_ring_space(&ring), 4095);
	assert_int_equal(bc_ring_peek(&ring, &span), 0);
	assert_int_equal(bc_ring_write(&ring, bytes, sizeof(bytes)), 4095);
	assert_int_equal(bc_ring_space(&ring), 0);
	assert_int_equal(bc_ring_count(&ring), 4095);
	assert_int_equal(bc_ring_write(&ring, bytes, 1), 0);
	assert_int_equal(bc_ring_read(&ring, bytes, 1), 1);
	assert_int_equal(bc_ring_write(&ring, bytes, 2), 1);
}

static void a_full_ring_is_two_spans(void **state)
{
	static struct bc_ring ring;
	static uint8_t bytes[BC_RING_CAPACITY];
	const uint8_t *span;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 7);
	bc_ring_init(&ring);
	bc_ring_write(&ring, bytes, 1000);
	bc_ring_consume(&ring, 1000);
	assert_int_equal(bc_ring_write(&ring, bytes, sizeof(bytes)), 4095);

	assert_int_equal(bc_ring_peek(&ring, &span), 3096);
	assert_memory_equal(span, bytes, 3096);
	assert_int_equal(bc_ring_consume(&ring, 3096), 999);
	assert_int_equal(bc_ring_peek(&ring, &span), 999);
	assert_memory_equal(span, bytes + 3096, 999);
	assert_int_equal(bc_ring_consume(&ring, 999), 0);
}

/* Every write and read length up to two hypercalls at every place of the ring, and past 2^32. */
static void a_ring_keeps_order_wherever_it_wraps(void **state)
{
	static struct bc_ring ring;
	uint8_t in = 0, out = 0;

	(void)state;
	bc_ring_init(&ring);
	atomic_store(&ring.head, UINT32_MAX - 20000);
	atomic_store(&ring.tail, UINT32_MAX - 20000);
	for (size_t i = 0; i < 3 * BC_RING_SIZE; i++) {
		uint8_t buf[33];
		size_t n = 1 + i % sizeof(buf);

		for (size_t k = 0; k < n; k++)
			buf[k] = in++;
		assert_int_equal(bc_ring_write(&ring, buf, n), n);
		assert_int_equal(bc_ring_count(&ring), n);
		memset(buf, 0, sizeof(buf));
		assert_int_equal(bc_ring_read(&ring, buf, sizeof(buf)), n);
		for (size_t k = 0; k < n; k++)
			assert_int_equal(buf[k], out++);
	}
}

static void counters_carry(void **state)
{
	struct bc_counter counter = { 0 };
	uint64_t sum = 0;

	(void)state;
	for (int i = 0; i < 20; i++) {
		assert_int_equal(bc_counter_read(&counter), sum);
		bc_counter_add(&counter, 0x7ffffff1);
		sum += 0x7ffffff1;
	}
	assert_true(sum >> 32 > 1);
}

struct heard {
	unsigned int rx, tx;
};

static void listen(struct bc_end *end, unsigned int events)
{
	struct heard *heard = end->owner;

	heard->rx += !!(events & BC_EVENT_RX);
	heard->tx += !!(events & BC_EVENT_TX);
}

struct fixture {
	struct bc_channel channel;
	struct bc_end *a, *b;
	struct heard at_a, at_b;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	bc_channel_init(&f->channel);
	f->a = &f->channel.ends[0];
	f->b = &f->channel.ends[1];
	bc_end_set_notify(f->a, listen, &f->at_a);
	bc_end_set_notify(f->b, listen, &f->at_b);
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	free(*state);
	return 0;
}

static void fill(struct bc_end *end, size_t n)
{
	static const uint8_t bytes[BC_RING_CAPACITY];

	assert_int_equal(bc_end_send(end, bytes, n), n);
}

static void both_directions_are_independent(void **state)
{
	struct fixture *f = *state;
	char buf[16];

	assert_int_equal(bc_end_send(f->a, "to b", 4), 4);
	assert_int_equal(bc_end_send(f->b, "back", 4), 4);
	assert_int_equal(bc_end_receive(f->a, buf, sizeof(buf)), 4);
	assert_memory_equal(buf, "back", 4);
	assert_int_equal(bc_end_receive(f->b, buf, 2), 2);
	assert_memory_equal(buf, "to", 2);
	assert_int_equal(bc_end_rx_count(f->b), 2);
	assert_int_equal(bc_end_tx_space(f->a), 4093);
	assert_int_equal(bc_end_receive(f->b, buf, sizeof(buf)), 2);
	assert_int_equal(bc_end_receive(f->b, buf, sizeof(buf)), 0);

	assert_int_equal(bc_counter_read(&f->a->sent), 4);
	assert_int_equal(bc_counter_read(&f->b->received), 4);
	assert_int_equal(bc_counter_read(&f->b->sent), 4);
	assert_int_equal(bc_counter_read(&f->a->received), 4);
}

static void an_end_without_a_hook_works(void **state)
{
	struct fixture *f = *state;
	char c;

	bc_end_set_notify(f->a, NULL, NULL);
	bc_end_set_notify(f->b, NULL, NULL);
	fill(f->a, 1);
	assert_int_equal(bc_end_receive(f->b, &c, 1), 1);
}

static void data_is_announced_and_nothing_is_not(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(bc_end_send(f->a, "", 0), 0);
	assert_int_equal(f->at_b.rx, 0);
	fill(f->a, 3);
	assert_int_equal(f->at_b.rx, 1);
	assert_int_equal(f->at_a.rx + f->at_a.tx, 0);
	fill(f->a, BC_RING_CAPACITY - 3);
	assert_int_equal(bc_end_send(f->a, "x", 1), 0);
	assert_int_equal(f->at_b.rx, 2);
}

static void a_short_send_is_told_of_space_once(void **state)
{
	struct fixture *f = *state;
	uint8_t buf[BC_TX_WAKE_SPACE];

	fill(f->a, BC_RING_CAPACITY - 4);
	assert_int_equal(bc_end_send(f->a, "12345678", 8), 4);
	assert_int_equal(bc_counter_read(&f->a->short_sends), 1);

	assert_int_equal(bc_end_receive(f->b, buf, BC_TX_WAKE_SPACE - 1), BC_TX_WAKE_SPACE - 1);
	assert_int_equal(f->at_a.tx, 0);
	assert_int_equal(bc_end_receive(f->b, buf, 1), 1);
	assert_int_equal(f->at_a.tx, 1);
	assert_int_equal(bc_end_receive(f->b, buf, 500), 500);
	assert_int_equal(f->at_a.tx, 1);
}

static void a_whole_send_is_told_only_of_the_end(void **state)
{
	struct fixture *f = *state;
	uint8_t buf[BC_RING_CAPACITY];

	fill(f->a, BC_RING_CAPACITY);
	assert_int_equal(bc_end_receive(f->b, buf, 4000), 4000);
	assert_int_equal(f->at_a.tx, 0);
	assert_int_equal(bc_end_receive(f->b, buf, sizeof(buf)), 95);
	assert_int_equal(f->at_a.tx, 1);
	assert_int_equal(bc_end_receive(f->b, buf, sizeof(buf)), 0);
	assert_int_equal(f->at_a.tx, 1);
}

static void what_cannot_wait_is_dropped_and_counted(void **state)
{
	struct fixture *f = *state;
	uint8_t buf[BC_RING_CAPACITY];

	fill(f->a, BC_RING_CAPACITY - 3);
	assert_int_equal(bc_end_send_or_drop(f->a, "12345", 5), 3);
	assert_int_equal(bc_end_send_or_drop(f->a, "12345", 5), 0);
	assert_int_equal(bc_counter_read(&f->a->dropped), 7);
	assert_int_equal(bc_counter_read(&f->a->sent), BC_RING_CAPACITY);
	assert_int_equal(bc_counter_read(&f->a->short_sends), 0);
	assert_int_equal(bc_end_receive(f->b, buf, 2000), 2000);
	assert_int_equal(f->at_a.tx, 0);
}

static void a_purge_clears_input_and_keeps_last_words(void **state)
{
	struct fixture *f = *state;
	char buf[16];

	fill(f->b, BC_RING_CAPACITY);
	assert_int_equal(bc_end_send(f->b, "x", 1), 0);
	assert_int_equal(bc_end_send(f->a, "panic", 5), 5);

	assert_int_equal(bc_end_purge(f->a), BC_RING_CAPACITY);
	assert_int_equal(bc_end_rx_count(f->a), 0);
	assert_int_equal(bc_counter_read(&f->a->purged), BC_RING_CAPACITY);
	assert_int_equal(bc_counter_read(&f->a->received), 0);
	assert_int_equal(f->at_b.tx, 1);
	assert_int_equal(bc_end_receive(f->b, buf, sizeof(buf)), 5);
	assert_memory_equal(buf, "panic", 5);

	assert_int_equal(bc_end_purge(f->a), 0);
	assert_int_equal(f->at_b.tx, 1);
}

static void a_purged_end_is_owed_no_event(void **state)
{
	struct fixture *f = *state;
	uint8_t buf[2000];

	fill(f->a, BC_RING_CAPACITY);
	assert_int_equal(bc_end_send(f->a, "x", 1), 0);
	bc_end_purge(f->a);
	assert_int_equal(bc_end_receive(f->b, buf, sizeof(buf)), sizeof(buf));
	assert_int_equal(f->at_a.tx, 0);
}

static void in_place_is_as_good_as_receive(void **state)
{
	struct fixture *f = *state;
	const uint8_t *span;

	assert_int_equal(bc_end_peek(f->b, &span), 0);
	assert_int_equal(bc_end_send(f->a, "in place", 8), 8);
	assert_int_equal(bc_end_peek(f->b, &span), 8);
	assert_memory_equal(span, "in place", 8);
	bc_end_take(f->b, 3);
	assert_int_equal(f->at_a.tx, 0);
	assert_int_equal(bc_end_peek(f->b, &span), 5);
	assert_memory_equal(span, "place", 5);
	bc_end_take(f->b, 5);
	assert_int_equal(f->at_a.tx, 1);
	assert_int_equal(bc_counter_read(&f->b->received), 8);
}

#define WITH_CHANNEL(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_ring_holds_4095),
		cmocka_unit_test(a_full_ring_is_two_spans),
		cmocka_unit_test(a_ring_keeps_order_wherever_it_wraps),
		cmocka_unit_test(counters_carry),
		WITH_CHANNEL(both_directions_are_independent),
		WITH_CHANNEL(an_end_without_a_hook_works),
		WITH_CHANNEL(data_is_announced_and_nothing_is_not),
		WITH_CHANNEL(a_short_send_is_told_of_space_once),
		WITH_CHANNEL(a_whole_send_is_told_only_of_the_end),
		WITH_CHANNEL(what_cannot_wait_is_dropped_and_counted),
		WITH_CHANNEL(a_purge_clears_input_and_keeps_last_words),
		WITH_CHANNEL(a_purged_end_is_owed_no_event),
		WITH_CHANNEL(in_place_is_as_good_as_receive),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

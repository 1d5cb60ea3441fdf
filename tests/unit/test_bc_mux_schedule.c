/* SPDX-License-Identifier: BSD-2-Clause */
/* Who goes next on the wire, how much of it is payload, and that the mux never sleeps on data. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/mux.h"
#include "tests/unit/mux_bench.h"

enum { UART_FIFO = 16 };

/* The host's end of the wire: where each channel's bytes arrive. */
struct line {
	struct mux_bench *bench;
	struct mux_decoder decoder;
	size_t wire;
	size_t payload[BC_MUX_CHANNELS];
	size_t last[BC_MUX_CHANNELS]; /* wire position of the channel's last payload byte */
};

static struct line *line_new(unsigned int channels)
{
	struct line *line = calloc(1, sizeof(*line));

	assert_non_null(line);
	line->bench = mux_bench_booted(channels);
	mux_decoder_init(&line->decoder, MUX_CHANNEL_NONE);
	return line;
}

static void line_free(struct line *line)
{
	free(line->bench);
	free(line);
}

/* Keep the first @count channels full of @byte. */
static void flood(struct line *line, unsigned int count, uint8_t byte)
{
	uint8_t bytes[BC_RING_CAPACITY];

	memset(bytes, byte, sizeof(bytes));
	for (unsigned int i = 0; i < count; i++)
		bc_end_send(line->bench->guests[i], bytes, sizeof(bytes));
}

static size_t line_pull(struct line *line, size_t n)
{
	uint8_t out[UART_FIFO];
	size_t got = bc_mux_pull(&line->bench->mux, out, n);

	for (size_t at = 0; at < got;) {
		struct mux_span span;

		at += mux_decode(&line->decoder, out + at, got - at, &span);
		if (span.event == MUX_EVENT_DATA) {
			assert_in_range(span.channel, 0, BC_MUX_CHANNELS - 1);
			line->payload[span.channel] += span.len;
			line->last[span.channel] = line->wire + at;
		}
	}
	line->wire += got;
	return got;
}

static void saturated_channels_share_evenly(unsigned int count, size_t wire)
{
	struct line *line = line_new(count);
	size_t least = SIZE_MAX, most = 0, sum = 0;

	while (line->wire < wire) {
		flood(line, count, 'f');
		assert_int_equal(line_pull(line, UART_FIFO), UART_FIFO);
	}
	for (unsigned int i = 0; i < count; i++) {
		sum += line->payload[i];
		least = line->payload[i] < least ? line->payload[i] : least;
		most = line->payload[i] > most ? line->payload[i] : most;
	}
	print_message("%u channels: %.2f %% payload, %zu..%zu bytes\n", count,
		      100.0 * (double)sum / (double)line->wire, least, most);
	assert_true(sum * 100 >= line->wire * 95);
	assert_true(most - least <= BC_MUX_QUANTUM);
	line_free(line);
}

static void eight_saturated_channels(void **state)
{
	(void)state;
	saturated_channels_share_evenly(8, 200000);
}

static void thirty_two_saturated_channels(void **state)
{
	(void)state;
	saturated_channels_share_evenly(32, 200000);
}

static void one_saturated_channel_is_announced_once(void **state)
{
	struct line *line = line_new(2);

	(void)state;
	while (line->wire < 50000) {
		flood(line, 1, 'f');
		line_pull(line, UART_FIFO);
	}
	assert_int_equal(line->payload[0], line->wire - 2);
	line_free(line);
}

/* The wire is what is shared: a channel of escapes gets half the payload in the same wire bytes. */
static void escapes_are_charged_to_who_sends_them(void **state)
{
	struct line *line = line_new(2);

	(void)state;
	flood(line, 1, 0x18);
	while (line->wire < 4000) {
		uint8_t plain[64] = { 0 };

		bc_end_send(line->bench->guests[1], plain, sizeof(plain));
		line_pull(line, UART_FIFO);
	}
	assert_in_range(2 * line->payload[0], line->payload[1] - BC_MUX_QUANTUM,
			line->payload[1] + BC_MUX_QUANTUM);
	line_free(line);
}

/*
 * @flooders saturate; a person types on the next channel, a key every @gap bytes of wire.  Each
 * echo must be out after the rest of one turn, its announcement and itself.
 */
static size_t worst_echo(unsigned int flooders, size_t gap)
{
	struct line *line = line_new(flooders + 1);
	size_t worst = 0;

	while (line->wire < 3 * BC_RING_CAPACITY) {
		flood(line, flooders, 'f');
		line_pull(line, UART_FIFO);
	}
	for (int key = 0; key < 60; key++) {
		size_t before = line->payload[flooders];
		size_t pressed = line->wire;

		mux_bench_send(line->bench, flooders, "k");
		while (line->payload[flooders] == before) {
			flood(line, flooders, 'f');
			line_pull(line, 1);
			assert_true(line->wire - pressed < 10000);
		}
		if (line->last[flooders] - pressed > worst)
			worst = line->last[flooders] - pressed;
		while (line->wire < pressed + gap) {
			flood(line, flooders, 'f');
			line_pull(line, 1);
		}
	}
	line_free(line);
	return worst;
}

static void an_echo_waits_for_one_turn_whoever_floods(void **state)
{
	static const unsigned int flooders[] = { 1, 7, 31 };

	(void)state;
	for (size_t i = 0; i < sizeof(flooders) / sizeof(flooders[0]); i++) {
		size_t worst = 0;

		/* From a sixth of a fair share of the wire down to next to nothing. */
		for (size_t gap = 18 * flooders[i]; gap <= 18 * flooders[i] + 200; gap += 13) {
			size_t wait = worst_echo(flooders[i], gap);

			worst = wait > worst ? wait : worst;
		}
		print_message("%u flooders: echo out after at most %zu wire bytes\n", flooders[i],
			      worst);
		assert_true(worst <= BC_MUX_QUANTUM + 3);
	}
}

/* A channel that has always just fallen silent when it is told that all is sent. */
static void send_again(struct bc_end *end, unsigned int events)
{
	static const uint8_t burst[60];
	const size_t *len = end->owner;

	if (events & BC_EVENT_TX)
		bc_end_send(end, burst, *len);
}

static void falling_silent_again_and_again_gains_nothing(void **state)
{
	(void)state;
	for (size_t len = 1; len <= 60; len++) {
		struct line *line = line_new(4);
		size_t honest, cheat;

		bc_end_set_notify(line->bench->guests[3], send_again, &len);
		mux_bench_send(line->bench, 3, "s");
		while (line->wire < 20000) {
			flood(line, 3, 'f');
			line_pull(line, UART_FIFO);
		}
		honest = line->payload[0];
		cheat = line->payload[3];
		assert_true(cheat <= honest + BC_MUX_QUANTUM);
		line_free(line);
	}
}

/*
 * Wake-ups.  A driver that follows the rules: it pulls when kicked, and stops when a pull comes
 * back short. Every sequence of DEPTH steps is tried; after each, all bytes must be out, and no
 * kick may have come while the driver was running.
 */
enum { DEPTH = 5 };

enum step {
	SEND_0,
	SEND_1,
	SEND_1_WHEN_0_IS_SENT,
	SEND_0_WHEN_0_IS_SENT,
	PULL_1,
	PULL_2,
	PULL_7,
	RESET_IN,
	INPUT_LOST,
	STEPS,
};

struct driver {
	struct bc_mux mux;
	struct bc_channel channels[2];
	bool running;
	int send_next; /* channel to send on when channel 0 is told that all is sent; -1 = none */
};

static void driver_kick(void *ctx)
{
	struct driver *driver = ctx;

	assert_false(driver->running);
	driver->running = true;
}

static void driver_send(struct driver *driver, int number)
{
	assert_int_equal(bc_end_send(&driver->channels[number].ends[0], "ab", 2), 2);
}

static void all_is_sent(struct bc_end *end, unsigned int events)
{
	struct driver *driver = end->owner;
	int number = driver->send_next;

	driver->send_next = -1;
	if ((events & BC_EVENT_TX) && number >= 0)
		driver_send(driver, number);
}

static void driver_pull(struct driver *driver, size_t n)
{
	uint8_t out[7];

	if (driver->running && bc_mux_pull(&driver->mux, out, n) < n)
		driver->running = false;
}

static void take_step(struct driver *driver, enum step step)
{
	switch (step) {
	case SEND_0:
		driver_send(driver, 0);
		break;
	case SEND_1:
		driver_send(driver, 1);
		break;
	case SEND_1_WHEN_0_IS_SENT:
		driver->send_next = 1;
		break;
	case SEND_0_WHEN_0_IS_SENT:
		driver->send_next = 0;
		break;
	case PULL_1:
		driver_pull(driver, 1);
		break;
	case PULL_2:
		driver_pull(driver, 2);
		break;
	case PULL_7:
		driver_pull(driver, 7);
		break;
	case RESET_IN:
		bc_mux_push(&driver->mux, (const uint8_t *)"\x18\x01", 2);
		break;
	case INPUT_LOST:
		bc_mux_input_lost(&driver->mux);
		break;
	case STEPS:
		break;
	}
}

static void no_order_of_events_loses_a_wake_up(void **state)
{
	struct driver *driver = calloc(1, sizeof(*driver));
	unsigned int orders = 1;

	(void)state;
	assert_non_null(driver);
	for (int i = 0; i < DEPTH; i++)
		orders *= STEPS;
	for (unsigned int order = 0; order < orders; order++) {
		unsigned int rest = order;

		driver->running = false;
		driver->send_next = -1;
		bc_mux_init(&driver->mux, driver_kick, driver);
		for (unsigned int i = 0; i < 2; i++) {
			bc_channel_init(&driver->channels[i]);
			bc_mux_attach(&driver->mux, i, &driver->channels[i].ends[1]);
		}
		bc_end_set_notify(&driver->channels[0].ends[0], all_is_sent, driver);
		for (int i = 0; i < DEPTH; i++, rest /= STEPS)
			take_step(driver, (enum step)(rest % STEPS));
		while (driver->running)
			driver_pull(driver, 7);
		assert_int_equal(bc_end_rx_count(&driver->channels[0].ends[1]), 0);
		assert_int_equal(bc_end_rx_count(&driver->channels[1].ends[1]), 0);
		assert_int_equal(atomic_load(&driver->mux.resets_owed), 0);
	}
	free(driver);
}

static void one_kick_until_the_wire_is_idle_again(void **state)
{
	struct mux_bench *b = mux_bench_booted(3);
	uint8_t out[64];

	(void)state;
	mux_bench_send(b, 0, "a");
	mux_bench_send(b, 1, "b");
	mux_bench_send(b, 1, "b");
	assert_int_equal(b->kicks, 1);
	assert_int_equal(bc_mux_pull(&b->mux, out, 3), 3);
	mux_bench_send(b, 2, "c");
	assert_int_equal(b->kicks, 1);
	assert_true(bc_mux_pull(&b->mux, out, sizeof(out)) < sizeof(out));
	assert_int_equal(bc_mux_pull(&b->mux, out, sizeof(out)), 0);
	mux_bench_send(b, 2, "c");
	assert_int_equal(b->kicks, 2);
	free(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(eight_saturated_channels),
		cmocka_unit_test(thirty_two_saturated_channels),
		cmocka_unit_test(one_saturated_channel_is_announced_once),
		cmocka_unit_test(escapes_are_charged_to_who_sends_them),
		cmocka_unit_test(an_echo_waits_for_one_turn_whoever_floods),
		cmocka_unit_test(falling_silent_again_and_again_gains_nothing),
		cmocka_unit_test(no_order_of_events_loses_a_wake_up),
		cmocka_unit_test(one_kick_until_the_wire_is_idle_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

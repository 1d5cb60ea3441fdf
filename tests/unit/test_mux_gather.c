/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads are gathered while a run of small pieces comes and nobody types, and at no other time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "mux-server/gather.h"

enum { LONG_AGO_MS = 10 * GATHER_TYPED_MS, TRIES = 10000 };

struct fixture {
	struct event_base *base;
	struct gather gather;
	int in, out;
	size_t taken;
	unsigned empty; /* reads that found nothing */
};

static void on_ready(void *arg)
{
	struct fixture *f = arg;
	char buffer[2 * GATHER_TICK_MAX];
	ssize_t len = read(f->in, buffer, sizeof(buffer));

	if (len > 0)
		f->taken += (size_t)len;
	else
		f->empty++;
	gather_read(&f->gather, len > 0 ? (size_t)len : 0);
}

static int set_up(void **state)
{
	struct fixture *f = test_calloc(1, sizeof(*f));
	int fds[2];

	assert_int_equal(pipe(fds), 0);
	f->in = fds[0];
	f->out = fds[1];
	evutil_make_socket_nonblocking(f->in);
	f->base = event_base_new();
	assert_int_equal(gather_open(&f->gather, f->base, f->in, false, on_ready, f), 0);
	f->gather.typed_at -= LONG_AGO_MS;
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	gather_close(&f->gather);
	event_base_free(f->base);
	close(f->in);
	close(f->out);
	test_free(f);
	return 0;
}

static void print(struct fixture *f, size_t len)
{
	static const char text[GATHER_TICK_MAX];
	size_t before = f->taken;

	assert_int_equal(write(f->out, text, len), len);
	while (f->taken < before + len)
		event_base_loop(f->base, EVLOOP_ONCE);
}

/* Print small pieces until they are gathered; a loaded machine may take several attempts. */
static void print_run(struct fixture *f)
{
	for (int i = 0; !f->gather.ticking && i < TRIES; i++)
		print(f, 10);
	assert_true(f->gather.ticking);
}

static void a_run_is_gathered_until_it_ends(void **state)
{
	struct fixture *f = *state;

	print_run(f);
	print(f, 10);
	while (f->gather.ticking)
		event_base_loop(f->base, EVLOOP_ONCE);
	assert_true(f->empty > 0);
	print(f, 10);
}

static void typing_ends_it_at_once(void **state)
{
	struct fixture *f = *state;

	print_run(f);
	gather_typed(&f->gather);
	assert_false(f->gather.ticking);
	assert_true(event_pending(f->gather.readable, EV_READ, NULL));
	f->gather.typed_at += LONG_AGO_MS; /* as if typing went on */
	for (int i = 0; i < 100; i++)
		print(f, 10);
	assert_false(f->gather.ticking);
}

static void a_large_piece_is_none_to_gather(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 100; i++)
		print(f, GATHER_PIECE + 1);
	assert_false(f->gather.ticking);
}

static void a_flood_ends_it(void **state)
{
	struct fixture *f = *state;

	print_run(f);
	print(f, GATHER_TICK_MAX);
	assert_false(f->gather.ticking);
}

static void nothing_is_read_in_a_pause(void **state)
{
	struct fixture *f = *state;

	print_run(f);
	gather_pause(&f->gather, true);
	assert_int_equal(write(f->out, "x", 1), 1);
	size_t before = f->taken;
	assert_int_equal(event_base_loop(f->base, EVLOOP_NONBLOCK), 1); /* no events are left */
	assert_int_equal(f->taken, before);
	gather_typed(&f->gather);
	assert_int_equal(event_base_loop(f->base, EVLOOP_NONBLOCK), 1);
	gather_pause(&f->gather, false);
	event_base_loop(f->base, EVLOOP_ONCE);
	assert_int_equal(f->taken, before + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_run_is_gathered_until_it_ends, set_up, tear_down),
		cmocka_unit_test_setup_teardown(typing_ends_it_at_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_large_piece_is_none_to_gather, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_flood_ends_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(nothing_is_read_in_a_pause, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

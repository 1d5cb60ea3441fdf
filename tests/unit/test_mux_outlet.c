/* SPDX-License-Identifier: BSD-2-Clause */
/* A reader that does not keep up skips, and is told; one that does earns a pause of the target
 * instead. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "mux-server/outlet.h"

enum { RING = 4096, CHUNK = 1024 };

static struct event_base *base;
static struct channel *channel;
static struct outlet outlet;
static struct flow flow;
static int changes; /* of flow */
static int ends[2]; /* 0: the outlet's, 1: the reader's */
static int gone;
static uint8_t next_byte; /* to be written */

static void on_flow(struct flow *changed)
{
	assert_ptr_equal(changed, &flow);
	changes++;
}

static void on_gone(struct outlet *which, int error)
{
	assert_ptr_equal(which, &outlet);
	gone = error;
}

static int set_up(void **state)
{
	int size = 1; /* the kernel makes it its minimum, some kilobytes */

	(void)state;
	flow = (struct flow){ .changed = on_flow };
	changes = gone = 0;
	next_byte = 0;
	base = event_base_new();
	channel = channel_open(0, RING, &flow);
	if (!base || !channel || socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) < 0)
		return -1;
	setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	return outlet_open(&outlet, base, channel, ends[0], on_gone);
}

static int tear_down(void **state)
{
	(void)state;
	outlet_close(&outlet);
	channel_close(channel);
	event_base_free(base);
	close(ends[0]);
	close(ends[1]);
	return flow_level(&flow) == FLOW_RUN ? 0 : -1;
}

static void print(size_t len)
{
	uint8_t data[CHUNK];

	for (size_t i = 0; i < len; i++)
		data[i] = next_byte++;
	ring_write(&channel->ring, data, len);
	channel_flush(channel);
}

/* Read what is there; returns the number of bytes. */
static size_t take(char *to, size_t size)
{
	ssize_t len = read(ends[1], to, size);

	assert_true(len > 0 || (len < 0 && errno == EAGAIN));
	return len > 0 ? (size_t)len : 0;
}

static void print_until_full(void)
{
	for (int i = 0; i < 1000 && !outlet.full; i++)
		print(CHUNK);
	assert_true(outlet.full);
}

static void bytes_pass_at_once(void **state)
{
	char got[16];

	(void)state;
	next_byte = 'a';
	print(5);
	assert_int_equal(take(got, sizeof(got)), 5);
	assert_memory_equal(got, "abcde", 5);
}

static void reader_without_merit_stops_nobody(void **state)
{
	(void)state;
	outlet.patience = 0;
	print_until_full();
	outlet_close(&outlet); /* start over with a reader whose stream is full from the start */
	assert_int_equal(outlet_open(&outlet, base, channel, ends[0], on_gone), 0);
	changes = 0;
	for (int i = 0; i < 100; i++)
		print(CHUNK);
	assert_true(outlet.full);
	assert_int_equal(changes, 0);
}

/* The stream: some bytes, the note, and the newest ring full, with every number right. */
static void skipped_bytes_are_told_exactly(void **state)
{
	static char got[1 << 20];
	size_t len = 0, part, printed, before;
	unsigned long told;
	char *note;

	(void)state;
	print_until_full();
	outlet.patience = 0;
	for (int i = 0; i < 10; i++)
		print(CHUNK);
	printed = channel->ring.head;
	while ((part = take(got + len, sizeof(got) - len)) > 0) {
		len += part;
		event_base_loop(base, EVLOOP_NONBLOCK);
	}
	note = memmem(got, len, "\r\n[mux_server: ", 15);
	assert_non_null(note);
	before = (size_t)(note - got);
	assert_int_equal(sscanf(note, "\r\n[mux_server: %lu bytes skipped]\r\n", &told), 1);
	assert_int_equal(outlet.sink.reader.missed, told);

	char *after = strstr(note, "]\r\n") + 3;
	size_t rest = len - (size_t)(after - got);

	assert_int_equal(before + told + rest, printed);
	for (size_t i = 0; i < rest; i++)
		assert_int_equal((uint8_t)after[i], (uint8_t)(before + told + i));
}

static void reader_that_took_much_gets_a_pause(void **state)
{
	static char sink[1 << 16];

	(void)state;
	for (int i = 0; i < 100; i++) {
		print(CHUNK);
		take(sink, sizeof(sink));
	}
	assert_in_range(outlet.patience, 100 * CHUNK / OUTLET_PATIENCE_RATE - 100, 100 * CHUNK);
	changes = 0;
	print_until_full();
	assert_int_equal(flow_level(&flow), FLOW_PAUSE);
	while (take(sink, sizeof(sink)) > 0)
		;
	event_base_loop(base, EVLOOP_ONCE);
	assert_int_equal(flow_level(&flow), FLOW_RUN);
	assert_int_equal(changes, 2);
	assert_int_equal(outlet.sink.reader.missed, 0);
}

static void pause_ends_when_patience_does(void **state)
{
	(void)state;
	outlet.patience = 5000; /* 5 ms */
	print_until_full();
	assert_int_equal(flow_level(&flow), FLOW_PAUSE);
	event_base_loop(base, EVLOOP_ONCE); /* returns after the time-out */
	assert_int_equal(flow_level(&flow), FLOW_RUN);
	assert_int_equal(outlet.patience, 0);
	assert_true(outlet.full);
}

static void broken_stream_is_reported_once(void **state)
{
	(void)state;
	close(ends[1]);
	ends[1] = -1;
	print(1);
	assert_int_equal(gone, EPIPE);
}

/* A terminal that was closed: what is printed meanwhile is neither kept for it nor counted. */
static void muted_stream_begins_with_what_is_printed_then(void **state)
{
	static char got[1 << 20];

	(void)state;
	print_until_full();
	outlet_mute(&outlet, true);
	assert_int_equal(flow_level(&flow), FLOW_RUN);
	while (take(got, sizeof(got)) > 0)
		;
	for (int i = 0; i < 10; i++)
		print(CHUNK);
	outlet_tell_unsent(&outlet, 5);
	event_base_loop(base, EVLOOP_NONBLOCK);
	assert_int_equal(take(got, sizeof(got)), 0);
	outlet_mute(&outlet, false);
	next_byte = 'a';
	print(3);
	assert_int_equal(take(got, sizeof(got)), 3);
	assert_memory_equal(got, "abc", 3);
	assert_int_equal(channel->skipped, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(bytes_pass_at_once),
		TEST(reader_without_merit_stops_nobody),
		TEST(skipped_bytes_are_told_exactly),
		TEST(reader_that_took_much_gets_a_pause),
		TEST(pause_ends_when_patience_does),
		TEST(broken_stream_is_reported_once),
		TEST(muted_stream_begins_with_what_is_printed_then),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* What happens to readers that do not read, by policy and by age; and that what is missing at each
 * is what is counted. */
#include <errno.h>
#include <event2/event.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "mux-server/notice.h"
#include "mux-server/outlet.h"

enum { READERS = 3, RING = 4096, CHUNK = 1024, STREAM_MAX = 1 << 20 };

struct reader {
	struct outlet outlet;
	int ends[2]; /* 0: the outlet's, 1: the reader's */
	int gone;
	char got[STREAM_MAX];
	size_t len;
};

static struct event_base *base;
static struct channel *channel;
static struct flow flow;
static struct reader readers[READERS];
static struct notice_reader notices;
static int drops;
static const char *drop_reason;

static void on_flow(struct flow *changed)
{
	(void)changed;
}

static void on_gone(struct outlet *outlet, int error)
{
	assert_int_equal(((struct reader *)outlet)->gone, 0);
	((struct reader *)outlet)->gone = error;
}

static void on_notice(struct notice_reader *reader, const struct notice *notice)
{
	(void)reader;
	if (notice->kind != NOTICE_CLIENT_DROP)
		return;
	drops++;
	drop_reason = notice->reason;
}

static int set_up(void **state)
{
	int size = 1; /* the kernel makes it its minimum, some kilobytes */

	(void)state;
	flow = (struct flow){ .changed = on_flow };
	drops = 0;
	notices.notice = on_notice;
	notice_add(&notices);
	base = event_base_new();
	channel = channel_open(0, RING, &flow);
	if (!base || !channel)
		return -1;
	for (struct reader *r = readers; r < readers + READERS; r++) {
		memset(r, 0, sizeof(*r));
		if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, r->ends) < 0)
			return -1;
		setsockopt(r->ends[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
		if (outlet_open(&r->outlet, base, channel, r->ends[0], on_gone) < 0)
			return -1;
	}
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	for (struct reader *r = readers; r < readers + READERS; r++) {
		outlet_close(&r->outlet);
		close(r->ends[0]);
		close(r->ends[1]);
	}
	channel_close(channel);
	event_base_free(base);
	notice_remove(&notices);
	return flow_level(&flow) == FLOW_RUN ? 0 : -1;
}

/* Byte n of the stream is n mod 251. */
static void print(size_t len)
{
	uint8_t data[CHUNK];

	for (size_t i = 0; i < len; i++)
		data[i] = (uint8_t)((channel->ring.head + i) % 251);
	ring_write(&channel->ring, data, len);
	channel_flush(channel);
}

/* The reader takes at most @most bytes; returns how many there were. */
static size_t take(struct reader *r, size_t most)
{
	ssize_t len = read(r->ends[1], r->got + r->len,
			   most < STREAM_MAX - r->len ? most : STREAM_MAX - r->len);

	assert_true(len > 0 || (len < 0 && errno == EAGAIN));
	if (len < 0)
		return 0;
	r->len += (size_t)len;
	return (size_t)len;
}

static void take_all(struct reader *r)
{
	while (take(r, STREAM_MAX) > 0)
		event_base_loop(base, EVLOOP_NONBLOCK);
}

static void fill(struct reader *r)
{
	for (int i = 0; i < 1000 && !r->outlet.full; i++)
		print(CHUNK);
	assert_true(r->outlet.full);
}

/* What @r has got is the stream from its beginning, but for what the notes in it say. */
static void check_sum(const struct reader *r, uint64_t sent)
{
	static const char note[] = "\r\n[mux_server: ";
	uint64_t at = 0, missing = 0;

	for (size_t i = 0; i < r->len;) {
		if (r->len - i > sizeof(note) && memcmp(r->got + i, note, sizeof(note) - 1) == 0) {
			uint64_t gap = strtoull(r->got + i + sizeof(note) - 1, NULL, 10);

			at += gap;
			missing += gap;
			i = (size_t)(strstr(r->got + i, "]\r\n") + 3 - r->got);
		} else {
			assert_int_equal((uint8_t)r->got[i++], at++ % 251);
		}
	}
	assert_int_equal(at, sent);
	assert_int_equal(missing, r->outlet.sink.reader.missed);
	assert_int_equal(r->outlet.taken + missing, sent);
}

static void counts_agree_over_all_readers(void **state)
{
	uint64_t missed = 0;

	(void)state;
	srandom(1);
	for (int i = 0; i < 2000; i++) {
		for (int r = 0; r < READERS; r++) {
			readers[r].outlet.patience = 0;
			if (random() % (3 + 20 * r) == 0)
				take(&readers[r], (size_t)random() % 5000 + 1);
		}
		print((size_t)random() % CHUNK);
		event_base_loop(base, EVLOOP_NONBLOCK);
	}
	for (int r = 0; r < READERS; r++) {
		take_all(&readers[r]);
		check_sum(&readers[r], channel->ring.head);
		missed += readers[r].outlet.sink.reader.missed;
	}
	assert_true(missed > 0);
	assert_int_equal(channel->skipped, missed);
	assert_int_equal(channel->dropped, 0);
}

static void lapped_reader_is_dropped_and_told(void **state)
{
	struct reader *r = &readers[0];
	uint64_t sent;

	(void)state;
	channel->slow_reader = SLOW_READER_DROP;
	fill(r);
	for (int i = 1; i < READERS; i++)
		take_all(&readers[i]);
	r->outlet.patience = 0;
	while (drops == 0) {
		print(CHUNK);
		for (int i = 1; i < READERS; i++)
			take_all(&readers[i]);
	}
	sent = channel->ring.head; /* what is printed from now on is no loss of its */
	print(CHUNK);
	assert_int_equal(r->gone, 0);
	take_all(r);
	assert_int_equal(r->gone, ETIMEDOUT);
	assert_non_null(memmem(r->got, r->len, "; disconnected for not reading]\r\n", 33));
	assert_string_equal(drop_reason, "slow-reader");
	check_sum(r, sent);
	assert_int_equal(channel->dropped, 1);
	assert_int_equal(channel->skipped, r->outlet.sink.reader.missed);
	for (int i = 1; i < READERS; i++)
		assert_int_equal(readers[i].gone, 0);
}

static void dropped_reader_has_not_for_ever(void **state)
{
	(void)state;
	channel->slow_reader = SLOW_READER_DROP;
	fill(&readers[0]);
	readers[0].outlet.patience = 0;
	while (drops == 0)
		print(CHUNK);
	event_active(readers[0].outlet.writable, EV_TIMEOUT, 0);
	event_base_loop(base, EVLOOP_NONBLOCK);
	assert_int_equal(readers[0].gone, ETIMEDOUT);
	assert_int_equal(channel->dropped, (uint64_t)drops);
}

static void blocking_reader_stops_the_source(void **state)
{
	struct reader *r = &readers[0];

	(void)state;
	channel->slow_reader = SLOW_READER_BLOCK;
	channel->slow_reader_age = 1;
	while (flow_level(&flow) == FLOW_RUN) {
		print(CHUNK);
		for (int i = 1; i < READERS; i++)
			take_all(&readers[i]);
	}
	assert_int_equal(flow_level(&flow), FLOW_STOP);
	assert_false(event_pending(r->outlet.writable, EV_TIMEOUT, NULL)); /* no age limit */
	take_all(r);
	assert_int_equal(flow_level(&flow), FLOW_RUN);
	check_sum(r, channel->ring.head);
	assert_int_equal(channel->skipped, 0);
}

static void policy_changes_while_full(void **state)
{
	(void)state;
	channel->slow_reader = SLOW_READER_BLOCK;
	fill(&readers[0]);
	assert_int_equal(flow_level(&flow), FLOW_STOP);
	channel->slow_reader = SLOW_READER_SKIP;
	for (int i = 0; i < READERS; i++)
		readers[i].outlet.patience = 0;
	channel_flush(channel);
	assert_int_equal(flow_level(&flow), FLOW_RUN);
	channel->slow_reader = SLOW_READER_BLOCK;
	channel_flush(channel);
	assert_int_equal(flow_level(&flow), FLOW_STOP);
}

static void leaving_reader_blocks_no_more(void **state)
{
	(void)state;
	channel->slow_reader = SLOW_READER_BLOCK;
	fill(&readers[0]);
	for (int i = 1; i < READERS; i++)
		take_all(&readers[i]);
	close(readers[0].ends[1]);
	event_base_loop(base, EVLOOP_NONBLOCK);
	assert_int_equal(readers[0].gone, EPIPE);
	readers[0].ends[1] = -1;
}

/* Standard output is given up by nobody but its reader. */
static void own_stream_is_never_given_up(void **state)
{
	struct reader *r = &readers[0];

	(void)state;
	channel->slow_reader = SLOW_READER_DROP;
	channel->slow_reader_age = 1;
	for (int i = 0; i < READERS; i++)
		readers[i].outlet.own = true;
	fill(r);
	for (int i = 0; i < READERS; i++)
		readers[i].outlet.patience = 0;
	event_active(r->outlet.writable, EV_TIMEOUT, 0); /* its patience is over */
	event_base_loop(base, EVLOOP_NONBLOCK);
	for (int i = 0; i < 10; i++)
		print(CHUNK);
	assert_false(event_pending(r->outlet.writable, EV_TIMEOUT, NULL));
	assert_int_equal(drops, 0);
	take_all(r);
	check_sum(r, channel->ring.head);
}

/* A little taken now and then keeps a reader alive, though its stream stays full. */
static void reader_that_takes_nothing_grows_old(void **state)
{
	struct reader *r = &readers[0];

	(void)state;
	channel->slow_reader_age = 1;
	for (int i = 0; i < READERS; i++)
		readers[i].outlet.patience = 0;
	fill(r);
	for (int i = 1; i < READERS; i++)
		take_all(&readers[i]);
	r->outlet.patience = 0;
	event_del(r->outlet.writable); /* as after a pause */
	r->outlet.queued = 1 << 30;
	event_active(r->outlet.writable, EV_TIMEOUT, 0);
	event_base_loop(base, EVLOOP_NONBLOCK);
	assert_int_equal(r->gone, 0);
	event_base_loop(base, EVLOOP_ONCE); /* a second later */
	assert_int_equal(r->gone, ETIMEDOUT);
	assert_string_equal(drop_reason, "slow-reader-age");
	assert_int_equal(channel->dropped, 1);
	assert_int_equal(r->outlet.taken + r->outlet.sink.reader.missed, channel->ring.head);
}

/* A telnet client's stream, full again and again: each FF is doubled, each CR is a pair. */
static void telnet_stream_is_whole(void **state)
{
	struct reader *r = &readers[0];
	struct telnet telnet;
	uint8_t data[256];
	size_t at = 0;
	bool cr = false;

	(void)state;
	telnet_init(&telnet, TELNET_ON);
	telnet.answers_len = 0;
	r->outlet.telnet = &telnet;
	for (int i = 0; i < 256; i++)
		data[i] = i % 4 ? (uint8_t)i : i % 8 ? 0xff : '\r';
	for (int i = 0; i < 500; i++) {
		ring_write(&channel->ring, data, sizeof(data));
		channel_flush(channel);
		for (int j = 0; j < READERS; j++)
			while (readers[j].outlet.full || j != 0) {
				if (take(&readers[j], 777) == 0)
					break;
				event_base_loop(base, EVLOOP_NONBLOCK);
			}
	}
	take_all(r);
	for (size_t i = 0; i < r->len; i++, at++) {
		uint8_t byte = (uint8_t)r->got[i];

		if (cr && byte == 0 && data[at % 256] != 0)
			byte = (uint8_t)r->got[++i];
		assert_int_equal(byte, data[at % 256]);
		if (byte == 0xff)
			assert_int_equal((uint8_t)r->got[++i], 0xff);
		cr = byte == '\r';
	}
	assert_int_equal(at, channel->ring.head);
	assert_int_equal(r->outlet.taken, at);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(counts_agree_over_all_readers),   TEST(lapped_reader_is_dropped_and_told),
		TEST(dropped_reader_has_not_for_ever), TEST(blocking_reader_stops_the_source),
		TEST(policy_changes_while_full),       TEST(leaving_reader_blocks_no_more),
		TEST(own_stream_is_never_given_up),    TEST(reader_that_takes_nothing_grows_old),
		TEST(telnet_stream_is_whole),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

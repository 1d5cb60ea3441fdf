/* SPDX-License-Identifier: BSD-2-Clause */
/* Whole records, in order, bounded; and metrics whose labels can be anything. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "mux-server/metrics_text.h"
#include "mux-server/record_queue.h"

enum { LIMIT = 200000 };

static struct record_queue queue;
static int ends[2]; /* of a pipe: reader, writer */

static int set_up(void **state)
{
	(void)state;
	record_queue_init(&queue, LIMIT);
	return pipe2(ends, O_NONBLOCK);
}

static int tear_down(void **state)
{
	(void)state;
	record_queue_clear(&queue);
	close(ends[0]);
	close(ends[1]);
	return 0;
}

/* A pipe takes 64 KiB at a time; the reader finds every record that was not refused, in order. */
static void what_is_accepted_arrives_whole_and_in_order(void **state)
{
	static char text[LIMIT + 1];
	unsigned accepted = 0, refused = 0, expected = 0, number;
	size_t len = 0;
	int status;

	(void)state;
	for (unsigned i = 0; i < 30000; i++) {
		char record[16];

		sprintf(record, "%09u\n", accepted);
		if (record_queue_push(&queue, record, 10))
			accepted++;
		else
			refused++;
	}
	assert_int_equal(accepted, LIMIT / 10);
	assert_int_equal(queue.dropped, refused);
	do {
		status = record_queue_write(&queue, ends[1]);
		assert_true(status == 0 || status == -EAGAIN);
		for (ssize_t got; (got = read(ends[0], text + len, sizeof(text) - len)) > 0;)
			len += (size_t)got;
	} while (status == -EAGAIN);
	assert_int_equal(len, accepted * 10);
	for (char *at = text; at < text + len; at += 10) {
		assert_int_equal(sscanf(at, "%u", &number), 1);
		assert_int_equal(number, expected++);
	}
	assert_int_equal(queue.bytes, 0);
}

static void a_record_that_was_begun_is_sent_anew_elsewhere(void **state)
{
	static char big[100000], got[100000];
	int other[2];
	size_t len = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(big); i++)
		big[i] = (char)(i * 7);
	assert_true(record_queue_push(&queue, big, sizeof(big)));
	assert_int_equal(record_queue_write(&queue, ends[1]), -EAGAIN);
	assert_int_equal(pipe2(other, O_NONBLOCK), 0);
	record_queue_restart(&queue);
	while (len < sizeof(got)) {
		record_queue_write(&queue, other[1]);
		len += (size_t)read(other[0], got + len, sizeof(got) - len);
	}
	assert_memory_equal(got, big, sizeof(big));
	close(other[0]);
	assert_true(record_queue_push(&queue, "x", 1));
	assert_int_equal(record_queue_clear(&queue), 1);
	assert_false(record_queue_push(&queue, big, LIMIT + 1));
	close(other[1]);
}

static void metrics_escape_what_labels_hold(void **state)
{
	struct evbuffer *out = evbuffer_new();
	const char *labels[] = { "board", "a\\b\"c\nd", "n", "", NULL };
	const char *none[] = { NULL };

	(void)state;
	metrics_text_family(out, "mux_x", "counter", "What.");
	metrics_text_sample(out, "mux_x", labels, UINT64_MAX);
	metrics_text_sample(out, "mux_x", none, 0);
	evbuffer_add(out, "", 1);
	assert_string_equal((const char *)evbuffer_pullup(out, -1),
			    "# HELP mux_x What.\n# TYPE mux_x counter\n"
			    "mux_x{board=\"a\\\\b\\\"c\\nd\",n=\"\"} 18446744073709551615\n"
			    "mux_x 0\n");
	evbuffer_free(out);
}

int main(void)
{
	const struct CMUnitTest mux_record_queue[] = {
		cmocka_unit_test_setup_teardown(what_is_accepted_arrives_whole_and_in_order, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_record_that_was_begun_is_sent_anew_elsewhere,
						set_up, tear_down),
		cmocka_unit_test(metrics_escape_what_labels_hold),
	};

	return cmocka_run_group_tests(mux_record_queue, NULL, NULL);
}

// SPDX-License-Identifier: BSD-2-Clause
/* Clients that vanish while their partition prints as fast as it can. */
#include "tests/system/harness.h"

#include <signal.h>
#include <string.h>

enum { DISCONNECTS = 200 };

static void test_abrupt_disconnects_under_flood(void **state)
{
	struct machine machine;
	struct stream *p1, *p2;

	(void)state;
	machine_boot(&machine, (const char *const[]){ "--kernel-boot", NULL });
	p1 = machine_attach(&machine, 1);
	p2 = machine_attach(&machine, 2);
	stream_type(p1, "flood 99999999\r");
	for (int i = 0; i < DISCONNECTS; i++) {
		struct stream *client = machine_attach(&machine, 1);

		if (i % 2 == 0) /* in the midst of reading, or before the first byte */
			stream_expect(client, "\n");
		stream_close(client, true);
	}
	/* The one that stayed still gets it, and the neighbour is well. */
	stream_poll(p1);
	p1->seen = p1->length;
	stream_expect(p1, "\n");
	machine_command(p2, "p2> ", "echo well", "\r\nwell\r\n");
	machine_stop(&machine, SIGTERM, 0);
}

static void test_client_that_does_not_read_delays_nobody(void **state)
{
	struct machine machine;
	struct stream *lazy, *p1, *p2;
	size_t size;

	(void)state;
	machine_boot(&machine, (const char *const[]){ "--kernel-boot", NULL });
	lazy = machine_attach(&machine, 1);
	p1 = machine_attach(&machine, 1);
	p2 = machine_attach(&machine, 2);
	machine_command(p1, "p1> ", "flood 30000", "flood: 30000 lines");
	machine_command(p2, "p2> ", "echo well", "\r\nwell\r\n");
	machine_expect_log(&machine, 1, "flood: 30000 lines", strlen("flood: 30000 lines"), &size);
	assert_true(size > 30000 * 64);
	stream_close(lazy, true);
	machine_stop(&machine, SIGTERM, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, harness_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_abrupt_disconnects_under_flood),
		TEST(test_client_that_does_not_read_delays_nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Stop, start, restart, pause and resume, by the shell and by the guest itself, while the neighbour
 * goes on. */
#include "tests/system/harness.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { RESTARTS = 25 };

static void expect_state(struct demo *demo, const char *partition, const char *state)
{
	stream_command(demo->hv, "info", partition);
	stream_expect(demo->hv, state);
	stream_expect(demo->hv, "HV> ");
}

static void test_restart_by_shell(void **state)
{
	struct demo demo;

	(void)state;
	demo_boot(&demo);
	machine_command(demo.p1, "p1> ", "poke 0x3000000 0x11111111", "wrote 11111111");
	machine_command(demo.p2, "p2> ", "poke 0x3000000 0x22222222", "wrote 22222222");
	machine_command(demo.hv, "HV> ", "restart p1", "p1: starting");
	stream_expect(demo.p1, "partition p1, 2 vCPUs");
	stream_expect(demo.p1, "p1> ");
	machine_command(demo.p1, "p1> ", "smp", "the same");
	/* The next life is told, and finds nothing of the one before. */
	machine_command(demo.p1, "p1> ", "tree", "fsl,hv-stopped-by = \"shell\"");
	machine_command(demo.p1, "p1> ", "peek 0x3000000", ": 00000000");
	machine_command(demo.p2, "p2> ", "peek 0x3000000", ": 22222222");
	machine_stop(&demo.machine, SIGTERM, 0);
}

static void test_restart_and_stop_by_the_guest(void **state)
{
	struct demo demo;

	(void)state;
	demo_boot(&demo);
	/* FH_PARTITION_GET_STATUS of itself: running. */
	machine_command(demo.p1, "p1> ", "hcall 0x20005 0xffffffff", "r4=00000001");
	stream_type(demo.p1, "hcall 0x20004 0xffffffff\r");
	stream_expect(demo.p1, "partition p1, 2 vCPUs");
	stream_expect(demo.p1, "p1> ");
	/* By the number that its tree calls guest-id; the neighbour's is not a handle here. */
	machine_command(demo.p1, "p1> ", "hcall 0x20007 2", "r3=00000008");
	stream_type(demo.p1, "hcall 0x20007 1\r");
	stream_expect(demo.hv, "p1: stopped");
	expect_state(&demo, "p1 ", "stopped");
	machine_command(demo.p2, "p2> ", "echo here", "\r\nhere\r\n");
	machine_stop(&demo.machine, SIGTERM, 0);
}

static void test_pause_and_resume(void **state)
{
	struct demo demo;

	(void)state;
	demo_boot(&demo);
	machine_command(demo.p1, "p1> ", "echo one", "\r\none\r\n");
	machine_command(demo.hv, "HV> ", "pause p1", "\r\n");
	stream_type(demo.p1, "echo two\r");
	/* What answers later was sent later: p2's answer shows that p1's had time to come. */
	machine_command(demo.p2, "p2> ", "ticks", "10 took");
	expect_state(&demo, "p1 ", "paused");
	stream_poll(demo.p1);
	assert_null(strstr(demo.p1->text, "two"));
	stream_command(demo.hv, "pause p1", "Couldn't pause partition: it is paused.");
	stream_expect(demo.hv, "HV> ");
	machine_command(demo.hv, "HV> ", "resume p1", "\r\n");
	stream_expect(demo.p1, "\r\ntwo\r\n");
	stream_expect(demo.p1, "p1> ");
	machine_command(demo.p1, "p1> ", "smp", "the same");
	machine_command(demo.hv, "HV> ", "pause p1", "\r\n");
	machine_command(demo.hv, "HV> ", "stop p1", "p1: stopped");
	expect_state(&demo, "p1 ", "stopped");
	machine_stop(&demo.machine, SIGTERM, 0);
}

/* Not a byte of the neighbour's flood is lost, doubled or disturbed. */
static void test_restarts_beside_a_flood(void **state)
{
	struct demo demo;

	(void)state;
	demo_boot(&demo);
	machine_command(demo.p2, "p2> ", "echo go", "\r\ngo\r\n");
	stream_type(demo.p2, "flood 60000\r");
	for (unsigned int i = 0; i < RESTARTS; i++) {
		stream_command(demo.hv, "restart p1", "p1: starting");
		stream_expect(demo.p1, "partition p1, 2 vCPUs");
		stream_expect(demo.p1, "p1> ");
	}
	stream_expect(demo.p2, "flood: 60000 lines");
	machine_expect_flood(demo.p2, "p2", 60000);
	machine_stop(&demo.machine, SIGTERM, 0);
}

/* QEMU with its default start-up: a reset boots the machine again. */
static void test_reset_by_shell(void **state)
{
	struct demo demo;

	(void)state;
	demo_boot(&demo);
	stream_type(demo.hv, "reset\r");
	stream_expect(demo.hv, "Beryl hypervisor version");
	stream_expect(demo.hv, "p1: starting");
	/* Not privileged: FH_SYSTEM_RESET is not permitted. */
	machine_command(demo.p1, "p1> ", "hcall 0x2000d", "r3=00000001");
	machine_stop(&demo.machine, SIGTERM, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_restart_by_shell, harness_setup,
						harness_teardown),
		cmocka_unit_test_setup_teardown(test_restart_and_stop_by_the_guest, harness_setup,
						harness_teardown),
		cmocka_unit_test_setup_teardown(test_pause_and_resume, harness_setup,
						harness_teardown),
		cmocka_unit_test_setup_teardown(test_reset_by_shell, harness_setup,
						harness_teardown),
		cmocka_unit_test_setup_teardown(test_restarts_beside_a_flood, harness_setup,
						harness_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

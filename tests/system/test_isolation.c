// SPDX-License-Identifier: BSD-2-Clause
/* A partition that reaches for what is not its own: it alone has the trouble, and the hypervisor
 * tells of it. */
#include "tests/system/harness.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

/* Guest physical addresses beyond p1's 256 MiB: where true RAM, p2's memory and the UART are for
 * the hypervisor. */
static const char *const foreign[] = { "0x10000000", "0x50000000", "0xfe0004500" };

static void boot(struct demo *demo)
{
	demo_boot(demo);
	demo->machine.guest_tries_all = true;
	machine_command(demo->p1, "p1> ", "echo one", "\r\none\r\n");
}

/* p2 answers, counts time, and the shell sees it run. */
static void expect_p2_goes_on(struct demo *demo)
{
	machine_command(demo->p2, "p2> ", "echo still here", "\r\nstill here\r\n");
	machine_command(demo->p2, "p2> ", "ticks", "10 took");
	stream_command(demo->hv, "info", "\r\nPartition");
	stream_expect(demo->hv, "p2 ");
	stream_expect(demo->hv, "running");
	stream_expect(demo->hv, "HV> ");
}

static void test_foreign_memory_is_a_machine_check(void **state)
{
	struct demo demo;

	(void)state;
	boot(&demo);
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		machine_command(demo.p1, "p1> ", harness_format("poke %s", foreign[i]),
				"machine check");
		machine_command(demo.p1, "p1> ", harness_format("peek %s", foreign[i]),
				"machine check: MCSR=000c8000 MCAR=060000");
		machine_command(demo.p1, "p1> ", harness_format("jump %s", foreign[i]),
				"machine check: MCSR=000d0000 MCAR=060000");
	}
	machine_command(demo.p1, "p1> ", "echo alive", "\r\nalive\r\n");
	expect_p2_goes_on(&demo);
	machine_stop(&demo.machine, SIGTERM, 0);
}

/* Every fact of the report, in whatever order: looked for from where the report begins. */
static void expect_report(struct stream *hv, const char *const facts[], size_t count)
{
	size_t begin, end;

	stream_expect(hv, "FAULT: ");
	begin = end = hv->seen;
	for (size_t i = 0; i < count; i++) {
		hv->seen = begin;
		stream_expect(hv, facts[i]);
		if (hv->seen > end)
			end = hv->seen;
	}
	hv->seen = end;
}

static void test_rogue_poke_is_reported_while_p2_goes_on(void **state)
{
	const char *facts[] = { "partition p1", "vCPU 0", "0x50000000", NULL,
				"MSR ",		"ESR ",	  "DEAR " };
	unsigned int pc;
	struct demo demo;

	(void)state;
	boot(&demo);
	/* The first is taken by the guest and tells where the instruction is. */
	machine_command(demo.p1, "p1> ", "poke 0x50000000", "machine check");
	assert_int_equal(sscanf(strstr(demo.p1->text, "at PC="), "at PC=%x", &pc), 1);
	facts[3] = harness_format("PC %08x", pc);
	machine_command(demo.p1, "p1> ", "mce off", "\r\n");
	stream_type(demo.p1, "poke 0x50000000\r");
	expect_report(demo.hv, facts, sizeof(facts) / sizeof(facts[0]));
	stream_expect(demo.hv, "p1: stopped");
	expect_p2_goes_on(&demo);
	stream_command(demo.hv, "info", "p1 ");
	stream_expect(demo.hv, "stopped");
	machine_stop(&demo.machine, SIGTERM, 0);
}

static void test_stopped_partition_can_be_started_again(void **state)
{
	struct demo demo;

	(void)state;
	boot(&demo);
	machine_command(demo.p1, "p1> ", "mce off", "\r\n");
	stream_type(demo.p1, "poke 0x50000000\r");
	stream_expect(demo.hv, "p1: stopped");
	machine_command(demo.hv, "HV> ", "start load p1", "p1: starting");
	stream_expect(demo.p1, "partition p1, 2 vCPUs");
	stream_expect(demo.p1, "p1> ");
	machine_command(demo.p1, "p1> ", "smp", "the same");
	expect_p2_goes_on(&demo);
	machine_stop(&demo.machine, SIGTERM, 0);
}

static void test_neighbours_memory_is_untouched(void **state)
{
	struct demo demo;

	(void)state;
	boot(&demo);
	/* The same guest physical address is another word in each partition. */
	machine_command(demo.p2, "p2> ", "poke 0x3000000 0x22222222", "wrote 22222222");
	machine_command(demo.p1, "p1> ", "poke 0x3000000 0x11111111", "wrote 11111111");
	machine_command(demo.p2, "p2> ", "peek 0x3000000", ": 22222222");
	machine_command(demo.p1, "p1> ", "peek 0x3000000", ": 11111111");
	machine_stop(&demo.machine, SIGTERM, 0);
}

static void test_foreign_hypercalls_are_refused(void **state)
{
	struct demo demo;

	(void)state;
	boot(&demo);
	/* A number that does not exist: EV_UNIMPLEMENTED.  A handle that is nobody's: EV_EINVAL. */
	machine_command(demo.p1, "p1> ", "hcall 0x7777", "r3=0000000c");
	machine_command(demo.p1, "p1> ", "hcall 3 0xffff 1 0x41000000", "r3=00000008");
	expect_p2_goes_on(&demo);
	machine_stop(&demo.machine, SIGTERM, 0);
}

static void test_user_state_has_no_hypercalls_and_no_privilege(void **state)
{
	struct demo demo;

	(void)state;
	boot(&demo);
	machine_command(demo.p1, "p1> ", "user", "8 of 8 refused");
	expect_p2_goes_on(&demo);
	machine_stop(&demo.machine, SIGTERM, 0);
}

static void test_what_no_guest_may_do_is_refused(void **state)
{
	static const char *const attempts[] = { "mtspr LPIDR", "rfgi", "ehpriv", "illegal" };
	struct demo demo;

	(void)state;
	boot(&demo);
	stream_type(demo.p1, "priv\r");
	for (size_t i = 0; i < sizeof(attempts) / sizeof(attempts[0]); i++) {
		stream_expect(demo.p1, attempts[i]);
		stream_expect(demo.p1, " program: ");
	}
	stream_expect(demo.p1, "store to the reset register");
	stream_expect(demo.p1, "machine check: ");
	stream_expect(demo.p1, "p1> ");
	expect_p2_goes_on(&demo);
	machine_stop(&demo.machine, SIGTERM, 0);
}

static void test_halted_partition_leaves_the_other_alone(void **state)
{
	struct demo demo;

	(void)state;
	boot(&demo);
	stream_command(demo.p1, "halt", "halted");
	expect_p2_goes_on(&demo);
	machine_stop(&demo.machine, SIGTERM, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, harness_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_foreign_memory_is_a_machine_check),
		TEST(test_rogue_poke_is_reported_while_p2_goes_on),
		TEST(test_stopped_partition_can_be_started_again),
		TEST(test_neighbours_memory_is_untouched),
		TEST(test_foreign_hypercalls_are_refused),
		TEST(test_user_state_has_no_hypercalls_and_no_privilege),
		TEST(test_what_no_guest_may_do_is_refused),
		TEST(test_halted_partition_leaves_the_other_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: BSD-2-Clause
/* Partition consoles as a person sees them: socat on a terminal, a TCP port each, a log each. */
#include "tests/system/harness.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static const char *const kernel_boot[] = { "--kernel-boot", NULL };

/* The line that "make run" prints for this channel. */
static struct stream *start_socat(const struct machine *machine, unsigned int channel)
{
	char *address = harness_format("tcp:0:%u", machine->ports[channel]);

	return stream_start(STREAM_TERMINAL,
			    (const char *const[]){ "socat", "-,raw,echo=0", address, NULL });
}

static void test_socat_line_gives_a_console(void **state)
{
	struct stream *console[3];
	struct machine machine;

	(void)state;
	machine_boot(&machine, kernel_boot);
	for (unsigned int i = 0; i < 3; i++)
		console[i] = start_socat(&machine, i);
	machine_command(console[0], "HV> ", "version", "\r\nBeryl hypervisor version");
	machine_command(console[1], "p1> ", "echo one two", "\r\none two\r\n");
	machine_command(console[2], "p2> ", "echo three", "\r\nthree\r\n");
	/* Nothing of one console on another. */
	assert_null(strstr(console[0]->text, "two"));
	assert_null(strstr(console[1]->text, "three"));
	assert_null(strstr(console[2]->text, "two"));
	machine_stop(&machine, SIGTERM, 0);
}

static void test_line_editing(void **state)
{
	struct machine machine;
	struct stream *p1;

	(void)state;
	machine_boot(&machine, kernel_boot);
	p1 = start_socat(&machine, 1);
	stream_type(p1, "echo abx\x7f"
			"c");
	stream_command(p1, "", "\r\nabc\r\n");
	stream_expect(p1, "p1> ");
	stream_type(p1, "nonsense\x15");
	stream_command(p1, "echo kept", "\r\nkept\r\n");
	stream_expect(p1, "p1> ");
	machine_stop(&machine, SIGTERM, 0);
}

static void test_every_client_of_a_port_sees_the_same(void **state)
{
	struct machine machine;
	struct stream *first, *second;

	(void)state;
	machine_boot(&machine, kernel_boot);
	first = machine_attach(&machine, 1);
	machine_command(first, "p1> ", "echo alone", "\r\nalone\r\n");
	second = machine_attach(&machine, 1);
	machine_command(second, "p1> ", "echo together", "\r\ntogether\r\n");
	stream_expect(first, "\r\ntogether\r\np1> ");
	assert_null(strstr(second->text, "alone"));
	machine_stop(&machine, SIGTERM, 0);
}

/* What the console showed from when it attached is the end of the log, byte for byte. */
static void expect_same_as_log(const struct machine *machine, unsigned int channel,
			       struct stream *console)
{
	size_t size;
	char *log;

	stream_poll(console);
	log = machine_expect_log(machine, channel, console->text, console->length, &size);
	assert_true(console->length > 0 && size >= console->length);
	assert_memory_equal(log + size - console->length, console->text, console->length);
}

static void test_log_holds_what_the_console_showed(void **state)
{
	struct machine machine;
	struct stream *hv, *p1, *p2;

	(void)state;
	machine_boot(&machine, kernel_boot);
	hv = machine_attach(&machine, 0);
	p1 = machine_attach(&machine, 1);
	p2 = machine_attach(&machine, 2);
	machine_command(p1, "p1> ", "flood 3000", "flood: 3000 lines");
	machine_expect_flood(p1, "p1", 3000);
	machine_command(p2, "p2> ", "help", "\r\n");
	machine_command(hv, "HV> ", "info", "\r\nPartition");
	machine_command(p2, "p2> ", "tree", "hypervisor");
	machine_command(hv, "HV> ", "channels", "\r\n");
	expect_same_as_log(&machine, 0, hv);
	expect_same_as_log(&machine, 1, p1);
	expect_same_as_log(&machine, 2, p2);
	machine_stop(&machine, SIGTERM, 0);
}

static void test_prompt_answers_while_another_floods(void **state)
{
	struct machine machine;
	struct stream *hv, *p1, *p2;

	(void)state;
	machine_boot(&machine, kernel_boot);
	hv = machine_attach(&machine, 0);
	p1 = machine_attach(&machine, 1);
	p2 = machine_attach(&machine, 2);
	stream_type(p1, "flood 99999999\r");
	stream_expect(p1, "00000001");
	for (int i = 0; i < 10; i++) {
		machine_command(p2, "p2> ", harness_format("echo %d", i),
				harness_format("\r\n%d\r\n", i));
		machine_command(hv, "HV> ", "version", "\r\nBeryl");
	}
	/* It is still at it. */
	stream_poll(p1);
	p1->seen = p1->length;
	stream_expect(p1, "abcdef");
	machine_stop(&machine, SIGTERM, 0);
}

static void test_two_vcpus_count(void **state)
{
	struct machine machine;
	struct stream *p1;
	unsigned long counts[2];

	(void)state;
	machine_boot(&machine, kernel_boot);
	p1 = machine_attach(&machine, 1);
	machine_command(p1, "p1> ", "smp", "the same");
	for (int i = 0; i < 2; i++) {
		const char *row = strstr(p1->text, harness_format("vCPU %d: PIR ", i));

		assert_non_null(row);
		assert_int_equal(sscanf(row, "%*s %*s PIR %*u, counted to %lu", &counts[i]), 1);
	}
	assert_true(counts[0] > 1000 && counts[1] > 1000);
	machine_stop(&machine, SIGTERM, 0);
}

static void test_guest_checks_its_timer_and_mmu(void **state)
{
	struct machine machine;
	struct stream *p2;

	(void)state;
	machine_boot(&machine, kernel_boot);
	p2 = machine_attach(&machine, 2);
	machine_command(p2, "p2> ", "ticks", "10 took");
	machine_command(p2, "p2> ", "tlb", " 0 failed");
	machine_stop(&machine, SIGTERM, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, harness_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_socat_line_gives_a_console),
		TEST(test_line_editing),
		TEST(test_every_client_of_a_port_sees_the_same),
		TEST(test_log_holds_what_the_console_showed),
		TEST(test_prompt_answers_while_another_floods),
		TEST(test_two_vcpus_count),
		TEST(test_guest_checks_its_timer_and_mmu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: BSD-2-Clause
/* The hypervisor's shell: what a person types and reads there. */
#include "tests/system/harness.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static void boot(struct demo *demo)
{
	demo_boot(demo);
	machine_command(demo->p1, "p1> ", "echo up", "\r\nup");
	machine_command(demo->p2, "p2> ", "echo up", "\r\nup");
	machine_command(demo->hv, "HV> ", "version", "\r\nBeryl hypervisor version");
}

static void command(struct demo *demo, const char *line, const char *expected)
{
	machine_command(demo->hv, "HV> ", line, expected);
}

static void test_lines_can_be_edited(void **state)
{
	struct demo demo;

	(void)state;
	boot(&demo);
	command(&demo, "version", "\r\nBeryl hypervisor version");
	/* Complete, and show the choices. */
	stream_type(demo.hv, "ver\t\r");
	stream_expect(demo.hv, "\r\nBeryl hypervisor version");
	stream_type(demo.hv, "re\t\t");
	stream_expect(demo.hv, "restart  resume  reset\r\n");
	stream_type(demo.hv, "ta\t p\t1\r");
	stream_expect(demo.hv, "p1: starting");
	/* History, and what was being typed comes back. */
	stream_type(demo.hv, "inf\x1b[A\x1b[A\x1b[B\x1b[Bo\r");
	stream_expect(demo.hv, "\r\nPartition  Name");
	/* Home, insert, end, erase, erase a word. */
	stream_type(demo.hv, "elpx\x1b[Hh\x1b[F\x7f version nonsense\x17\r");
	stream_expect(demo.hv, "Usage: version");
	stream_type(demo.hv, "nonsense\x03");
	stream_expect(demo.hv, "^C\r\nHV> ");
	stream_type(demo.hv, "x\x15info\n");
	stream_expect(demo.hv, "\r\nPartition  Name");
	machine_stop(&demo.machine, SIGTERM, 0);
}

static void test_wrong_commands_are_explained(void **state)
{
	struct demo demo;

	(void)state;
	boot(&demo);
	command(&demo, "nonsense", "Unknown command 'nonsense'. Try 'help'.");
	command(&demo, "stop", "Usage: stop partition");
	command(&demo, "stop p3", "Partition 'p3' does not exist.");
	command(&demo, "start \"p1\"", "Couldn't start partition: it is running.");
	command(&demo, "resume 2", "Couldn't resume partition: it is running.");
	command(&demo, "gm p1 zero", "'zero' is not a number below");
	command(&demo, "gm p1 0x1000000000000000f", "is not a number below");
	command(&demo, "gm p1 0 0x100001", "At most 0x100000 bytes.");
	command(&demo, "ll boot 16", "Levels go from 0");
	command(&demo, "ll nobody 1", "There is no group 'nobody'.");
	command(&demo, "log last", "There is none");
	machine_stop(&demo.machine, SIGTERM, 0);
}

static void test_machine_shows_what_it_is(void **state)
{
	struct demo demo;

	(void)state;
	boot(&demo);
	command(&demo, "info --machine",
		"{\"partition\":1,\"name\":\"p1\",\"state\":\"running\",\"lives\":1,\"cores\":[2,3]}");
	command(&demo, "stats p2 --machine",
		"{\"partition\":2,\"name\":\"p2\",\"vcpu\":0,\"core\":1,"
		"\"exits\":{\"hypercall\":");
	command(&demo, "mem", "40000000          10000000      0                 p1");
	command(&demo, "irqs p1", "p1                    67     0  masked");
	command(&demo, "gm p1 0x2000000 16",
		"002000000  62657279 6c20726f 6f742066 732c206c  "
		"beryl root fs, l");
	command(&demo, "hdt", "compatible = \"fsl,mpc8544-guts\"");
	command(&demo, "cdt", "bootargs = \"console=ttyEHV0\";");
	command(&demo, "channels", "p1                console");
	command(&demo, "log", "2 partitions, 3 byte channels");
	machine_stop(&demo.machine, SIGTERM, 0);
}

static void test_exits_are_measured_when_asked(void **state)
{
	struct demo demo;

	(void)state;
	boot(&demo);
	command(&demo, "exits", "Not being measured");
	command(&demo, "exits on", "\r\n");
	command(&demo, "stats clear", "\r\n");
	machine_command(demo.p1, "p1> ", "hcall 9", "r3=0000000b");
	command(&demo, "exits p1", "hypercall ");
	command(&demo, "stats p1", "hypercall int-iack");
	command(&demo, "exits off", "\r\n");
	machine_stop(&demo.machine, SIGTERM, 0);
}

static void test_log_levels_silence_a_group(void **state)
{
	struct demo demo;

	(void)state;
	boot(&demo);
	command(&demo, "ll partition 0", "\r\n");
	command(&demo, "ll partition", "partition  0");
	command(&demo, "restart p2", "p2: loaded uImage image from 0x79300000");
	stream_expect(demo.p2, "p2> ");
	command(&demo, "ll partition 4", "\r\n");
	command(&demo, "restart p2", "p2: starting");
	assert_null(strstr(strstr(demo.hv->text, "ll partition 0"), "p2: stopped\r\n[1] 0"));
	machine_stop(&demo.machine, SIGTERM, 0);
}

static void test_fault_can_be_looked_into(void **state)
{
	struct demo demo;

	(void)state;
	boot(&demo);
	machine_command(demo.p1, "p1> ", "mce off", "\r\n");
	stream_type(demo.p1, "poke 0x50000000\r");
	stream_expect(demo.hv, "FAULT: partition p1, vCPU 0: ");
	stream_expect(demo.hv, "p1: stopped");
	command(&demo, "info", "stopped    2 on core 2 3  (fault)");
	command(&demo, "last p1",
		"p1 is stopped after a fault: store to guest physical 0x50000000");
	assert_non_null(strstr(demo.hv->text, " ns before the last: data-tlb"));
	command(&demo, "start p1", "p1: starting");
	machine_stop(&demo.machine, SIGTERM, 0);
}

static void test_log_survives_a_reset(void **state)
{
	struct demo demo;

	(void)state;
	boot(&demo);
	command(&demo, "pause p1", "\r\n");
	command(&demo, "stop p1", "p1: stopped");
	stream_command(demo.hv, "reset", "Beryl hypervisor version");
	stream_expect(demo.hv, "p1: starting");
	command(&demo, "log last", "p1: stopped");
	machine_stop(&demo.machine, SIGTERM, 0);
}

/* By polling, whatever the channels are doing. */
static void test_crash_is_reported(void **state)
{
	struct demo demo;

	(void)state;
	boot(&demo);
	stream_type(demo.p1, "flood 100000\r");
	stream_expect(demo.p1, "p1       00000100");
	stream_type(demo.hv, "crash\r");
	stream_expect(demo.hv, "[0] panic: asked for by the shell's crash");
	stream_expect(demo.hv, "backtrace: 8");
	stream_expect(demo.hv, "The hypervisor has stopped");
	machine_stop(&demo.machine, SIGTERM, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, harness_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_lines_can_be_edited),	       TEST(test_wrong_commands_are_explained),
		TEST(test_machine_shows_what_it_is),   TEST(test_exits_are_measured_when_asked),
		TEST(test_log_levels_silence_a_group), TEST(test_fault_can_be_looked_into),
		TEST(test_log_survives_a_reset),       TEST(test_crash_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

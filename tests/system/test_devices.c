// SPDX-License-Identifier: BSD-2-Clause
/*
 * A device that belongs to a partition: the second UART, which has its page of registers and its
 * interrupt in common with the hypervisor's own.
 */
#include "tests/system/harness.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

/* Guest physical; what it lies beside is the hypervisor's. */
#define SERIAL2 "0xfe0004600"
#define HYPERVISORS "0xfe0004500"

struct board {
	struct demo demo;
	struct stream *line; /* the other end of the second UART */
};

/* The demo machine, with these nodes in the partitions and this property in hv-config. */
static void boot_with(struct board *board, const char *p1_node, const char *p2_node,
		      const char *hv_property)
{
	const char *options[] = { "--kernel-boot", "--config",	 NULL, "--qemu-arg",
				  "-serial",	   "--qemu-arg", NULL, NULL };
	const char *path = harness_format("%s/serial2", harness_dir());
	struct demo *demo = &board->demo;

	options[2] = harness_edit_file("tests/guests/demo/demo.dts", "\t\tp1_console: console {",
				       harness_format("%s\t\tp1_console: console {", p1_node));
	options[2] = harness_edit_file(options[2], "\t\tp2_console: console {",
				       harness_format("%s\t\tp2_console: console {", p2_node));
	options[2] = harness_edit_file(options[2], "stdout = <&hv_console>;",
				       harness_format("stdout = <&hv_console>; %s", hv_property));
	options[6] = harness_format("unix:%s,server=on,wait=off", path);
	machine_boot(&demo->machine, options);
	demo->machine.guest_tries_all = true;
	demo->hv = machine_attach(&demo->machine, 0);
	demo->p1 = machine_attach(&demo->machine, 1);
	demo->p2 = machine_attach(&demo->machine, 2);
	board->line = stream_start(
		STREAM_PIPE, (const char *const[]){
				     "socat", "-", harness_format("UNIX-CONNECT:%s", path), NULL });
}

/* The second UART is p1's. */
static void boot(struct board *board, const char *hv_property)
{
	boot_with(board, "\t\tserial2 { device = \"serial1\"; };\n", "", hv_property);
}

/* The guest drives it. */
static void open_line(struct board *board)
{
	/* Console, its two interrupts, the shutdown doorbell and the error queue come first. */
	machine_command(board->demo.p1, "p1> ", "serial " SERIAL2 " 69", "serial: ready");
}

static void expect_echo(struct board *board, unsigned int lines)
{
	for (unsigned int n = 0; n < lines; n++) {
		stream_type(board->line, harness_format("the quick brown fox, time %u\n", n));
		stream_expect(board->line, harness_format("THE QUICK BROWN FOX, TIME %u\n", n));
	}
}

static void check_line(const char *hv_property)
{
	struct board board;

	boot(&board, hv_property);
	open_line(&board);
	expect_echo(&board, 50);
	/* The hypervisor's UART hears and speaks, meanwhile and afterwards. */
	machine_command(board.demo.p2, "p2> ", "flood 200", "flood: 200 lines");
	machine_expect_flood(board.demo.p2, "p2", 200);
	expect_echo(&board, 50);
	machine_command(board.demo.p1, "p1> ", "serial", "serial: 2880 bytes in, 2880 out,");
	machine_stop(&board.demo.machine, SIGTERM, 0);
}

static void test_second_uart(void **state)
{
	(void)state;
	check_line("");
}

static void test_second_uart_with_iack(void **state)
{
	(void)state;
	check_line("legacy-interrupts;");
}

static void test_nobody_else_reaches_it(void **state)
{
	struct board board;

	(void)state;
	boot(&board, "");
	machine_command(board.demo.p2, "p2> ", "poke " SERIAL2, "machine check: MCSR=000c4000");
	machine_command(board.demo.p2, "p2> ", "peek " SERIAL2, "machine check: MCSR=000c8000");
	/* Nor does its owner reach beyond it, or run it. */
	machine_command(board.demo.p1, "p1> ", "poke " HYPERVISORS, "machine check: MCSR=000c4000");
	machine_command(board.demo.p1, "p1> ", "peek " HYPERVISORS, "machine check: MCSR=000c8000");
	machine_command(board.demo.p1, "p1> ", "peek 0xfe0004700", "machine check: MCSR=000c8000");
	machine_command(board.demo.p1, "p1> ", "jump " SERIAL2, "machine check: MCSR=000d0000");
	open_line(&board);
	expect_echo(&board, 1);
	/* A handle that is nobody's. */
	machine_command(board.demo.p2, "p2> ", "hcall 6 69 0", "r3=00000008");
	machine_stop(&board.demo.machine, SIGTERM, 0);
}

/* Masked, or never ended, it holds up nobody but its owner; the next life starts afresh. */
static void test_interrupt_that_is_not_served(void **state)
{
	struct board board;

	(void)state;
	boot(&board, "");
	open_line(&board);
	machine_command(board.demo.p1, "p1> ", "hcall 6 69 1", "r3=00000000");
	stream_type(board.line, "early\n");
	machine_command(board.demo.p2, "p2> ", "echo one", "\r\none\r\n");
	machine_command(board.demo.hv, "HV> ", "info", "running");
	machine_command(board.demo.p1, "p1> ", "hcall 6 69 0", "r3=00000000");
	stream_expect(board.line, "EARLY\n");
	machine_command(board.demo.p1, "p1> ", "hcall 6 69 1", "r3=00000000");
	stream_type(board.line, "lost\n");
	machine_command(board.demo.hv, "HV> ", "restart p1", "p1: starting");
	stream_expect(board.demo.p1, "p1> ");
	machine_command(board.demo.p1, "p1> ", "hcall 7 69", "r4=00000001");
	machine_command(board.demo.p2, "p2> ", "echo two", "\r\ntwo\r\n");
	open_line(&board);
	stream_type(board.line, "\nanew\n");
	stream_expect(board.line, "ANEW\n");
	machine_stop(&board.demo.machine, SIGTERM, 0);
}

/* A device that never stops interrupting costs nobody but its owner. */
static void test_storm(void **state)
{
	struct board board;

	(void)state;
	boot(&board, "");
	stream_type(board.demo.p1, "serial " SERIAL2 " 69 mad\r");
	machine_command(board.demo.p2, "p2> ", "echo one", "\r\none\r\n");
	machine_command(board.demo.p2, "p2> ", "flood 200", "flood: 200 lines");
	machine_expect_flood(board.demo.p2, "p2", 200);
	machine_command(board.demo.hv, "HV> ", "restart p1", "p1: starting");
	stream_expect(board.demo.p1, "partition p1,");
	stream_expect(board.demo.p1, "p1> ");
	machine_command(board.demo.p1, "p1> ", "serial", "serial: 0 bytes in");
	machine_stop(&board.demo.machine, SIGTERM, 0);
}

/* Where the clock counts instructions, the guest takes more than it may in a millisecond. */
static void test_storm_is_held_back(void **state)
{
	const char *tree = harness_edit_file("tests/system/costs.dts", "\t\tp1_console: console {",
					     "\t\tserial2 { device = \"serial1\"; };\n"
					     "\t\tp1_console: console {");
	const char *const options[] = { "--kernel-boot",     "--cpus",	   "2",
					"--config",	     tree,	   "--qemu-arg",
					"-serial",	     "--qemu-arg", "null",
					"--qemu-arg",	     "-icount",	   "--qemu-arg",
					"shift=4,sleep=off", NULL };
	struct machine machine;
	struct stream *hv;

	(void)state;
	machine_boot(&machine, options);
	hv = machine_attach(&machine, 0);
	stream_type(machine_attach(&machine, 1), "serial " SERIAL2 " 71 mad\r");
	stream_expect(hv, "a storm from the guest that shares it");
	machine_command(hv, "HV> ", "info", "running");
	machine_stop(&machine, SIGTERM, 0);
}

/* A device that both partitions may have: who has it must be stopped before the other takes it. */
static void test_standby_takes_over(void **state)
{
	struct board board;
	struct demo *demo = &board.demo;

	(void)state;
	/* Handle 69 is the device, 70 its interrupt, in both. */
	boot_with(&board, "serial2 { device = \"serial1\"; claimable = \"active\"; };",
		  "serial2 { device = \"serial1\"; claimable = \"standby\"; };", "");
	machine_command(demo->p1, "p1> ", "serial " SERIAL2 " 70", "serial: ready");
	expect_echo(&board, 5);
	machine_command(demo->p2, "p2> ", "peek " SERIAL2, "machine check: MCSR=000c8000");
	machine_command(demo->p2, "p2> ", "hcall 0x20011 69", "r3=0000000b");
	machine_command(demo->p1, "p1> ", "hcall 0x20011 69", "r3=00000000");
	/* Its interrupt is not p2's either: masking it changes nothing. */
	machine_command(demo->p2, "p2> ", "hcall 6 70 1", "r3=00000000");
	expect_echo(&board, 5);
	machine_command(demo->hv, "HV> ", "stop p1", "p1: stopped");
	machine_command(demo->p2, "p2> ", "hcall 0x20011 69", "r3=00000000");
	machine_command(demo->p2, "p2> ", "serial " SERIAL2 " 70", "serial: ready");
	expect_echo(&board, 20);
	machine_command(demo->hv, "HV> ", "start load p1", "p1: starting");
	machine_command(demo->p1, "p1> ", "tree", "fsl,hv-claimable = \"standby\"");
	machine_command(demo->p1, "p1> ", "peek " SERIAL2, "machine check: MCSR=000c8000");
	machine_command(demo->p1, "p1> ", "hcall 0x20011 69", "r3=0000000b");
	expect_echo(&board, 20);
	machine_stop(&demo->machine, SIGTERM, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, harness_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_second_uart),
		TEST(test_second_uart_with_iack),
		TEST(test_nobody_else_reaches_it),
		TEST(test_interrupt_that_is_not_served),
		TEST(test_standby_takes_over),
		TEST(test_storm),
		TEST(test_storm_is_held_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

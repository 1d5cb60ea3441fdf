// SPDX-License-Identifier: BSD-2-Clause
/*
 * gdb on a partition of the demo machine: real gdb, through mux_server, the multiplexer and the
 * stub.  The partition beside it floods its console meanwhile, and loses nothing.
 */
#include "tests/system/harness.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { STUB_CHANNEL = 3, FLOOD = 1000 };

struct board {
	struct machine machine;
	struct stream *hv, *p1, *p2, *gdb;
};

static void boot(struct board *board, bool wait)
{
	const char *options[] = { "--kernel-boot", "--config", "tests/guests/demo/debug.dts",
				  NULL };

	if (wait)
		options[2] = harness_edit_file(
			"tests/guests/demo/demo.dts", "p1_console: console {",
			"debugger { compatible = \"debug-stub\"; endpoint = <&mux>; "
			"mux-channel = <3>; gdb-wait-at-start; }; p1_console: console {");
	machine_boot(&board->machine, options);
	board->hv = machine_attach(&board->machine, 0);
	board->p1 = machine_attach(&board->machine, 1);
	board->p2 = machine_attach(&board->machine, 2);
}

/* Type to gdb, and wait for what it says. */
static void gdb_say(struct board *board, const char *line, const char *expected)
{
	stream_type(board->gdb, harness_format("%s\n", line));
	stream_expect(board->gdb, expected);
}

/* And for its next prompt. */
static void gdb_command(struct board *board, const char *line, const char *expected)
{
	gdb_say(board, line, expected);
	stream_expect(board->gdb, "(gdb) ");
}

static void gdb_start(struct board *board)
{
	board->gdb = stream_start(STREAM_PIPE,
				  (const char *const[]){ "gdb-multiarch", "-q", "-nx", NULL });
	stream_expect(board->gdb, "(gdb) ");
	gdb_command(board, "set pagination off", "");
	gdb_command(board, "set width 0", "");
	gdb_command(board, "set confirm off", "");
	gdb_command(board, "set architecture powerpc:common", "powerpc:common");
	gdb_command(board, "file build/guests/demo.elf", "Reading symbols");
	gdb_command(board, harness_format("target remote :%u", board->machine.ports[STUB_CHANNEL]),
		    "Remote debugging using");
}

/* Let the guest go on; the stop is in what follows. */
static void gdb_continue(struct board *board)
{
	gdb_say(board, "continue", "Continuing.");
}

static void gdb_quit(struct board *board)
{
	stream_type(board->gdb, "quit\n");
	stream_expect_end(board->gdb);
}

static void test_breakpoints(void **state)
{
	struct board board;

	(void)state;
	boot(&board, false);
	stream_command(board.p2, harness_format("flood %d", FLOOD), "p2       00000001 ");
	gdb_start(&board);
	gdb_command(&board, "break command_run", "Breakpoint 1 at 0x");
	gdb_continue(&board);
	stream_type(board.p1, "echo first\r");
	stream_expect(board.gdb, "Breakpoint 1, command_run (line=");
	stream_expect(board.gdb, "\"echo first\"");
	stream_expect(board.gdb, "(gdb) ");
	gdb_command(&board, "backtrace", " in guest_main (");
	gdb_command(&board, "info threads", "* 1    Thread 1 ");

	/* Memory: what is there, what it becomes, and what is not there. */
	gdb_command(&board, "x/s line", "\"echo first\"");
	gdb_command(&board, "set var line[0] = 'E'", "");
	gdb_command(&board, "x/s line", "\"Echo first\"");
	gdb_command(&board, "set var line[0] = 'e'", "");
	gdb_command(&board, "x/x 0x90100000", "Cannot access memory at address 0x90100000");
	gdb_command(&board, "x/2x 0xfffffffc", "Cannot access memory");

	/* Steps end where they shall. */
	gdb_command(&board, "stepi", "");
	gdb_command(&board, "print $pc - (unsigned)command_run", " = 4");
	gdb_command(&board, "next", "");
	gdb_command(&board, "info symbol $pc", "command_run");

	gdb_command(&board, "info registers msr", "0x29000");
	gdb_command(&board, "set $r14 = 0x12345678", "");
	gdb_command(&board, "set $f31 = 1.5", "");
	gdb_command(&board, "stepi", "");
	gdb_command(&board, "print/x $r14", "0x12345678");
	gdb_command(&board, "print $f31", "1.5");

	gdb_command(&board, "tbreak command_echo", "Temporary breakpoint");
	gdb_continue(&board);
	stream_expect(board.gdb, "command_echo (argc=");
	stream_expect(board.gdb, "(gdb) ");
	gdb_command(&board, "finish", "in command_run (");
	stream_expect(board.p1, "\r\nfirst\r\n");
	gdb_continue(&board);
	stream_type(board.p1, "echo again\r");
	stream_expect(board.gdb, "Breakpoint 1, command_run (line=");
	stream_expect(board.gdb, "(gdb) ");
	gdb_command(&board, "detach", "detached]");
	stream_expect(board.p1, "\r\nagain\r\n");
	stream_expect(board.p1, "p1> ");
	machine_command(board.p1, "p1> ", "echo alone", "\r\nalone\r\n");
	gdb_quit(&board);
	stream_expect(board.p2, "p2> ");
	machine_expect_flood(board.p2, "p2", FLOOD);
	machine_stop(&board.machine, SIGTERM, 0);
}

/* When one vCPU stops, the other does, too; each can be looked at and stepped. */
static void test_vcpus(void **state)
{
	struct board board;

	(void)state;
	boot(&board, false);
	gdb_start(&board);
	gdb_command(&board, "break secondary_main", "Breakpoint 1");
	gdb_command(&board, "break count", "Breakpoint 2");
	gdb_continue(&board);
	stream_type(board.p1, "smp\r");
	stream_expect(board.gdb, "Switching to Thread 2");
	stream_expect(board.gdb, "Breakpoint 1, secondary_main (vcpu=1)");
	stream_expect(board.gdb, "(gdb) ");
	gdb_continue(&board);
	stream_expect(board.gdb, "Breakpoint 2, count (vcpu=1)");
	stream_expect(board.gdb, "(gdb) ");
	gdb_command(&board, "info threads", "  1    Thread 1 ");
	gdb_command(&board, "thread 1", "Switching to thread 1");
	gdb_command(&board, "backtrace", "command_smp");
	gdb_command(&board, "print stop", " = false");
	gdb_command(&board, "stepi", "");
	gdb_command(&board, "thread 2", "count (vcpu=1)");
	gdb_command(&board, "delete", "");
	gdb_continue(&board);
	stream_expect(board.p1, "the same");
	machine_stop(&board.machine, SIGTERM, 0);
}

static void test_interrupt_and_end(void **state)
{
	struct board board;

	(void)state;
	boot(&board, false);
	gdb_start(&board);
	gdb_continue(&board);
	machine_command(board.p1, "p1> ", "echo runs", "\r\nruns\r\n");
	stream_signal(board.gdb, SIGINT);
	stream_expect(board.gdb, "received signal SIGINT");
	stream_expect(board.gdb, "(gdb) ");
	stream_type(board.p1, "echo later\r");
	gdb_command(&board, "monitor info", "p1: running, 2 vCPUs");
	machine_command(board.p2, "p2> ", "echo beside", "\r\nbeside\r\n");
	stream_poll(board.p1);
	assert_null(strstr(board.p1->text, "later"));
	gdb_continue(&board);
	stream_expect(board.p1, "\r\nlater\r\n");

	/* The partition ends while it runs, and while it rests. */
	stream_command(board.hv, "restart p1", "p1: starting");
	stream_expect(board.gdb, "exited normally]");
	stream_expect(board.p1, "type help");
	stream_expect(board.p1, "p1> ");
	gdb_command(&board, harness_format("target remote :%u", board.machine.ports[STUB_CHANNEL]),
		    "Remote debugging using");
	gdb_command(&board, "break command_run", "Breakpoint");
	gdb_command(&board, "monitor restart", "");
	stream_expect(board.p1, "p1> ");
	machine_command(board.p1, "p1> ", "echo no breakpoint", "\r\nno breakpoint\r\n");
	gdb_continue(&board);
	stream_expect(board.gdb, "exited normally]");
	gdb_command(&board, harness_format("target remote :%u", board.machine.ports[STUB_CHANNEL]),
		    "Remote debugging using");
	gdb_say(&board, "kill", "killed]");
	stream_expect(board.hv, "p1: stopped");
	machine_stop(&board.machine, SIGTERM, 0);
}

static void test_wait_at_start(void **state)
{
	struct board board;

	(void)state;
	boot(&board, true);
	for (unsigned int life = 0; life < 2; life++) {
		gdb_start(&board);
		gdb_command(&board, "print $pc == _start", " = 1");
		gdb_command(&board, "tbreak guest_main", "Temporary breakpoint");
		gdb_continue(&board);
		stream_expect(board.gdb, "guest_main (tree_gpa=");
		stream_expect(board.gdb, "(gdb) ");
		/* The first instructions, some of which the hypervisor emulates, one by one. */
		gdb_command(&board, "stepi 20", "");
		gdb_continue(&board);
		machine_command(board.p1, "p1> ", "echo here", "\r\nhere\r\n");
		stream_command(board.hv, "restart p1", "p1: starting");
		stream_expect(board.gdb, "exited normally]");
		gdb_quit(&board);
	}
	machine_stop(&board.machine, SIGTERM, 0);
}

/* A trap instruction that no gdb has put there is the guest's own. */
static void test_own_trap(void **state)
{
	struct board board;

	(void)state;
	boot(&board, false);
	machine_command(board.p1, "p1> ", "poke 0x3000000 0x7fe00008", "");
	machine_command(board.p1, "p1> ", "poke 0x3000004 0x4e800020", ""); /* blr */
	machine_command(board.p1, "p1> ", "jump 0x3000000", "program");
	gdb_start(&board);
	gdb_continue(&board);
	machine_command(board.p1, "p1> ", "jump 0x3000000", "program");
	machine_stop(&board.machine, SIGTERM, 0);
}

static uint32_t seed = 20261123;

static uint32_t chance(uint32_t below)
{
	seed = seed * 1664525 + 1013904223;
	return (seed >> 8) % below;
}

/* A packet with a right sum, and anything in it; or noise. */
static size_t make_garbage(char *text)
{
	static const char commands[] = "?gGpPmMcszZHTqDkv!Rx";
	static const char *const bodies[] = { "",
					      "0,4",
					      "80000000,1ff",
					      "0,4:7fe00008",
					      "fffffffe,8",
					      "1f4=0000000000000000",
					      "c1",
					      "g18",
					      "Rcmd,696e",
					      "Xfer:features:read:target.xml:7ff,3ff" };
	size_t length = 0;
	uint8_t sum = 0;

	if (chance(3) == 0) {
		for (length = 0; length < 40; length++)
			text[length] = (char)chance(256);
		return length;
	}
	length = (size_t)sprintf(text, "$%c%s", commands[chance(sizeof(commands) - 1)],
				 bodies[chance(sizeof(bodies) / sizeof(bodies[0]))]);
	if (chance(2))
		text[2 + chance((uint32_t)length - 1)] = (char)('0' + chance(60));
	for (size_t i = 1; i < length; i++)
		sum = (uint8_t)(sum + (uint8_t)text[i]);
	return length + (size_t)sprintf(text + length, "#%02x", sum);
}

static void test_garbage(void **state)
{
	enum { PACKETS = 2000 };
	struct board board;
	struct stream *raw;
	char text[128];

	(void)state;
	boot(&board, false);
	stream_command(board.p2, harness_format("flood %d", FLOOD), "p2       00000001 ");
	raw = machine_attach(&board.machine, STUB_CHANNEL);
	for (unsigned int i = 0; i < PACKETS; i++) {
		size_t length = make_garbage(text);

		assert_int_equal(send(raw->fd, text, length, MSG_NOSIGNAL), length);
		/* Nothing holds a sender back who does not wait for replies: bytes would get lost.
		 */
		if (i % 40 == 39) {
			stream_type(raw, "$qSupported#37");
			stream_expect(raw, "PacketSize");
		}
	}
	/* Half a packet, and the connection is gone. */
	stream_type(raw, "$m0,");
	stream_close(raw, true);
	stream_expect(board.p2, "p2> ");
	machine_expect_flood(board.p2, "p2", FLOOD);

	/* p1 has been written to: what is left of it starts anew, and is debugged. */
	stream_command(board.hv, "stop p1", "");
	stream_expect(board.hv, "p1: stopped");
	stream_command(board.hv, "start p1", "p1: starting");
	stream_expect(board.p1, "type help");
	stream_expect(board.p1, "p1> ");
	gdb_start(&board);
	gdb_command(&board, "backtrace", "guest_main");
	gdb_command(&board, "detach", "detached]");
	machine_command(board.p1, "p1> ", "echo here", "\r\nhere\r\n");
	machine_stop(&board.machine, SIGTERM, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, harness_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_breakpoints),	  TEST(test_vcpus),    TEST(test_interrupt_and_end),
		TEST(test_wait_at_start), TEST(test_own_trap), TEST(test_garbage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: BSD-2-Clause
/*
 * A guest's decrementer, interval timer and watchdog, on a machine whose clock counts instructions:
 * every expiry comes, once, when it is due.  And what becomes of a partition whose watchdog is not
 * fed.
 */
#include "tests/system/harness.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

struct board {
	struct machine machine;
	struct stream *hv, *p1;
};

/* The partition of costs.dts with more @properties. */
static void start(struct machine *machine, const char *properties)
{
	const char *options[] = {
		"--kernel-boot", "--cpus",  "2",	  "--config",	       NULL,
		"--qemu-arg",	 "-icount", "--qemu-arg", "shift=4,sleep=off", NULL
	};

	options[4] = harness_edit_file("tests/system/costs.dts", "label = \"p1\";",
				       harness_format("label = \"p1\"; %s", properties));
	machine_start(machine, options);
}

static void boot(struct board *board, const char *properties)
{
	start(&board->machine, properties);
	machine_expect_ready(&board->machine);
	board->hv = machine_attach(&board->machine, 0);
	board->p1 = machine_attach(&board->machine, 1);
}

static void test_timers_and_order(void **state)
{
	struct board board;

	(void)state;
	boot(&board, "");
	board.machine.guest_tries_all = true;
	/* The first time the decrementer is the guest's own at first, the second time it is shared.
	 */
	machine_command(board.p1, "p1> ", "timers", "timers: 33 checks, 0 failed");
	machine_command(board.p1, "p1> ", "timers", "timers: 33 checks, 0 failed");
	machine_command(board.p1, "p1> ", "ticks", "10 took");
	machine_stop(&board.machine, SIGTERM, 0);
}

static void test_watchdog_restarts(void **state)
{
	struct board board;

	(void)state;
	boot(&board, "");
	machine_command(board.p1, "p1> ", "watchdog", "WRS=0");
	stream_command(board.p1, "watchdog 20 5", "fed 5 times");
	stream_expect(board.hv, "p1 vcpu 0: its watchdog has run out: restarting");
	stream_expect(board.p1, "partition p1, 1 vCPU,");
	stream_expect(board.p1, "p1> ");
	machine_command(board.p1, "p1> ", "watchdog", "WRS=2 TCR=04400000");
	stream_command(board.p1, "tree", "fsl,hv-stopped-by = \"watchdog\"");
	stream_expect(board.p1, "fsl,hv-reason-stopped = \"vcpu-0\"");
	stream_expect(board.p1, "p1> ");
	/* The life after that ends otherwise. */
	stream_command(board.hv, "restart p1", "p1: starting");
	stream_expect(board.p1, "p1> ");
	machine_command(board.p1, "p1> ", "watchdog", "WRS=0");
	machine_stop(&board.machine, SIGTERM, 0);
}

static void test_watchdog_stops(void **state)
{
	struct board board;

	(void)state;
	boot(&board, "watchdog-timeout = \"partition-stop\";");
	stream_command(board.p1, "watchdog 20", "fed 0 times");
	stream_expect(board.hv, "p1 vcpu 0: its watchdog has run out: stopping");
	stream_expect(board.hv, "p1: stopped");
	stream_command(board.hv, "start p1", "p1: starting");
	stream_expect(board.p1, "p1> ");
	machine_command(board.p1, "p1> ", "watchdog", "WRS=2");
	machine_stop(&board.machine, SIGTERM, 0);
}

/* Who is told does something about it, or does not: the guest goes on. */
static void test_watchdog_tells(void **state)
{
	struct board board;

	(void)state;
	boot(&board, "watchdog-timeout = \"manager-notify\";");
	stream_command(board.p1, "watchdog 20", "fed 0 times");
	stream_expect(board.hv, "p1 vcpu 0: its watchdog has run out: telling its managers");
	machine_command(board.p1, "p1> ", "echo here", "\r\nhere\r\n");
	machine_stop(&board.machine, SIGTERM, 0);
}

/* Period 47 is bit 16, three rises of which are over before the demo guest has found its console.
 */
static void test_watchdog_of_the_configuration(void **state)
{
	struct machine machine;
	struct stream *log;

	(void)state;
	start(&machine, "watchdog-autostart-period = <47>;");
	log = stream_start(STREAM_PIPE,
			   (const char *const[]){
				   "tail", "-F", "-n", "+1",
				   harness_format("%s/channel-00.log", machine.log_dir), NULL });
	for (unsigned int life = 0; life < 3; life++)
		stream_expect(log, "p1 vcpu 0: its watchdog has run out: restarting");
	machine_stop(&machine, SIGTERM, 143); /* it was not ready */
}

/* Seconds since the start, as the shell says. */
static unsigned int uptime(struct stream *hv)
{
	unsigned int seconds = 0;

	machine_command(hv, "HV> ", "info", "up ");
	for (const char *at = hv->text; (at = strstr(at, "\nup ")); at++)
		sscanf(at, "\nup %u", &seconds);
	return seconds;
}

/*
 * While a partition is paused its watchdog does not see the time go by.  In real time: three rises
 * of bit 27 take up to two seconds.
 */
static void test_watchdog_of_a_paused_partition(void **state)
{
	static const char *const options[] = { "--kernel-boot",		 "--cpus", "2", "--config",
					       "tests/system/costs.dts", NULL };
	struct machine machine;
	struct stream *hv, *p1;
	unsigned int begin;

	(void)state;
	machine_boot(&machine, options);
	hv = machine_attach(&machine, 0);
	p1 = machine_attach(&machine, 1);
	stream_command(p1, "watchdog 27 4", "\r\n");
	machine_command(hv, "HV> ", "pause p1", "\r\n");
	begin = uptime(hv);
	while (uptime(hv) < begin + 4)
		;
	machine_command(hv, "HV> ", "resume p1", "\r\n");
	stream_expect(p1, "fed 4 times");
	machine_stop(&machine, SIGTERM, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, harness_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_timers_and_order),
		TEST(test_watchdog_restarts),
		TEST(test_watchdog_stops),
		TEST(test_watchdog_tells),
		TEST(test_watchdog_of_the_configuration),
		TEST(test_watchdog_of_a_paused_partition),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

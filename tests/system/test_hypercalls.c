// SPDX-License-Identifier: BSD-2-Clause
/* Freescale's hypercalls, call by call, and all of them with random arguments. */
#include "tests/system/managed.h"

#include <signal.h>
#include <string.h>

/* Status in r3 for arguments that each call must refuse. */
static void test_arguments_are_checked(void **state)
{
	static const struct {
		const char *call, *status;
	} refused[] = {
		/* ERR_GET_INFO: no queue, little room, no memory, neither peek nor not, empty */
		{ "0x20001 64 704 0 0x800000 0", "r3=00000008" },
		{ "0x20001 76 703 0 0x800000 0", "r3=00000008" },
		{ "0x20001 76 704 0 0x800000 2", "r3=00000008" },
		{ "0x20001 76 704 1 0x800000 0", "r3=00000006" },
		{ "0x20001 76 704 0 0x3fffe00 0", "r3=00000006" },
		{ "0x20001 76 704 0 0x800000 0", "r3=00000002" },
		/* PARTITION_GET_DTPROP, SET_DTPROP: whose, too long, no memory, no path */
		{ "0x20002 5 0 0 0 0 0 0 0", "r3=00000008" },
		{ "0x20003 5 0 0 0 0 0 0 0", "r3=00000008" },
		{ "0x20002 1 0 0 0 0 0 0 32769", "r3=00000008" },
		{ "0x20003 1 0 0 0 0 0 0 32769", "r3=00000008" },
		{ "0x20002 1 1 0 0 0 0 0 8", "r3=00000006" },
		{ "0x20003 1 1 0 0 0 0 0 8", "r3=00000006" },
		{ "0x20002 1 0 0x900000 0 0x900000 0 0 8", "r3=00000008" },
		/* RESTART, GET_STATUS, START, STOP */
		{ "0x20004 5", "r3=00000008" },
		{ "0x20004 2", "r3=0000000b" },
		{ "0x20005 0", "r3=00000008" },
		{ "0x20006 0", "r3=00000008" },
		{ "0x20006 1", "r3=0000000b" },
		{ "0x20007 5", "r3=00000008" },
		{ "0x20007 2", "r3=0000000b" },
		/* MEMCPY: whose, not aligned, too many, no memory, none */
		{ "0x20008 5 1 0x800000 0 1", "r3=00000008" },
		{ "0x20008 1 5 0x800000 0 1", "r3=00000008" },
		{ "0x20008 1 1 0x800010 0 1", "r3=00000008" },
		{ "0x20008 1 1 0x800000 0 129", "r3=00000008" },
		{ "0x20008 1 1 0x800000 1 1", "r3=00000006" },
		{ "0x20008 1 1 0x3ffffe0 0 2", "r3=00000006" },
		{ "0x20008 1 1 0x800000 0 0", "r3=00000000" },
		/* DMA: no such handle; NMI: no such vCPU */
		{ "0x20009 1", "r3=00000008" },
		{ "0x2000a 1", "r3=00000008" },
		{ "0x2000b 2", "r3=00000008" },
		{ "0x2000b 0", "r3=00000000" },
		/* GET_CORE_STATE, ENTER_NAP, EXIT_NAP */
		{ "0x2000e 5 0", "r3=00000008" },
		{ "0x2000e 1 1", "r3=00000008" },
		{ "0x2000e 1 0", "r3=00000000 r4=00000000" },
		{ "0x2000e 2 0", "r3=00000000 r4=00000001" },
		{ "0x2000f 1 0", "r3=00000007" },
		{ "0x2000f 1 1", "r3=00000008" },
		{ "0x20010 1 0", "r3=00000007" },
		/* CLAIM_DEVICE: nothing that can be claimed */
		{ "0x20011 64", "r3=00000008" },
		{ "0x20011 0", "r3=00000008" },
		/* PARTITION_STOP_DMA, DMA_ATTR_SET, DMA_ATTR_GET, and what is none */
		{ "0x20012 1", "r3=00000007" },
		{ "0x20012 5", "r3=00000008" },
		{ "0x20013 1", "r3=00000008" },
		{ "0x20014 1", "r3=00000008" },
		{ "0x20015 1", "r3=0000000c" },
		{ "0x20000 1", "r3=0000000c" },
	};
	struct managed m;

	(void)state;
	managed_boot(&m);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		managed_call(&m, 1, harness_format("hcall %s", refused[i].call), refused[i].status);
	machine_stop(&m.machine, SIGTERM, 0);
}

static void test_memcpy(void **state)
{
	struct managed m;

	(void)state;
	managed_boot(&m);
	/* Nothing is copied when one entry is wrong: beyond p2's 16 MiB, or at the very end. */
	managed_call(&m, 1, "poke 0x900000 0x11111111", "wrote");
	managed_call(&m, 1, "poke 0xa00000 0x22222222", "wrote");
	managed_call(&m, 1, "copy self self 0x900000 0xa00000 4 0 0x4000000 1", "status 6");
	managed_call(&m, 1, "copy self self 0x900000 0xa00000 4 0 0 0xffffffffffffffff",
		     "status 6");
	managed_call(&m, 1, "copy self 2 0x900000 0xfffffe 4", "status 6");
	managed_call(&m, 1, "copy 2 self 0xfffffe 0xa00000 4", "status 6");
	managed_call(&m, 1, "peek 0xa00000", ": 22222222");
	managed_call(&m, 1, "copy self self 0x900000 0xa00000 4 0xa00000 0xb00000 4", "status 0");
	managed_call(&m, 1, "peek 0xb00000", ": 11111111");
	/* Across pages, to another partition and back, neither end aligned. */
	managed_call(&m, 1, "copy self 2 0x2000001 0x7ff 0x80003", "status 0");
	managed_call(&m, 1, "copy 2 self 0x7fe 0xc00000 0x80003", "status 0");
	managed_call(&m, 1, "copy self self 0xc00001 0xd00001 0x80002", "status 0");
	managed_call(&m, 1, "same 0x2000001 0xd00001 0x80002", "same: yes");
	/* Overlapping, upwards and downwards, by less than a page and by more. */
	managed_call(&m, 1, "copy self self 0x2000000 0x900000 0x20000 0x900000 0x900123 0x20000",
		     "status 0");
	managed_call(&m, 1, "same 0x2000000 0x900123 0x20000", "same: yes");
	managed_call(&m, 1, "copy self self 0x900123 0x900000 0x20000", "status 0");
	managed_call(&m, 1, "same 0x2000000 0x900000 0x20000", "same: yes");
	managed_call(&m, 1, "copy self self 0x900000 0x903001 0x20000", "status 0");
	managed_call(&m, 1, "same 0x2000000 0x903001 0x20000", "same: yes");
	/* A long one does not keep the partition from being stopped. */
	stream_type(m.guests[1], "copy self self 0 0x1000000 0x1000000 0 0x1000000 0x1000000 "
				 "0 0x1000000 0x1000000 0 0x1000000 0x1000000\r");
	machine_command(m.hv, "HV> ", "stop p1", "p1: stopped");
	machine_command(m.hv, "HV> ", "start load p1", "p1: starting");
	managed_call(&m, 1, "echo again", "\r\nagain");
	machine_stop(&m.machine, SIGTERM, 0);
}

static void test_properties(void **state)
{
	struct managed m;

	(void)state;
	managed_boot(&m);
	managed_call(&m, 1, "prop self / label", "status 0, 3 bytes, then #: p1");
	managed_call(&m, 1, "prop 3 / label", "status 0, 3 bytes, then #: p3");
	managed_call(&m, 1, "prop self /cpus/cpu@0 device_type", "4 bytes, then #: cpu");
	managed_call(&m, 1, "prop self / nothing", "status 2");
	managed_call(&m, 1, "prop self /nowhere label", "status 2");
	/* Before its first start there is only what was set. */
	managed_call(&m, 1, "prop 2 / label", "status 2");
	managed_call(&m, 1, "prop 2 /a/b/c/d e f", "status 0");
	managed_call(&m, 1, "prop 2 /a/b/c/d e", "2 bytes, then #: f");
	managed_call(&m, 1, "prop 2 /a/b/c/d e longer", "status 0");
	managed_call(&m, 1, "prop 2 /a/b/c/d e", "7 bytes, then #: longer");
	/* Not a path, not a name, too deep. */
	managed_call(&m, 1, "prop self a/b c d", "status 8");
	managed_call(&m, 1, "prop self /a//b c d", "status 8");
	managed_call(&m, 1, "prop self /a/ c d", "status 8");
	managed_call(&m, 1, "prop self /a c/d e", "status 8");
	managed_call(&m, 1, "prop self /1/2/3/4/5/6/7/8/9/a/b/c/d/e x y", "status 0");
	managed_call(&m, 1, "prop self /1/2/3/4/5/6/7/8/9/a/b/c/d/e/f x y", "status 8");
	/* How long it is, when there is no room: nothing is written. */
	managed_call(&m, 1, "poke 0x900000 0x2f000000", "wrote"); /* "/" */
	managed_call(&m, 1, "poke 0x900010 0x6c616265", "wrote"); /* "label" */
	managed_call(&m, 1, "poke 0x900014 0x6c000000", "wrote");
	managed_call(&m, 1, "poke 0x900020 0x55555555", "wrote");
	managed_call(&m, 1, "hcall 0x20002 1 0 0x900000 0 0x900010 0 0x900020 2",
		     "r3=0000000d r4=00000003");
	managed_call(&m, 1, "peek 0x900020", ": 55555555");
	managed_call(&m, 1, "hcall 0x20002 1 0 0x900000 0 0x900010 0 0x900020 3",
		     "r3=00000000 r4=00000003");
	managed_call(&m, 1, "peek 0x900020", ": 70310055");
	/* As much as there is room for, and the next start has it. */
	managed_call(&m, 1, "hcall 0x20003 1 0 0x900000 0 0x900010 0 0x2000000 32768",
		     "r3=00000000");
	managed_call(&m, 1, "hcall 0x20003 1 0 0x900000 0 0x900014 0 0x2000000 32768",
		     "r3=00000005");
	stream_type(m.guests[1], "hcall 0x20004 1\r");
	stream_expect(m.guests[1], "type help");
	machine_stop(&m.machine, SIGTERM, 0);
}

static void test_errors_and_nmi(void **state)
{
	struct managed m;

	(void)state;
	managed_boot(&m);
	managed_call(&m, 1, "errors 77", "status 2 after 0, told 0 times");
	/* The guest that does it reads of it; the error manager is told, by a machine check. */
	managed_call(&m, 3, "poke 0x50000000", "machine check");
	managed_call(&m, 3, "errors 68 peek", "gpa 50000000");
	managed_call(&m, 3, "errors 68",
		     "access violation of partition 3, /p3, /cpus/cpu@0: gpa "
		     "50000000");
	managed_call(&m, 3, "errors 68", "status 2 after 0, told 0 times");
	stream_command(m.guests[1], "errors 77",
		       "access violation of partition 3, /p3, /cpus/cpu@0: gpa 50000000");
	stream_expect(m.guests[1], "status 2 after 1, told 1 times");
	/* Once until it is empty; a full queue says how many it did not take. */
	for (unsigned int i = 0; i < 48; i++)
		managed_call(&m, 4, "peek 0x50000000", "machine check");
	managed_call(&m, 4, "errors 72", "status 2 after 46, told 0 times");
	managed_call(&m, 4, "peek 0x50000000", "machine check");
	managed_call(&m, 4, "errors 72 peek", "2 lost before");
	managed_call(&m, 1, "errors 77", "status 2 after 46, told 2 times");
	/* A fault ends the partition; its manager hears of it, and of the change. */
	managed_call(&m, 1, "listen 72", "yes");
	managed_call(&m, 3, "mce off", "\r\n");
	stream_type(m.guests[3], "poke 0x50000000\r");
	stream_expect(m.hv, "p3: stopped");
	managed_call(&m, 1, "errors 77 peek", "fault of partition 3");
	managed_call(&m, 1, "errors 77", "status 2 after 1, told 3 times");
	managed_call(&m, 1, "heard 72", "heard: 2"); /* and when it started */
	/* MCSR[NMI] */
	managed_call(&m, 4, "hcall 0x2000b 1", "machine check: MCSR=00100000");
	machine_stop(&m.machine, SIGTERM, 0);
}

/* A manager asks for anything, with what it may do and what not, while the neighbour writes. */
static void test_random_calls(void **state)
{
	unsigned int rounds = managed_soak() ? 100 : 1;
	struct managed m;

	(void)state;
	managed_boot(&m);
	stream_type(m.guests[4], "flood 60000\r");
	for (unsigned int round = 0; round < rounds; round++)
		managed_call(&m, 1, harness_format("fuzz %u 1000000", 20261123 + 2 * round),
			     "fuzz: 1000000 calls, 0 bad");
	stream_expect(m.guests[4], "flood: 60000 lines");
	machine_expect_flood(m.guests[4], "p4", 60000);
	machine_command(m.hv, "HV> ", "info", "running");
	machine_stop(&m.machine, SIGTERM, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MANAGED_TEST(test_arguments_are_checked),
		MANAGED_TEST(test_memcpy),
		MANAGED_TEST(test_properties),
		MANAGED_TEST(test_errors_and_nmi),
		MANAGED_TEST(test_random_calls),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

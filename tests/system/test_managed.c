// SPDX-License-Identifier: BSD-2-Clause
/* Managers and what they manage: loading, starting, stopping, restarting, being told. */
#include "tests/system/managed.h"

#include <signal.h>
#include <string.h>

static void test_manager_loads_and_starts_a_partition(void **state)
{
	struct managed m;

	(void)state;
	managed_boot(&m);
	/* It has never run, and has no image: not even the shell can start it. */
	managed_call(&m, 1, "hcall 0x20005 2", "r3=00000000 r4=00000000");
	machine_command(m.guests[1], "p1> ", "listen 68", "yes");
	machine_command(m.guests[1], "p1> ", "listen 70", "yes");
	machine_command(m.hv, "HV> ", "start p2", "p2 stays stopped");
	machine_command(m.guests[1], "p1> ", "heard 70", "heard: 1");
	machine_command(m.guests[1], "p1> ", "heard 68", "heard: 1");
	/* The rest of its memory is clear; its tree is made at the start, with what is set here. */
	managed_call(&m, 1, "copy self 2 0x2000000 0 0x100000", "copy: status 0");
	managed_call(&m, 1, "prop 2 /chosen bootargs hello", "prop: status 0");
	managed_call(&m, 1, "hcall 0x20006 2 0 0", "r3=00000000");
	stream_expect(m.guests[2], "partition p2, 1 vCPU");
	stream_expect(m.guests[2], "p2> ");
	machine_command(m.guests[2], "p2> ", "tree", "bootargs = \"hello\"");
	machine_command(m.guests[1], "p1> ", "heard 68", "heard: 2");
	/* Its life is the manager's to end. */
	managed_call(&m, 1, "hcall 0x20006 2 0 0", "r3=0000000b");
	managed_call(&m, 1, "hcall 0x20007 2", "r3=00000000");
	stream_expect(m.hv, "p2: stopped");
	managed_call(&m, 1, "hcall 0x20007 2", "r3=0000000b");
	managed_call(&m, 1, "heard 68", "heard: 3");
	managed_call(&m, 1, "copy self 2 0x2000000 0 0x100000", "copy: status 0");
	managed_call(&m, 1, "hcall 0x20006 2 0 0", "r3=00000000");
	stream_expect(m.guests[2], "p2> ");
	machine_command(m.guests[2], "p2> ", "tree", "fsl,hv-stopped-by = \"manager\"");
	machine_command(m.guests[2], "p2> ", "prop self /hypervisor fsl,hv-stopped-by",
			"8 bytes, then #: manager");
	machine_command(m.hv, "HV> ", "gdt print p2", "bootargs = \"hello\";");
	/* It asks for a restart, for which it has no images: its manager is to see to it. */
	stream_type(m.guests[2], "hcall 0x20004 2\r");
	stream_expect(m.hv, "p2 stays stopped");
	managed_call(&m, 1, "heard 70", "heard: 2");
	machine_stop(&m.machine, SIGTERM, 0);
}

static void test_only_managers_may(void **state)
{
	struct managed m;

	(void)state;
	managed_boot(&m);
	for (unsigned int call = 2; call <= 8; call++) {
		/* p4 does not manage p2, p3 manages nobody. */
		managed_call(&m, 4, harness_format("hcall 0x2000%u 2 2", call), "r3=00000008");
		managed_call(&m, 3, harness_format("hcall 0x2000%u 1 1", call), "r3=00000008");
		managed_call(&m, 3, harness_format("hcall 0x2000%u 4 4", call), "r3=00000008");
	}
	managed_call(&m, 4, "hcall 0x20005 3", "r4=00000001");
	managed_call(&m, 4, "ring third", "status 8");
	managed_call(&m, 3, "hcall 0x1000e 71", "r3=00000008");
	machine_stop(&m.machine, SIGTERM, 0);
}

static void test_doorbells_between_manager_and_managed(void **state)
{
	struct managed m;

	(void)state;
	managed_boot(&m);
	/* Shutdown: the manager's send handle, the partition's interrupt 67. */
	managed_call(&m, 3, "listen 67", "yes");
	managed_call(&m, 1, "hcall 0x1000e 75", "r3=00000000");
	managed_call(&m, 3, "heard 67", "heard: 1");
	/* Both managers hear of the watchdog, and the partition goes on. */
	managed_call(&m, 1, "listen 73", "yes");
	managed_call(&m, 4, "listen 69", "yes");
	stream_command(m.guests[3], "watchdog 20 1", "fed 1 times");
	stream_expect(m.hv, "its watchdog has run out: telling its managers");
	managed_call(&m, 3, "echo alive", "\r\nalive");
	managed_call(&m, 1, "heard 73", "heard: 1");
	managed_call(&m, 4, "heard 69", "heard: 1");
	machine_stop(&m.machine, SIGTERM, 0);
}

/* Both managers restart it at once: every request is served or refused, and it comes back. */
static void test_two_managers_at_once(void **state)
{
	struct managed m;

	(void)state;
	managed_boot(&m);
	stream_type(m.guests[1], "restarts 3 20\r");
	stream_type(m.guests[4], "restarts 3 20\r");
	stream_expect(m.guests[1], "then running");
	stream_expect(m.guests[4], "then running");
	managed_call(&m, 1, "hcall 0x20005 3", "r4=00000001");
	machine_stop(&m.machine, SIGTERM, 0);
}

/* Not a byte of the neighbour's is lost; in make soak a thousand times. */
static void test_restarts_beside_a_flood(void **state)
{
	unsigned int rounds = managed_soak() ? 5 : 1;
	struct managed m;

	(void)state;
	managed_boot(&m);
	stream_type(m.guests[4], "flood 60000\r");
	while (rounds--)
		managed_call(&m, 1, "restarts 3 200", "restarts: 200, then running");
	stream_expect(m.guests[4], "flood: 60000 lines");
	machine_expect_flood(m.guests[4], "p4", 60000);
	machine_stop(&m.machine, SIGTERM, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MANAGED_TEST(test_manager_loads_and_starts_a_partition),
		MANAGED_TEST(test_only_managers_may),
		MANAGED_TEST(test_doorbells_between_manager_and_managed),
		MANAGED_TEST(test_two_managers_at_once),
		MANAGED_TEST(test_restarts_beside_a_flood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

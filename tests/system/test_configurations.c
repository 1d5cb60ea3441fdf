/* SPDX-License-Identifier: BSD-2-Clause */
/* Configurations other than the demo's: the hypervisor elsewhere in memory, and what it refuses to
 * run. */
#include "tests/system/harness.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static const char *edited_tree(const char *from, const char *to)
{
	return harness_edit_file("tests/guests/demo/demo.dts", from, to);
}

static void test_hypervisor_moves_into_its_memory(void **state)
{
	const char *tree =
		edited_tree("\t\taddr = <0x0 0x00000000>", "\t\taddr = <0x0 0x10000000>");
	const char *const options[] = { "--kernel-boot", "--config", tree, NULL };
	struct machine machine;

	(void)state;
	machine_boot(&machine, options);
	machine_command(machine_attach(&machine, 0), "HV> ", "info", "at 0x10000000");
	machine_command(machine_attach(&machine, 1), "p1> ", "echo moved", "moved");
	machine_stop(&machine, SIGTERM, 0);
}

/* The published walk-through has 0x700000, which is 128 KiB too long. */
static void test_check_before_boot(void **state)
{
	const char *tree = edited_tree("0x006e0000", "0x00700000");
	const char *const options[] = { "--config", tree, NULL };
	struct machine machine;

	(void)state;
	machine_start(&machine, options);
	stream_expect(machine.hvrun,
		      harness_format("%s:85: error: /p1 guest-image: source 0x78020000 + 0x700000 "
				     "runs into the hypervisor's own uImage at 0x78700000; end the "
				     "window at 0x78700000: length 0x6e0000",
				     tree));
	stream_expect(machine.hvrun, "hvrun: with these errors nothing would start");
	assert_int_equal(stream_expect_end(machine.hvrun), 1);
	assert_null(strstr(machine.hvrun->text, "QEMU"));
}

/* The hypervisor finds its uImage by itself. */
static void test_window_that_runs_into_the_hypervisor_is_refused(void **state)
{
	const char *tree = edited_tree("0x006e0000", "0x00700000");
	const char *const options[] = { "--no-check", "--config", tree, NULL };
	struct machine machine;

	(void)state;
	machine_start(&machine, options);
	stream_expect(machine.hvrun, "/p1 guest-image: source 0x78020000 + 0x700000 runs into");
	stream_expect(machine.hvrun, "end the window at 0x78700000: length 0x6e0000");
	assert_int_equal(stream_expect_end(machine.hvrun), 1);
}

/* The last partition to stop takes the machine with it; a privileged one may at any time. */
static void test_reset_by_the_partitions(void **state)
{
	const char *tree = edited_tree("stdout = <&hv_console>;",
				       "stdout = <&hv_console>; sysreset-on-partition-stop;");
	const char *const options[] = { "--kernel-boot", "--config", tree, NULL };
	struct machine machine;
	struct stream *hv;

	(void)state;
	machine_boot(&machine, options);
	hv = machine_attach(&machine, 0);
	machine_command(hv, "HV> ", "stop p1", "p1: stopped");
	stream_type(hv, "stop p2\r");
	stream_expect(hv, "Beryl hypervisor version");
	stream_expect(hv, "p2: starting");
	machine_stop(&machine, SIGTERM, 0);
}

static void test_privileged_partition_may_reset(void **state)
{
	const char *tree = edited_tree("label = \"p2\";", "label = \"p2\"; privileged;");
	const char *const options[] = { "--kernel-boot", "--config", tree, NULL };
	struct machine machine;
	struct stream *hv;

	(void)state;
	machine_boot(&machine, options);
	hv = machine_attach(&machine, 0);
	stream_command(hv, "version", "Beryl hypervisor version");
	stream_type(machine_attach(&machine, 2), "hcall 0x2000d\r");
	stream_expect(hv, "Beryl hypervisor version");
	stream_expect(hv, "p2: starting");
	machine_stop(&machine, SIGTERM, 0);
}

/* p1 rings, both hear; p2 has nothing to ring with, and what rings while it is stopped waits for
 * it. */
static void test_doorbells(void **state)
{
	const char *tree = edited_tree(
		"\t\tp1_console: console {",
		"\t\tring { compatible = \"send-doorbell\"; global-doorbell = <&bell>; };\n"
		"\t\theard { compatible = \"receive-doorbell\"; global-doorbell = <&bell>; };\n"
		"\t\tp1_console: console {");
	struct machine machine;
	struct stream *hv, *p1, *p2;

	(void)state;
	tree = harness_edit_file(
		tree, "\t\tp2_console: console {",
		"\t\theard { compatible = \"receive-doorbell\"; global-doorbell = <&bell>; };\n"
		"\t\tp2_console: console {");
	tree = harness_edit_file(tree, "\thv-config {",
				 "\tbell: bell { compatible = \"doorbell\"; };\n\thv-config {");
	machine_boot(&machine, (const char *const[]){ "--kernel-boot", "--config", tree, NULL });
	hv = machine_attach(&machine, 0);
	p1 = machine_attach(&machine, 1);
	p2 = machine_attach(&machine, 2);
	machine_command(p1, "p1> ", "rung", "rung: 0");
	machine_command(p2, "p2> ", "rung", "rung: 0");
	machine_command(p1, "p1> ", "ring ring", "ring: status 0");
	machine_command(p1, "p1> ", "rung", "rung: 1");
	machine_command(p2, "p2> ", "rung", "rung: 1");
	machine_command(p2, "p2> ", "ring ring", "ring: no such doorbell");
	machine_command(p2, "p2> ", "hcall 14 67", "r3=00000008");
	machine_command(hv, "HV> ", "stop p2", "p2: stopped");
	machine_command(p1, "p1> ", "ring ring", "ring: status 0");
	machine_command(p1, "p1> ", "ring ring", "ring: status 0");
	machine_command(hv, "HV> ", "start p2", "p2: starting");
	stream_expect(p2, "partition p2, 1 vCPU,");
	stream_expect(p2, "p2> ");
	machine_command(p2, "p2> ", "rung", "rung: 1");
	machine_command(p1, "p1> ", "rung", "rung: 3");
	machine_stop(&machine, SIGTERM, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_hypervisor_moves_into_its_memory,
						harness_setup, harness_teardown),
		cmocka_unit_test_setup_teardown(test_check_before_boot, harness_setup,
						harness_teardown),
		cmocka_unit_test_setup_teardown(
			test_window_that_runs_into_the_hypervisor_is_refused, harness_setup,
			harness_teardown),
		cmocka_unit_test_setup_teardown(test_doorbells, harness_setup, harness_teardown),
		cmocka_unit_test_setup_teardown(test_reset_by_the_partitions, harness_setup,
						harness_teardown),
		cmocka_unit_test_setup_teardown(test_privileged_partition_may_reset, harness_setup,
						harness_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

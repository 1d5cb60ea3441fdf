// SPDX-License-Identifier: BSD-2-Clause
/* What partitions have in common: byte channels from guest to guest, doorbells, memory. */
#include "tests/system/harness.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { RING = 4095, SEND_MAX = 16, BELLS = 33 };

static const char demo_tree[] = "tests/guests/demo/demo.dts";

/* The demo machine with something more in each partition, and among the shared objects. */
static void boot(struct demo *demo, const char *in_p1, const char *in_p2, const char *shared)
{
	const char *tree = demo_tree;

	tree = harness_edit_file(tree, "\t\tp1_console: console {",
				 harness_format("%s\t\tp1_console: console {", in_p1));
	tree = harness_edit_file(tree, "\t\tp2_console: console {",
				 harness_format("%s\t\tp2_console: console {", in_p2));
	tree = harness_edit_file(tree, "\thv-config {", harness_format("%s\thv-config {", shared));
	machine_boot(&demo->machine,
		     (const char *const[]){ "--kernel-boot", "--config", tree, NULL });
	demo->hv = machine_attach(&demo->machine, 0);
	demo->p1 = machine_attach(&demo->machine, 1);
	demo->p2 = machine_attach(&demo->machine, 2);
	machine_command(demo->p1, "p1> ", "echo up", "\r\nup");
	machine_command(demo->p2, "p2> ", "echo up", "\r\nup");
}

/* The handle of the node @name, as the guest's own tree has it. */
static unsigned int handle_of(struct stream *guest, const char *prompt, const char *name)
{
	const char *node, *property;
	unsigned int handle = 0;

	machine_command(guest, prompt, "tree", "vmpic");
	node = strstr(guest->text, harness_format("%s {", name));
	assert_non_null(node);
	property = strstr(node, "hv-handle = <");
	assert_non_null(property);
	assert_int_equal(sscanf(property, "hv-handle = <%x>", &handle), 1);
	return handle;
}

static void test_channel_from_guest_to_guest(void **state)
{
	struct demo demo;
	unsigned int near, far;

	(void)state;
	boot(&demo, "\t\tlink1: link { compatible = \"byte-channel\"; endpoint = <&link2>; };\n",
	     "\t\tlink2: link { compatible = \"byte-channel\"; };\n", "");
	near = handle_of(demo.p1, "p1> ", "link");
	far = handle_of(demo.p2, "p2> ", "link");
	machine_command(demo.p1, "p1> ", harness_format("hcall 3 %u", near),
			harness_format("r3=00000000 r4=00000000 r5=%08x", RING));
	machine_command(demo.p1, "p1> ", harness_format("hcall 1 %u 5 0x68656c6c 0x6f000000", near),
			"r3=00000000 r4=00000005");
	machine_command(demo.p2, "p2> ", harness_format("hcall 3 %u", far),
			"r4=00000005 r5=00000fff");
	machine_command(demo.p2, "p2> ", harness_format("hcall 2 %u 16", far),
			"r3=00000000 r4=00000005 r5=68656c6c r6=6f000000");
	machine_command(demo.p2, "p2> ", harness_format("hcall 2 %u 16", far),
			"r3=00000000 r4=00000000");

	/* Fill it: the last send is partial, the next is refused; too long is an error. */
	for (int i = 0; i < RING / SEND_MAX; i++)
		machine_command(demo.p1, "p1> ", harness_format("hcall 1 %u 16", near),
				"r3=00000000 r4=00000010");
	machine_command(demo.p1, "p1> ", harness_format("hcall 1 %u 16", near),
			"r3=00000000 r4=0000000f");
	machine_command(demo.p1, "p1> ", harness_format("hcall 1 %u 16", near),
			"r3=00000004 r4=00000000");
	machine_command(demo.p1, "p1> ", harness_format("hcall 1 %u 17", near), "r3=00000008");
	machine_command(demo.p1, "p1> ", harness_format("hcall 1 %u 0", near), "r3=00000000");
	machine_command(demo.p2, "p2> ", harness_format("hcall 2 %u 99", far),
			"r3=00000000 r4=00000010");
	machine_stop(&demo.machine, SIGTERM, 0);
}

static void test_thirty_three_doorbells(void **state)
{
	const char *p1 = "", *p2 = "", *shared = "";
	struct demo demo;

	(void)state;
	for (int i = 0; i < BELLS; i++) {
		shared = harness_format("%s\tbell%d: bell%d { compatible = \"doorbell\"; };\n",
					shared, i, i);
		p1 = harness_format("%s\t\tring%d { compatible = \"send-doorbell\"; "
				    "global-doorbell = <&bell%d>; };\n",
				    p1, i, i);
		p2 = harness_format("%s\t\theard%d { compatible = \"receive-doorbell\"; "
				    "global-doorbell = <&bell%d>; };\n",
				    p2, i, i);
	}
	boot(&demo, p1, p2, shared);
	for (int i = 0; i < BELLS; i++) {
		machine_command(demo.p1, "p1> ", harness_format("ring ring%d", i),
				"ring: status 0");
		machine_command(demo.p2, "p2> ", "rung", harness_format("rung: %d", i + 1));
	}
	machine_command(demo.p1, "p1> ", "rung", "rung: 0");
	machine_stop(&demo.machine, SIGTERM, 0);
}

static void test_shared_memory(void **state)
{
	static const char at[] =
		"\t\tshared { compatible = \"guest-phys-mem-area\"; phys-mem = <&shared>; "
		"guest-addr = <0 %s>; };\n";
	struct demo demo;

	(void)state;
	boot(&demo, harness_format(at, "0x20000000"), harness_format(at, "0x30000000"),
	     "\tshared: shared { compatible = \"phys-mem-area\"; addr = <0 0x60000000>; "
	     "size = <0 0x100000>; zero-pma; };\n");
	demo.machine.guest_tries_all = true; /* MCARU, in its report of a machine check */
	machine_command(demo.p2, "p2> ", "peek 0x30000010", "030000010: 00000000");
	machine_command(demo.p1, "p1> ", "poke 0x20000010 0x12345678", "wrote 12345678");
	machine_command(demo.p2, "p2> ", "peek 0x30000010", "030000010: 12345678");
	/* It outlives either; and nobody has it where the other has. */
	machine_command(demo.hv, "HV> ", "restart p1", "p1: starting");
	machine_command(demo.p2, "p2> ", "peek 0x30000010", "030000010: 12345678");
	machine_command(demo.p2, "p2> ", "peek 0x20000010", "machine check");
	machine_command(demo.hv, "HV> ", "mem",
			"60000000          100000        30000000          p2");
	machine_stop(&demo.machine, SIGTERM, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, harness_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_channel_from_guest_to_guest),
		TEST(test_thirty_three_doorbells),
		TEST(test_shared_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Each class of fault, in a tree that has only this one: hvlint says where, what and what to do. */
#include "tests/system/hvlint_harness.h"

#include <stdio.h>
#include <string.h>

#define AREA "addr = <0x0 0x04000000>;"
#define IMAGE "guest-image = <0x0 0x10000000  0x0 0x00000000  0x0 0x00100000>;"
#define ROOTFS "linux-rootfs = <0x0 0x10200000  0x0 0x02000000  0x0 0x00100000>;"

struct fault {
	const char *name;
	const char *from, *to;
	const char *at;	     /* what stands in the line that is blamed; NULL: @to */
	const char *finding; /* without the place */
};

static const struct fault faults[] = {
	{ "guest_memory_over_the_hypervisor", AREA, "addr = <0x0  0x0>;", NULL,
	  "error: /a-area addr: 0x0 + 0x4000000 overlaps hv-area" },
	{ "guest_memory_over_another_guest", "addr = <0x0 0x08000000>;",
	  "addr = <0x0  0x04000000>;", NULL,
	  "error: /b-area addr: 0x4000000 + 0x4000000 overlaps a-area" },
	{ "guest_has_the_hypervisors_memory", "phys-mem = <&a_area>;", "phys-mem = < &hv_area >;",
	  NULL,
	  "error: /a/memory phys-mem: hv-area is the hypervisor's memory; give the guest another" },
	{ "memory_beyond_ram", AREA, "addr = <0x0 0x80000000>;", NULL,
	  "error: /a-area addr: 0x80000000 + 0x4000000 is not all RAM; stay below 0x80000000" },
	{ "window_over_guest_memory", ROOTFS,
	  "linux-rootfs = <0x0 0x04200000  0x0 0x02000000  0x0 0x00100000>;", NULL,
	  "error: /a linux-rootfs: source 0x4200000 + 0x100000 begins inside guest memory" },
	{ "window_over_the_hypervisor", ROOTFS,
	  "linux-rootfs = <0x0 0x00200000  0x0 0x02000000  0x0 0x00100000>;", NULL,
	  "error: /a linux-rootfs: source 0x200000 + 0x100000 begins inside the hypervisor's" },
	{ "window_over_another_window", ROOTFS,
	  "linux-rootfs = <0x0 0x10080000  0x0 0x02000000  0x0 0x00100000>;", NULL,
	  "error: /a linux-rootfs: source 0x10080000 + 0x100000 begins inside another image" },
	{ "window_beyond_ram", ROOTFS,
	  "linux-rootfs = <0x0 0x7ff80000  0x0 0x02000000  0x0 0x00100000>;", NULL,
	  "error: /a linux-rootfs: source 0x7ff80000 + 0x100000 is neither all RAM nor flash" },
	{ "image_over_another", ROOTFS,
	  "linux-rootfs = <0x0 0x10200000  0x0 0x00080000  0x0 0x00100000>;", NULL,
	  "error: /a linux-rootfs: destination 0x80000 + 0x100000 overlaps the image at 0x0" },
	{ "image_beyond_guest_memory", ROOTFS,
	  "linux-rootfs = <0x0 0x10200000  0x0 0x03f80000  0x0 0x00100000>;", NULL,
	  "error: /a linux-rootfs: destination 0x3f80000 + 0x100000 is not all guest memory" },
	{ "tree_over_an_image", "dtb-window = <0x0 0x01000000", "dtb-window = <0x0 0x02000000",
	  NULL, "error: /a dtb-window: 0x2000000 + 0x4000 overlaps the image" },
	{ "core_twice", "cpus = <2 2>;", "cpus = <1 2>;", NULL,
	  "error: /b cpus: core 1 belongs to `a` already; give each core to one partition" },
	{ "core_that_is_not_there", "cpus = <2 2>;", "cpus = <2 3>;", NULL,
	  "error: /b cpus: there is no core 4; this machine has 4 cores" },
	{ "channel_twice", "mux-channel = <2>;", "mux-channel = < 1 >;", NULL,
	  "error: /b/console mux-channel: 1 is taken by console of `a`; use 2, which is free" },
	{ "device_twice", "mux-channel = <1>;\n\t\t};",
	  "mux-channel = <1>;\n\t\t};\n\t\tport { device = \"serial1\"; };",
	  "device = \"serial1\";\n\t\t};", "error: /b/serial device: " },
	{ "device_of_the_hypervisor", "device = \"serial1\"",
	  "device = \"/soc@fe0000000/serial@4500\"", NULL, "error: /b/serial device: " },
	{ "device_below_one_of_the_hypervisors", "device = \"serial0\";",
	  "device = \"serial0\";\n\t\t};\n\t\tsoc { device = \"/soc@fe0000000\";",
	  "device = \"serial1\"", "error: /b/serial device: " },
	{ "device_that_is_not_there", "device = \"serial1\"", "device = \"serial9\"", NULL,
	  "error: /b/serial device: `serial9` is no device of the hardware tree" },
	{ "reference_to_nothing", "phys-mem = <&a_area>;", "phys-mem = <99>;", NULL,
	  "error: /a/memory phys-mem: no node has phandle 0x63; point it to a node" },
	{ "reference_to_a_label_that_is_not_there", "phys-mem = <&a_area>;",
	  "phys-mem = <&c_area>;", "memory {\n\t\t\tcompatible = \"guest",
	  "error: /a/memory: Reference to non-existent node or label \"c_area\"" },
	{ "reference_to_the_wrong_kind", "phys-mem = <&a_area>;", "phys-mem = <&mux>;", NULL,
	  "error: /a/memory phys-mem: " },
	{ "alias_of_another_partitions_node", "mux-channel = <1>;\n\t\t};",
	  "mux-channel = <1>;\n\t\t};\n\t\taliases { x = <&hv_area>; };", "aliases { x",
	  "error: /a/aliases x: " },
	{ "label_twice", "label = \"b\";", "label = \"a\"; ", NULL, "error: /b label: " },
	{ "misspelled_property", "linux-rootfs = ", "linux-rotfs = ", NULL,
	  "warning: /a linux-rotfs: is not a property of a partition; is `linux-rootfs` meant?" },
	{ "property_missing", "stdout = <&shell>;", "", "hv-config {",
	  "warning: /hv-config stdout: is missing: the hypervisor has neither log nor shell" },
	{ "grammar", "mux-channel = <1>;", "mux-channel = <1>\n", "};\n\t};\n\n\tb {",
	  "error: syntax error\n" },
	{ "channel_that_leads_nowhere", "endpoint = <&mux>;\n\t\t\tmux-channel = <0>;", "",
	  "shell: shell {",
	  "warning: /hv-config/shell endpoint: is missing, and nobody names this byte channel" },
	{ "partition_without_console",
	  "console {\n\t\t\tcompatible = \"byte-channel\";\n\t\t\tendpoint = <&mux>;\n"
	  "\t\t\tmux-channel = <2>;\n\t\t};\n\n\t\tserial",
	  "serial", "b {\n\t\tcompatible", "warning: /b: " },
	{ "stdout_that_is_no_channel", "stdout = <&shell>;", "stdout = <&uart>;", NULL,
	  "error: /hv-config stdout: uart is no byte-channel" },
};

static const char *const only_hw[] = { "--hw", LINT_HW };

/* One finding, in the right line, and the status that belongs to it. */
static void check_fault(void **state)
{
	const struct fault *fault = *state;
	char *text = lint_edit(lint_config(), fault->from, fault->to);
	const char *path = lint_write("fault.dts", text, strlen(text)), *output;
	const int status = lint_run(&output, LINT(only_hw[0], only_hw[1], path));
	const char *line =
		harness_format("%s:%u: %s", path,
			       lint_line(text, fault->at ? fault->at : fault->to), fault->finding);

	if (status != (strncmp(fault->finding, "error", 5) == 0) ||
	    strncmp(output, line, strlen(line)) != 0)
		fail_msg("exit status %d; expected %s\n%s", status, line, output);
}

static int set_up(void **state)
{
	(void)state; /* the fault, which the test wants */
	return harness_setup(&(void *){ NULL });
}

static int tear_down(void **state)
{
	(void)state;
	return harness_teardown(&(void *){ NULL });
}

int main(void)
{
	enum { COUNT = sizeof(faults) / sizeof(faults[0]) };
	struct CMUnitTest hvlint[COUNT];

	for (size_t i = 0; i < COUNT; i++)
		hvlint[i] = (struct CMUnitTest){ faults[i].name, check_fault, set_up, tear_down,
						 (void *)(uintptr_t)&faults[i] };
	return cmocka_run_group_tests(hvlint, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* What hvlint shows of a machine, at 80 columns; and the trees of its guests. */
#include "tests/system/hvlint_harness.h"

#include <stdio.h>
#include <string.h>

#define HW "--hw", LINT_HW

static void expect_lines(const char *output, const char *const lines[])
{
	const char *at = output;

	for (; *lines; lines++) {
		const char *found = strstr(at, *lines);

		if (!found)
			fail_msg("`%s` is not there, or not in its place:\n%s", *lines, output);
		at = found + strlen(*lines);
	}
}

static void machine_is_drawn(void **state)
{
	const char *output;

	(void)state;
	assert_int_equal(
		lint_run(&output, LINT(HW, LINT_CONFIG, "--show", "--load", "0x20000000=" LINT_HW)),
		0);
	expect_lines(
		output,
		LINT("4 cores, time base ",
		     "RAM at 0x0, 2 GiB; a column is 64 MiB\n"
		     "  0x000000000   16 MiB |#                               | hypervisor\n"
		     "  0x001000000   48 MiB |.                               | free\n"
		     "  0x004000000   64 MiB | #                              | a: a-area\n"
		     "  0x008000000   64 MiB |  #                             | b: b-area\n"
		     "  0x00c000000   64 MiB |   .                            | free\n"
		     "  0x010000000    1 MiB |    =                           | image of a, b\n"
		     "  0x010100000    1 MiB |    .                           | free\n"
		     "  0x010200000    1 MiB |    =                           | rootfs of a\n"
		     "  0x010300000  253 MiB |    ....                        | free\n"
		     "  0x020000000 ",
		     "|        =                       | ppce500.dtb\n",
		     "|        ........................| free\n",
		     "\nCores\n"
		     "    0  only the hypervisor      boots the machine\n"
		     "    1  vCPU  0 of a\n"
		     "    2  vCPU  0 of b\n"
		     "    3  vCPU  1 of b\n",
		     "\nConsoles on uart: UART at 0xfe0004500, 115200 baud\n"
		     "  channel  0  port 18900  hypervisor: shell, log and shell\n"
		     "  channel  1  port 18901  a: console\n"
		     "  channel  2  port 18902  b: console\n",
		     "\nPartition a: handle 1, 1 vCPU\n"
		     "  0x000000000   64 MiB |################################| a-area\n"
		     "  0x000000000    1 MiB |=                               | guest image\n"
		     "  0x001000000   16 KiB |        =                       | device tree\n"
		     "  0x002000000    1 MiB |                =               | root file system\n"
		     "  0x0fffff000    4 KiB |                                | spin table\n",
		     "\nPartition b: handle 2, 2 vCPUs\n",
		     "  handles\n"
		     "    console                byte channel      handle  64   interrupts 65 66\n",
		     "    guest-error-queue      error queue       handle ",
		     "  device registers\n"
		     "    /soc@fe0000000/serial@4600\n"
		     "      0xfe0004600    256 B  guest 0xfe0004600\n"
		     "  interrupts of devices\n"
		     "    source  42  high level    handle ",
		     "serial, with the hypervisor\n"));
	for (const char *line = output; *line; line += strcspn(line, "\n") + 1)
		assert_in_range(strcspn(line, "\n"), 0, 80);
}

/* What partitions share with each other. */
static void what_is_shared_is_shown(void **state)
{
	static const char shared[] =
		"\tbell: bell { compatible = \"doorbell\"; };\n"
		"\tshm: shm { compatible = \"phys-mem-area\"; addr = <0 0x20000000>; size = <0 0x100000>; };\n"
		"\thv-config {";
	static const char of_a[] =
		"mux-channel = <1>;\n\t\t};\n"
		"\t\tring { compatible = \"send-doorbell\"; global-doorbell = <&bell>; };\n"
		"\t\tshared { compatible = \"guest-phys-mem-area\"; phys-mem = <&shm>; guest-addr = <0 0x8000000>; };\n"
		"\t\tpipe: pipe { compatible = \"byte-channel\"; };";
	static const char of_b[] =
		"mux-channel = <2>;\n\t\t};\n"
		"\t\theard { compatible = \"receive-doorbell\"; global-doorbell = <&bell>; };\n"
		"\t\tshared { compatible = \"guest-phys-mem-area\"; phys-mem = <&shm>; };\n"
		"\t\tpipe { compatible = \"byte-channel\"; endpoint = <&pipe>; };";
	char *text = lint_edit(lint_config(), "\thv-config {", shared);
	const char *output;

	(void)state;
	text = lint_edit(text, "mux-channel = <1>;\n\t\t};", of_a);
	text = lint_edit(text, "mux-channel = <2>;\n\t\t};", of_b);
	assert_int_equal(lint_run(&output, LINT(HW, "--show", "--port=7000",
						lint_write("shared.dts", text, strlen(text)))),
			 0);
	expect_lines(
		output,
		LINT("|        #                       | a, b: shm\n",
		     "  channel  2  port  7002  b: console\n",
		     "\nOther byte channels\n"
		     "  a: pipe  <->  b: pipe\n",
		     "\nShared memory\n"
		     "  0x020000000    1 MiB  shm\n"
		     "    a at 0x008000000\n"
		     "    b at 0x020000000\n",
		     "\nDoorbells\n"
		     "  bell\n"
		     "    rung by a: ring\n"
		     "    heard by b: heard\n",
		     "    ring                   send doorbell     handle  70\n",
		     "    shutdown               receive doorbell               interrupt 71\n",
		     "    heard                  receive doorbell               interrupt 70\n"));
}

/* As source, on standard output, where findings are not; what dtc makes of it is the tree. */
static void guest_tree_is_printed(void **state)
{
	struct stream *shell = stream_start(
		STREAM_PIPE,
		LINT("sh", "-c",
		     "sed 's/stdout = .*//' " LINT_CONFIG " | build/bin/hvlint --hw " LINT_HW
		     " --guest-tree b - 2>/dev/null | dtc -q -I dts -O dts"));

	(void)state;
	stream_expect(shell, "label = \"b\";");
	stream_expect(shell, "cpu@1 {");
	stream_expect(shell, "memory@0 {");
	stream_expect(shell, "guest-id = <0x02>;");
	stream_expect(shell, "compatible = \"epapr,hv-byte-channel\";");
	stream_expect(shell, "compatible = \"ns16550\";");
	assert_int_equal(stream_expect_end(shell), 0);
	lint_expect(2, "hvlint: no partition has the label `c`",
		    LINT(HW, LINT_CONFIG, "--guest-tree", "c"));
}

/* The P4080DS of Linux's sources, completed as its boot loader does. */
static void board_is_shown(void **state)
{
	static const char complete[] =
		"s/device_type = \"cpu\";/& timebase-frequency = <41666666>; status = \"disabled\"; "
		"enable-method = \"spin-table\"; cpu-release-addr = <0 0x7ff00020>;/; "
		"s/clock-frequency = <0x00>/clock-frequency = <333333333>/; "
		"s/device_type = \"memory\";/& reg = <0 0 0 0x80000000>;/";
	const char *board = "build/unit/p4080ds.dtb", *hw = lint_path("hw.dts"), *output;
	char *text = lint_edit(lint_config(), "device = \"serial1\"", "device = \"serial2\"");
	const char *config = lint_write("board.dts", text, strlen(text));
	struct stream *shell = stream_start(
		STREAM_PIPE, LINT("sh", "-c",
				  harness_format("dtc -q -I dtb -O dts %s | sed '%s' >%s", board,
						 complete, hw)));

	(void)state;
	assert_int_equal(stream_expect_end(shell), 0);
	assert_int_equal(lint_run(&output, LINT("--hw", hw, "--show", config)), 0);
	expect_lines(output, LINT("fsl,P4080DS: 8 cores", "    7  only the hypervisor\n",
				  "Consoles on uart: UART at 0xffe11c500",
				  "    /soc@ffe000000/serial@11d500\n"
				  "      0xffe11d500    256 B  guest 0xffe11d500\n",
				  "    source  37  high level    handle "));
	lint_expect(1,
		    "p4080ds.dtb: error: /: no RAM: no memory node with a size; pass the tree that",
		    LINT("--hw", board, config));
}

static void nothing_is_shown_of_what_has_errors(void **state)
{
	char *text = lint_edit(lint_config(), "cpus = <2 2>", "cpus = <1 2>");

	(void)state;
	lint_expect(1, "hvlint: with errors there is no machine to show",
		    LINT(HW, "--show", lint_write("fault.dts", text, strlen(text))));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, harness_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest hvlint_show[] = {
		TEST(machine_is_drawn),
		TEST(what_is_shared_is_shown),
		TEST(guest_tree_is_printed),
		TEST(board_is_shown),
		TEST(nothing_is_shown_of_what_has_errors),
	};

	return cmocka_run_group_tests(hvlint_show, NULL, NULL);
}

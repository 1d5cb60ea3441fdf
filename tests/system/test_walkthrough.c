// SPDX-License-Identifier: BSD-2-Clause
/* From power-on to partition consoles through the real U-Boot, as "make run" does it. */
#include "tests/system/harness.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

static const char *const no_options[] = { NULL };

/* U-Boot's own record has what the walk-through types, in order. */
static void expect_typed(const struct machine *machine)
{
	static const char *const lines[] = {
		"=> setenv bootm_size 0x30000000",
		"=> tftp 0x78020000 ",
		"=> tftp 0x79300000 ",
		"=> tftp 0x78700000 hv.uImage",
		"=> tftp 0x78800000 hw.dtb",
		"=> tftp 0x78900000 config.dtb",
		"=> setenv bootargs config-addr=0x78900000 console=ttyS0,115200",
		"=> bootm 0x78700000 - 0x78800000",
		"Verifying Checksum ... OK",
	};
	size_t size;
	char *text = harness_read_file(harness_format("%s/u-boot.log", machine->log_dir), &size);

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		text = strstr(text, lines[i]);
		if (!text)
			fail_msg("U-Boot was not told: %s", lines[i]);
	}
}

/* The root file system that U-Boot fetched is what the guest finds in its memory. */
static void expect_rootfs(struct stream *console)
{
	size_t size;
	char *image = harness_read_file("build/guests/rootfs.img", &size);
	unsigned long crc = crc32(0, (const unsigned char *)image, (unsigned int)size);

	stream_command(console, "info", harness_format("CRC-32 %08lx", crc));
}

static void test_power_on_to_consoles(void **state)
{
	struct machine machine;
	struct stream *hv, *p1, *p2;

	(void)state;
	machine_boot(&machine, no_options);
	expect_typed(&machine);
	hv = machine_attach(&machine, 0);
	p1 = machine_attach(&machine, 1);
	p2 = machine_attach(&machine, 2);
	machine_command(hv, "HV> ", "version", "\nBeryl");
	expect_rootfs(p1);
	expect_rootfs(p2);
	machine_stop(&machine, SIGTERM, 0);
}

static void expect_logged(const struct machine *machine, unsigned int channel, const char *text)
{
	size_t size;

	machine_expect_log(machine, channel, text, strlen(text), &size);
}

static void test_banners_are_in_the_logs(void **state)
{
	struct machine machine;

	(void)state;
	machine_boot(&machine, no_options);
	expect_logged(&machine, 0, "Beryl hypervisor version");
	expect_logged(&machine, 1, "partition p1, 2 vCPUs");
	expect_logged(&machine, 2, "partition p2, 1 vCPU,");
	machine_stop(&machine, SIGTERM, 0);
}

static void test_shell_knows_its_commands(void **state)
{
	static const char *const commands[] = { "help", "version", "info", "stats", "channels" };
	struct machine machine;
	struct stream *hv;

	(void)state;
	machine_boot(&machine, no_options);
	hv = machine_attach(&machine, 0);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		stream_command(hv, "help", harness_format("\r\n%s", commands[i]));
		stream_expect(hv, "HV> ");
	}
	stream_command(hv, "info", "\r\nPartition");
	stream_expect(hv, "p1 ");
	stream_expect(hv, "running");
	stream_expect(hv, "p2 ");
	stream_expect(hv, "running");
	stream_expect(hv, "HV> ");
	stream_command(hv, "nonsense", "Unknown command 'nonsense'");
	machine_stop(&machine, SIGTERM, 0);
}

static void test_damaged_hypervisor_image_is_refused_by_u_boot(void **state)
{
	struct machine machine;

	(void)state;
	/* Without its header it is no uImage, and what U-Boot says is shown. */
	machine_start(&machine, (const char *const[]){ "--hypervisor", "build/hv/hv.bin", NULL });
	stream_expect(machine.hvrun, "U-Boot: it did not do what the last line says");
	assert_int_equal(stream_expect_end(machine.hvrun), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, harness_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_power_on_to_consoles),
		TEST(test_banners_are_in_the_logs),
		TEST(test_shell_knows_its_commands),
		TEST(test_damaged_hypervisor_image_is_refused_by_u_boot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: BSD-2-Clause
/* A guest that goes mad, or an image that is damaged, is a matter of its own partition. */
#include "tests/system/harness.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { LINES = 20000 };

/* While p1 storms, p2 floods its console and the shell answers: nobody loses anything. */
static void storm(const char *kind)
{
	struct demo demo;

	demo_boot(&demo);
	demo.machine.guest_tries_all = true;
	machine_command(demo.p1, "p1> ", "echo up", "\r\nup");
	machine_command(demo.p2, "p2> ", "echo up", "\r\nup");
	stream_type(demo.p2, harness_format("flood %d\r", LINES));
	stream_expect(demo.p2, "00000001");
	stream_type(demo.p1, harness_format("storm %s\r", kind));
	machine_command(demo.hv, "HV> ", "info", "\r\nPartition");
	stream_expect(demo.p2, harness_format("flood: %d lines", LINES));
	machine_expect_flood(demo.p2, "p2", LINES);
	stream_expect(demo.p1, "storm: over");
	machine_command(demo.p1, "p1> ", "echo well", "\r\nwell");
	machine_stop(&demo.machine, SIGTERM, 0);
}

static void test_storm_of_bad_calls(void **state)
{
	(void)state;
	storm("calls");
}

static void test_storm_of_sends_without_room(void **state)
{
	(void)state;
	storm("full");
}

static void test_storm_of_refused_instructions(void **state)
{
	(void)state;
	storm("traps");
}

/* One bit of p2's kernel is wrong: it does not start, and says why; p1 does. */
static void test_damaged_image_stops_its_partition_only(void **state)
{
	const char *tree = harness_format("%s/damaged.dts", harness_dir());
	const char *image = harness_format("%s/damaged.uImage", harness_dir());
	size_t size, dts_size;
	char *bytes = harness_read_file("build/guests/demo.uImage", &size);
	char *dts = harness_read_file("tests/guests/demo/demo.dts", &dts_size), *line;
	unsigned int kernels = 0;
	FILE *out = fopen(tree, "w");
	struct machine machine;
	struct stream *hv;

	(void)state;
	/* p2's kernel is where the root file systems were, which nobody has now. */
	while ((line = strsep(&dts, "\n"))) {
		if (strstr(line, "linux-rootfs"))
			continue;
		if (strstr(line, "guest-image = ") && kernels++ == 1)
			line = "guest-image = <0x0 0x79300000  0x0 0x0  0x0 0x006e0000>;";
		fprintf(out, strstr(line, "label = \"p2\"") ? "%s no-auto-start;\n" : "%s\n", line);
	}
	fclose(out);
	bytes[size / 2] ^= 0x10;
	out = fopen(image, "w");
	assert_int_equal(fwrite(bytes, 1, size, out), size);
	fclose(out);

	machine_boot(&machine, (const char *const[]){ "--kernel-boot", "--no-check", "--config",
						      tree, "--rootfs", image, NULL });
	hv = machine_attach(&machine, 0);
	machine_command(hv, "HV> ", "start p2", "p2: image at 0x79300000: ");
	assert_non_null(strstr(hv->text, "CRC"));
	stream_command(hv, "info", "p2                stopped");
	machine_command(machine_attach(&machine, 1), "p1> ", "echo well", "\r\nwell");
	machine_stop(&machine, SIGTERM, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, harness_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_storm_of_bad_calls),
		TEST(test_storm_of_sends_without_room),
		TEST(test_storm_of_refused_instructions),
		TEST(test_damaged_image_stops_its_partition_only),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

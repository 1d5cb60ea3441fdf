// SPDX-License-Identifier: BSD-2-Clause
/* As large as it gets: 24 partitions on 24 cores, and all 32 channels of a multiplexer. */
#include "tests/system/harness.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

enum { PARTITIONS = 24, AREA_MIB = 32, FIRST_AREA_MIB = 256 };

static void write_area(FILE *dts, const char *name, unsigned int mib, unsigned int size_mib)
{
	fprintf(dts,
		"\t%s: %s-area { compatible = \"phys-mem-area\"; addr = <0 0x%x>; size = <0 0x%x>; };\n",
		name, name, mib << 20, size_mib << 20);
}

static void write_channel(FILE *dts, const char *name, unsigned int channel)
{
	fprintf(dts,
		"\t\t%s: %s { compatible = \"byte-channel\"; endpoint = <&mux>; mux-channel = <%u>; };\n",
		name, name, channel);
}

static void write_partition(FILE *dts, unsigned int i)
{
	fprintf(dts,
		"\tp%u { compatible = \"partition\"; label = \"p%u\"; cpus = <%u 1>;\n"
		"\t\tguest-image = <0x0 0x78020000  0x0 0x0  0x0 0x006e0000>;\n"
		"\t\tdtb-window = <0x0 0x01000000  0x0 0x00010000>;\n"
		"\t\tmemory { compatible = \"guest-phys-mem-area\"; phys-mem = <&area%u>; guest-addr = <0 0>; };\n",
		i, i, i, i);
	write_channel(dts, harness_format("p%u_console", i), 1 + i);
	/* What is left of the 32 goes to the first ones, as second consoles. */
	if (PARTITIONS + 1 + i < MACHINE_CHANNELS)
		write_channel(dts, harness_format("p%u_second", i), PARTITIONS + 1 + i);
	fprintf(dts, "\t\taliases { stdout = <&p%u_console>; };\n\t};\n", i);
}

static const char *large_tree(void)
{
	const char *path = harness_format("%s/scale.dts", harness_dir());
	FILE *dts = fopen(path, "w");

	assert_non_null(dts);
	fprintf(dts, "/dts-v1/;\n/ {\n\tcompatible = \"fsl,hv-config\";\n");
	write_area(dts, "hv", 0, 16);
	for (unsigned int i = 0; i < PARTITIONS; i++)
		write_area(dts, harness_format("area%u", i), FIRST_AREA_MIB + i * AREA_MIB,
			   AREA_MIB);
	fprintf(dts,
		"\thv-config { compatible = \"hv-config\"; stdout = <&console>;\n"
		"\t\thv-memory { compatible = \"hv-memory\"; phys-mem = <&hv>; };\n"
		"\t\tuart: serial0 { device = \"serial0\"; };\n"
		"\t\tpic { device = \"/soc@fe0000000/pic@40000\"; };\n"
		"\t\tmux: uart-mux { compatible = \"byte-channel-mux\"; endpoint = <&uart>; };\n");
	write_channel(dts, "console", 0);
	fprintf(dts, "\t};\n");
	for (unsigned int i = 0; i < PARTITIONS; i++)
		write_partition(dts, i);
	fprintf(dts, "};\n");
	fclose(dts);
	return path;
}

static void test_24_partitions_on_24_cores(void **state)
{
	const char *const options[] = { "--kernel-boot", "--cpus",     "24",
					"--config",	 large_tree(), NULL };
	struct machine machine;
	struct stream *hv, *consoles[PARTITIONS];

	(void)state;
	machine_boot(&machine, options);
	hv = machine_attach(&machine, 0);
	for (unsigned int i = 0; i < PARTITIONS; i++) {
		consoles[i] = machine_attach(&machine, 1 + i);
		machine_command(consoles[i], harness_format("p%u> ", i),
				harness_format("echo I am %u", i),
				harness_format("\r\nI am %u\r\n", i));
	}
	for (unsigned int i = 0; i < MACHINE_CHANNELS; i++)
		assert_int_not_equal(machine.ports[i], 0);
	machine_command(hv, "HV> ", "info", "24         p23               running    1 on core 23");
	/* All at once, and nobody loses a byte. */
	for (unsigned int i = 0; i < PARTITIONS; i++)
		stream_type(consoles[i], "flood 200\r");
	for (unsigned int i = 0; i < PARTITIONS; i++) {
		stream_expect(consoles[i], "flood: 200 lines");
		machine_expect_flood(consoles[i], harness_format("p%u", i), 200);
	}
	machine_command(hv, "HV> ", "restart p23", "p23: starting");
	machine_command(consoles[23], "p23> ", "echo again", "\r\nagain\r\n");
	machine_stop(&machine, SIGTERM, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_24_partitions_on_24_cores, harness_setup,
						harness_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

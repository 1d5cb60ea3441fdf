// SPDX-License-Identifier: BSD-2-Clause
/* The walk-through typed by a person at the port of channel 0: from the real U-Boot's autoboot,
 * stopped by a key, through its command line into the hypervisor, over one mux_server. */
#include "tests/system/harness.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define U_BOOT "/usr/lib/u-boot/qemu-ppce500/uboot.elf"
#define MACHINE                                                                                    \
	"qemu-system-ppc64 -nodefaults -no-user-config -cpu e500mc -smp 4 -m 2048 "                \
	"-display none -bios " U_BOOT

static struct stream *qemu, *server;
static uint16_t ports[3];
static char *pty;

static void shell(const char *command)
{
	struct stream *sh =
		stream_start(STREAM_PIPE, (const char *const[]){ "sh", "-c", command, NULL });

	if (stream_expect_end(sh) != 0)
		fail_msg("%s: %s", command, sh->text);
}

/* What the walk-through fetches, in @dir. */
static void stage(const char *dir)
{
	shell(harness_format("mkdir %s && cp build/hv/hv.uImage build/guests/demo.uImage "
			     "build/guests/rootfs.uImage %s",
			     dir, dir));
	shell(harness_format(MACHINE " -M ppce500,dumpdtb=%s/padded -serial null && "
				     "dtc -q -I dtb -O dtb -o %s/hw.dtb %s/padded",
			     dir, dir, dir));
	shell(harness_format("dtc -q -O dtb -o %s/config.dtb tests/guests/demo/demo.dts", dir));
}

/* A machine that waits for "cont" on its monitor, with its UART as a pty. */
static void start_machine(void)
{
	const char *dir = harness_format("%s/tftp", harness_dir());
	const char *command;

	stage(dir);
	command = harness_format("exec " MACHINE " -M ppce500 -serial pty -monitor stdio -S "
				 "-netdev user,id=net0,restrict=on,tftp=%s "
				 "-device virtio-net-pci,netdev=net0",
				 dir);
	qemu = stream_start(STREAM_PIPE, (const char *const[]){ "sh", "-c", command, NULL });
	stream_expect(qemu, "(label serial0)");
	pty = strstr(qemu->text, "/dev/pts/");
	assert_non_null(pty);
	pty = harness_format("%.*s", (int)strcspn(pty, " "), pty);
}

static void start_server(const char *boot_loader)
{
	server = stream_start(STREAM_PIPE,
			      (const char *const[]){ "build/bin/mux_server", "--boot-loader",
						     boot_loader, pty, "0", "0", "0", NULL });
	stream_expect(server, "connected on fd");
	for (int i = 0; i < 3; i++) {
		const char *text = harness_format("IO Channel %d listening on port ", i);
		const char *at = strstr(server->text, text);

		assert_non_null(at);
		ports[i] = (uint16_t)atoi(at + strlen(text));
	}
}

static void stop_server(void)
{
	stream_signal(server, SIGTERM);
	assert_int_equal(stream_expect_end(server), 0);
}

/* A line at U-Boot's prompt: what it shows of it is the line and nothing else. */
static void type_to_u_boot(struct stream *hv, const char *line, const char *answer)
{
	stream_command(hv, line, harness_format("%s\r\n", line));
	if (hv->seen < strlen(line) + 5 ||
	    memcmp(hv->text + hv->seen - strlen(line) - 5, "=> ", 3) != 0)
		fail_msg("stray characters before \"%s\": %s", line, hv->text);
	if (answer)
		stream_expect(hv, answer);
	stream_expect(hv, "=> ");
}

static void fetch(struct stream *hv, unsigned int addr, const char *name)
{
	type_to_u_boot(hv, harness_format("tftp 0x%08x %s", addr, name), "Bytes transferred = ");
}

static void boot_on(struct stream *hv)
{
	type_to_u_boot(hv, "setenv ipaddr 10.0.2.15", NULL);
	type_to_u_boot(hv, "setenv serverip 10.0.2.2", NULL);
	type_to_u_boot(hv, "setenv bootm_size 0x30000000", NULL);
	fetch(hv, 0x78020000, "demo.uImage");
	fetch(hv, 0x79300000, "rootfs.uImage");
	fetch(hv, 0x78700000, "hv.uImage");
	fetch(hv, 0x78800000, "hw.dtb");
	fetch(hv, 0x78900000, "config.dtb");
	type_to_u_boot(hv, "setenv bootargs config-addr=0x78900000 console=ttyS0,115200", NULL);
	stream_command(hv, "bootm 0x78700000 - 0x78800000", "Verifying Checksum ... OK");
	stream_expect(hv, "Beryl hypervisor version");
	stream_expect(server, "speaks the protocol");
}

static void stop_machine(void)
{
	stream_type(qemu, "quit\n");
	stream_expect_end(qemu);
}

static void test_from_autoboot_to_partition_consoles(void **state)
{
	struct stream *hv, *p1;

	(void)state;
	start_machine();
	start_server("first");
	hv = stream_connect(ports[0]);
	p1 = stream_connect(ports[1]);
	stream_type(p1, "help\r"); /* too early: it must not reach U-Boot */
	stream_expect(server, "accepted connection on stream 1");
	stream_type(qemu, "cont\n");
	stream_expect(hv, "Hit any key to stop autoboot");
	stream_type(hv, " ");
	stream_expect(hv, "=> ");
	type_to_u_boot(hv, "printenv bootdelay", "bootdelay=1\r\n");
	type_to_u_boot(hv, "echo one two", "one two\r\n");
	boot_on(hv);
	stream_expect(hv, "HV> ");
	machine_command(hv, "HV> ", "version", "\nBeryl");
	stream_expect(p1, "partition p1, 2 vCPUs");
	stream_command(p1, "help", "ticks");
	machine_command(hv, "HV> ", "version", "\nBeryl");
	stop_server();
	stop_machine();
}

/*
 * A server that finds a silent U-Boot cannot know it.  Its question, and its greeting before the
 * first key, leave nothing on the command line.
 */
static void test_server_comes_to_waiting_u_boot(void **state)
{
	struct stream *hv;

	(void)state;
	start_machine();
	start_server("first");
	hv = stream_connect(ports[0]);
	stream_expect(server, "accepted connection on stream 0");
	stream_type(qemu, "cont\n");
	stream_expect(hv, "Hit any key to stop autoboot");
	stream_type(hv, " ");
	stream_expect(hv, "=> ");
	stop_server();
	start_server("auto");
	hv = stream_connect(ports[0]);
	stream_command(hv, "echo one two", "echo one two\r\none two\r\n=> ");
	type_to_u_boot(hv, "echo three", "three\r\n");
	stop_server();
	stop_machine();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, harness_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_from_autoboot_to_partition_consoles),
		TEST(test_server_comes_to_waiting_u_boot),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

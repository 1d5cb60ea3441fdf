// SPDX-License-Identifier: BSD-2-Clause
/* hvrun: what it says when something is wrong, and that it leaves nothing behind. */
#include "tests/system/harness.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const kernel_boot[] = { "--kernel-boot", NULL };

static char *write_file(const char *name, const char *text)
{
	char *path = harness_format("%s/%s", harness_dir(), name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	return path;
}

/* hvrun with @options prints @message and ends with @status. */
static void expect_refusal(const char *const options[], const char *message, int status)
{
	struct machine machine;

	machine_start(&machine, options);
	stream_expect(machine.hvrun, message);
	assert_int_equal(stream_expect_end(machine.hvrun), status);
	assert_null(strstr(machine.hvrun->text, "\nready"));
	stream_close(machine.hvrun, false);
}

static void test_mistyped_option_names_the_nearest(void **state)
{
	(void)state;
	expect_refusal((const char *const[]){ "--kernelboot", NULL }, "--kernel-boot", 2);
	expect_refusal((const char *const[]){ "--cpu", NULL }, "--cpus", 2);
	expect_refusal((const char *const[]){ "--cpus", "0", NULL }, "from 1 to 24", 2);
	expect_refusal((const char *const[]){ "--cpus", NULL }, "needs a value", 2);
	expect_refusal((const char *const[]){ "--ports", "1,x", NULL }, "port numbers", 2);
	expect_refusal((const char *const[]){ "run", NULL }, "--help", 2);
}

static void test_missing_files_are_named(void **state)
{
	(void)state;
	expect_refusal((const char *const[]){ "--config", "/nowhere.dts", NULL }, "/nowhere.dts",
		       1);
	expect_refusal((const char *const[]){ "--guest", "/nowhere", NULL }, "/nowhere", 1);
	expect_refusal((const char *const[]){ "--rootfs", "/dev/null", NULL }, "/dev/null", 1);
}

static void test_image_too_large_is_refused(void **state)
{
	char *path = write_file("large", "x");

	(void)state;
	assert_int_equal(truncate(path, 0x6e0001), 0);
	expect_refusal((const char *const[]){ "--guest", path, NULL }, "there is room for 7208960",
		       1);
}

static void test_config_without_channels_is_refused(void **state)
{
	char *no_mux = write_file("no-mux.dts", "/dts-v1/; / { };");
	char *no_tree = write_file("no-tree.dts", "/dts-v1/; / {");

	(void)state;
	expect_refusal((const char *const[]){ "--config", no_mux, NULL }, "has no hv-config", 1);
	expect_refusal((const char *const[]){ "--config", no_tree, NULL }, "syntax error", 1);
}

static void test_qemu_that_refuses_to_start_is_shown(void **state)
{
	(void)state;
	expect_refusal((const char *const[]){ "--qemu-arg", "-no-such-option", NULL },
		       "no-such-option: invalid option", 1);
}

static void test_missing_qemu_is_one_sentence(void **state)
{
	char *path = harness_format("%s/bin", harness_dir());
	char *old = harness_format("%s", getenv("PATH"));

	(void)state;
	mkdir(path, 0777);
	symlink("/usr/bin/dtc", harness_format("%s/dtc", path));
	setenv("PATH", path, 1);
	expect_refusal(kernel_boot, "host-tools/setup.sh", 1);
	setenv("PATH", old, 1);
}

static void test_interrupt_during_boot_stops_everything(void **state)
{
	struct machine machine;

	(void)state;
	machine_start(&machine, (const char *const[]){ NULL });
	stream_expect(machine.hvrun, "=> tftp");
	machine_stop(&machine, SIGINT, 128 + SIGINT);
}

static void test_taken_ports_are_replaced(void **state)
{
	struct sockaddr_in any = { .sin_family = AF_INET };
	socklen_t size = sizeof(any);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct machine machine;
	char *ports;

	(void)state;
	any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&any, sizeof(any)), 0);
	assert_int_equal(listen(fd, 1), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&any, &size), 0);
	ports = harness_format("%u,0,0", ntohs(any.sin_port));
	machine_boot(&machine, (const char *const[]){ "--kernel-boot", "--ports", ports, NULL });
	assert_non_null(strstr(machine.hvrun->text, "is in use"));
	assert_int_not_equal(machine.ports[0], ntohs(any.sin_port));
	stream_expect(machine_attach(&machine, 0), "");
	machine_stop(&machine, SIGTERM, 0);
	close(fd);
}

static void test_interrupt_stops_everything(void **state)
{
	struct machine machine;

	(void)state;
	machine_boot(&machine, kernel_boot);
	machine_stop(&machine, SIGINT, 0);
}

static void test_end_of_qemu_is_reported(void **state)
{
	struct machine machine;

	(void)state;
	machine_boot(&machine, kernel_boot);
	kill(machine_find_program(&machine, "qemu-system-ppc"), SIGKILL);
	stream_expect(machine.hvrun, "QEMU has ended: signal 9");
	assert_int_equal(stream_expect_end(machine.hvrun), 1);
}

static void test_end_of_mux_server_is_reported(void **state)
{
	struct machine machine;

	(void)state;
	machine_boot(&machine, kernel_boot);
	kill(machine_find_program(&machine, "mux_server"), SIGKILL);
	stream_expect(machine.hvrun, "mux_server has ended: signal 9");
	assert_int_equal(stream_expect_end(machine.hvrun), 1);
}

static void test_log_directory_in_use_is_refused(void **state)
{
	struct machine first, second;

	(void)state;
	machine_boot(&first, kernel_boot);
	machine_start(&second, kernel_boot);
	stream_expect(second.hvrun, "another run writes its logs there");
	assert_int_equal(stream_expect_end(second.hvrun), 1);
	machine_stop(&first, SIGTERM, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, harness_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_mistyped_option_names_the_nearest),
		TEST(test_missing_files_are_named),
		TEST(test_image_too_large_is_refused),
		TEST(test_config_without_channels_is_refused),
		TEST(test_qemu_that_refuses_to_start_is_shown),
		TEST(test_missing_qemu_is_one_sentence),
		TEST(test_interrupt_during_boot_stops_everything),
		TEST(test_taken_ports_are_replaced),
		TEST(test_interrupt_stops_everything),
		TEST(test_end_of_qemu_is_reported),
		TEST(test_end_of_mux_server_is_reported),
		TEST(test_log_directory_in_use_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

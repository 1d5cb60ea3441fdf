// SPDX-License-Identifier: BSD-2-Clause
/* mux_server on each kind of target, with the real hypervisor at the other end. */
#include "tests/system/harness.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* A port that was free a moment ago. */
static uint16_t find_free_port(void)
{
	struct sockaddr_in any = { .sin_family = AF_INET };
	socklen_t size = sizeof(any);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&any, sizeof(any)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&any, &size), 0);
	close(fd);
	return ntohs(any.sin_port);
}

static void start_machine(struct machine *machine, const char *serial)
{
	machine_start(machine, (const char *const[]){ "--kernel-boot", "--serial", serial, NULL });
	stream_expect(machine->hvrun, "\nready");
}

/* Learn the port of @channel from mux_server's messages. */
static uint16_t learn_port(struct stream *server, unsigned int channel)
{
	char *sign = harness_format("IO Channel %u listening on port ", channel);
	unsigned int port = 0;

	stream_expect(server, sign);
	assert_int_equal(sscanf(server->text + server->seen, "%u", &port), 1);
	return (uint16_t)port;
}

/* With mux_server's arguments up to the ports, all three consoles work. */
static void expect_consoles(const char *const target[])
{
	static const char *const prompts[] = { "HV> ", "p1> ", "p2> " };
	const char *argv[16] = { "build/bin/mux_server" };
	struct stream *server, *console;
	int argc = 1;

	while (*target)
		argv[argc++] = *target++;
	for (int i = 0; i < 3; i++)
		argv[argc++] = "0";
	server = stream_start(STREAM_PIPE, argv);
	for (unsigned int i = 0; i < 3; i++) {
		console = stream_connect(learn_port(server, i));
		/* What is typed before the target is there waits for it. */
		machine_command(console, prompts[i], "help", "\r\nhelp");
	}
	stream_signal(server, SIGINT);
	assert_int_equal(stream_expect_end(server), 0);
}

static void test_tcp_target(void **state)
{
	struct machine machine;
	uint16_t port = find_free_port();

	(void)state;
	start_machine(&machine, harness_format("tcp:127.0.0.1:%u,server=on,wait=off", port));
	expect_consoles((const char *const[]){ harness_format("127.0.0.1:%u", port), NULL });
	machine_stop(&machine, SIGTERM, 0);
}

static void test_unix_target(void **state)
{
	struct machine machine;
	char *path = harness_format("%s/uart", harness_dir());

	(void)state;
	start_machine(&machine, harness_format("unix:%s,server=on,wait=off", path));
	expect_consoles((const char *const[]){ path, NULL });
	machine_stop(&machine, SIGTERM, 0);
}

static void test_exec_target(void **state)
{
	struct machine machine;
	char *path = harness_format("%s/uart", harness_dir());

	(void)state;
	start_machine(&machine, harness_format("unix:%s,server=on,wait=off", path));
	expect_consoles((const char *const[]){
		"-exec", harness_format("socat - unix-connect:%s", path), NULL });
	machine_stop(&machine, SIGTERM, 0);
}

static void test_server_started_twice_gets_the_consoles_again(void **state)
{
	struct machine machine;
	char *path = harness_format("%s/uart", harness_dir());

	(void)state;
	start_machine(&machine, harness_format("unix:%s,server=on,wait=off", path));
	expect_consoles((const char *const[]){ path, NULL });
	expect_consoles((const char *const[]){ path, NULL });
	machine_stop(&machine, SIGTERM, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, harness_setup, harness_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_tcp_target),
		TEST(test_unix_target),
		TEST(test_exec_target),
		TEST(test_server_started_twice_gets_the_consoles_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

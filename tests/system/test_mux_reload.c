/* SPDX-License-Identifier: BSD-2-Clause */
/* The configuration file while the server runs: all or nothing, and unnoticed by the rest. */
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/system/muxctl_harness.h"

/* What the untouched console's client sees while all else changes is exact. */
static void reload_is_not_noticed_by_what_did_not_change(void **state)
{
	enum { ROUNDS = 20, LEN = 30000 };
	static char block[LEN];
	int client;

	(void)state;
	rack_start();
	client = client_connect(0);
	for (int i = 0; i < ROUNDS; i++) {
		memset(block, 'a' + i, LEN);
		PUT(rack_board, "\x18\x30");
		put(rack_board, block, LEN);
		rack_write(i % 2 ? RACK_CONSOLES
				 : "{channel: 0, name: hv, port: 0}, "
				   "{channel: 2, name: new, port: 0}",
			   i % 3 ? "" : "  - {name: third, exec: cat, consoles: [{channel: 7}]}\n");
		if (i % 4) {
			EXPECT_MUXCTL(0, "reloaded", "reload");
		} else {
			int before = server_count("rack.yaml applied");

			kill(server_pid(), SIGHUP);
			server_expect_count("rack.yaml applied", before + 1);
		}
		expect(client, block, LEN);
		PUT(client, "typed");
		if (i == 0)
			EXPECT(rack_board, "\x18\x30");
		EXPECT(rack_board, "typed");
	}
	close(client);
	assert_int_equal(server_end(SIGTERM), 0);
}

static void reload_is_all_or_nothing(void **state)
{
	int taken = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t len = sizeof(address);
	char consoles[256];
	int client;

	(void)state;
	rack_start();
	client = client_connect(1);
	rack_write("{channel: 0, name: hv, prot: 0}", "");
	EXPECT_MUXCTL(1, "rack.yaml:6:39: unknown key \"prot\"; the nearest is \"port\"", "reload");

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(taken, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(taken, 1), 0);
	assert_int_equal(getsockname(taken, (struct sockaddr *)&address, &len), 0);
	snprintf(consoles, sizeof(consoles),
		 "{channel: 3, name: three, port: 0}, {channel: 4, name: hv, port: %d}",
		 ntohs(address.sin_port));
	rack_write(consoles, "  - {name: third, exec: cat, consoles: [{channel: 7}]}\n");
	EXPECT_MUXCTL(1, "is in use by another program", "reload");
	EXPECT_MUXCTL(0, "real/linux", "list");
	assert_null(strstr(muxctl_output, "three"));
	assert_null(strstr(muxctl_output, "third"));
	PUT(rack_board, "\x18\x31still there");
	EXPECT(client, "still there");
	close(taken);
	EXPECT_MUXCTL(0, "reloaded", "reload");
	assert_int_equal(poll(&(struct pollfd){ .fd = client, .events = POLLIN }, 1, DEADLINE_MS),
			 1);
	assert_int_equal(read(client, muxctl_output, 1), 0); /* its console has gone */
	close(client);
	EXPECT_MUXCTL(0, "real/three", "list");
	EXPECT_MUXCTL(0, "third/channel-07", "list");
}

static void a_wrong_file_is_told_by_line_and_exit_code(void **state)
{
	(void)state;
	rack_target = board_make(BOARD_TCP);
	rack_write(RACK_CONSOLES, "boards: x\n");
	server_start(
		(const char *const[]){ "--check", "--config", in_test_dir("rack.yaml"), NULL });
	assert_int_equal(server_end(0), 78);
	server_expect("rack.yaml:10:1: boards is given twice; line 3 has it too");
	rack_write(RACK_CONSOLES, "");
	server_start(
		(const char *const[]){ "--check", "--config", in_test_dir("rack.yaml"), NULL });
	assert_int_equal(server_end(0), 0);
	server_expect("rack.yaml: 2 boards, 3 consoles");
	setenv("XDG_RUNTIME_DIR", test_dir, 1);
	server_start((const char *const[]){ "--check", "--config", "mux-server/examples/rack.yaml",
					    NULL });
	assert_int_equal(server_end(0), 0);
	server_expect("rack.yaml: 4 boards, 8 consoles");
}

int main(void)
{
	const struct CMUnitTest mux_reload[] = {
		SERVER_TEST(reload_is_not_noticed_by_what_did_not_change),
		SERVER_TEST(reload_is_all_or_nothing),
		SERVER_TEST(a_wrong_file_is_told_by_line_and_exit_code),
	};

	return RUN_SERVER_TESTS(mux_reload);
}

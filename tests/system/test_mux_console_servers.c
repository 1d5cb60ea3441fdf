/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Other console servers as clients of ours: what a site has already goes on working.  They are
 * unpacked, not installed, by tests/bench/fetch-rivals.sh.
 */
#include <glob.h>
#include <poll.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/system/mux_server_harness.h"
#include "tests/system/terminal.h"

#define RIVALS "build/third-party/rivals"

static int board, terminal, side;
static pid_t running[2]; /* the console server, and its client on the terminal */

static void expect_unpacked(const char *program)
{
	char *missing;
	size_t len;

	if (access(program, X_OK) == 0)
		return;
	missing = read_file(RIVALS "/missing", &len);
	fail_msg("%s could not be had from Debian's packages:\n%s", program, missing);
}

static int set_up(void **state)
{
	glob_t folders;

	if (glob(RIVALS "/usr/lib/*-linux-*", 0, NULL, &folders) == 0) {
		setenv("LD_LIBRARY_PATH", folders.gl_pathv[0], 1);
		globfree(&folders);
	}
	return test_set_up(state);
}

static int tear_down(void **state)
{
	for (int i = 0; i < 2; i++) {
		if (running[i] <= 0)
			continue;
		kill(-running[i], SIGKILL); /* with its children */
		waitpid(running[i], NULL, 0);
		running[i] = 0;
	}
	close(terminal);
	close(side);
	return test_tear_down(state);
}

/* A port that is free now. */
static int free_port(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	close(fd);
	return ntohs(address.sin_port);
}

static void wait_for_port(int port)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int64_t deadline = now_ms() + DEADLINE_MS;
	int fd, status;

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	do {
		if (now_ms() > deadline || waitpid(running[0], &status, WNOHANG) != 0)
			fail_msg("nobody listens on port %d", port);
		poll(NULL, 0, 10);
		fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		status = connect(fd, (struct sockaddr *)&address, sizeof(address));
		close(fd);
	} while (status < 0);
}

static void start_command(int index, const char *command)
{
	running[index] =
		terminal_start(terminal, (const char *const[]){ "sh", "-c", command, NULL });
}

static void start_server(void)
{
	server_start((const char *const[]){ "--control", in_test_dir("control.sock"),
					    board_make(BOARD_TCP), "0", "0", NULL });
	board = board_connect();
	PUT(board, "\x18\x01");
	server_port(1);
	terminal = terminal_open(&side);
}

/* What is typed reaches the board, what it prints reaches the terminal. */
static void talk(void)
{
	terminal_wait_raw(side);
	PUT(terminal, "ls\r");
	EXPECT(board, "\x18\x31ls\r");
	PUT(board, "\x18\x31one\r\ntwo\r\n# ");
	terminal_see(terminal, "one\r\ntwo\r\n# ");
	PUT(terminal, "\x03~\x7f");
	EXPECT(board, "\x03~\x7f");
	PUT(board, "bye");
	terminal_see(terminal, "bye");
}

/* Its configuration is what `muxctl list --conserver` prints. */
static void conserver_has_our_console(void **state)
{
	char command[1024];
	int port;

	(void)state;
	expect_unpacked(RIVALS "/usr/sbin/conserver");
	expect_unpacked(RIVALS "/usr/bin/console");
	start_server();
	snprintf(command, sizeof(command),
		 "{ echo 'config * { } default * { rw *; } access * { trusted 127.0.0.1; }';"
		 " build/bin/muxctl -s %s list --conserver; } >%s",
		 in_test_dir("control.sock"), in_test_dir("conserver.cf"));
	assert_int_equal(system(command), 0);
	port = free_port();
	snprintf(command, sizeof(command),
		 "exec " RIVALS
		 "/usr/sbin/conserver -E -C %s -P /dev/null -M 127.0.0.1 -p %d -b %d "
		 ">%s 2>&1",
		 in_test_dir("conserver.cf"), port, free_port(), in_test_dir("log"));
	start_command(0, command);
	server_expect("accepted connection on stream 1");
	wait_for_port(port);
	snprintf(command, sizeof(command),
		 "exec " RIVALS "/usr/bin/console -E -n -M 127.0.0.1 -p %d -f "
		 "$(sed -n 's/^console \\(.*channel-01\\) {/\\1/p' %s)",
		 port, in_test_dir("conserver.cf"));
	start_command(1, command);
	terminal_see(terminal, "[Enter `^Ec?' for help]");
	talk();
	PUT(terminal, "\x05"
		      "c.");
	terminal_see(terminal, "[disconnect]");
}

static void conman_has_our_console(void **state)
{
	char command[1024];
	FILE *file;
	int port;

	(void)state;
	expect_unpacked(RIVALS "/usr/sbin/conmand");
	expect_unpacked(RIVALS "/usr/bin/conman");
	start_server();
	port = free_port();
	file = fopen(in_test_dir("conman.conf"), "w");
	assert_non_null(file);
	fprintf(file,
		"SERVER loopback=on\nSERVER port=%d\nCONSOLE name=\"linux\" dev=\"127.0.0.1:%d\"\n",
		port, server_port(1));
	assert_int_equal(fclose(file), 0);
	snprintf(command, sizeof(command), "exec " RIVALS "/usr/sbin/conmand -F -c %s >%s 2>&1",
		 in_test_dir("conman.conf"), in_test_dir("log"));
	start_command(0, command);
	server_expect("accepted connection on stream 1");
	wait_for_port(port);
	snprintf(command, sizeof(command), "exec " RIVALS "/usr/bin/conman -d 127.0.0.1:%d linux",
		 port);
	start_command(1, command);
	terminal_see(terminal, "Connection to console [linux] opened.");
	talk();
	PUT(terminal, "&.");
	terminal_see(terminal, "Connection to console [linux] closed.");
}

#define CONSOLE_SERVER_TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest mux_console_servers[] = {
		CONSOLE_SERVER_TEST(conserver_has_our_console),
		CONSOLE_SERVER_TEST(conman_has_our_console),
	};

	return RUN_SERVER_TESTS(mux_console_servers);
}

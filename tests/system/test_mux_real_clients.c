/* SPDX-License-Identifier: BSD-2-Clause */
/* Programs that people use, against the real server: each types to the board and shows it. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/system/mux_server_harness.h"
#include "tests/system/terminal.h"

static int board, terminal, side;
static pid_t client; /* 0: none */

/* A server with @stream for channel 1 and telnet as told, and a terminal for a client. */
static void start(const char *stream, const char *telnet)
{
	server_start((const char *const[]){ "--telnet", telnet, board_make(BOARD_TCP), "0", stream,
					    NULL });
	board = board_connect();
	PUT(board, "\x18\x01"); /* it speaks the protocol */
	terminal = terminal_open(&side);
}

static void start_client(const char *command)
{
	client = terminal_start(terminal, (const char *const[]){ "sh", "-c", command, NULL });
}

/* The client ends by itself. */
static void expect_end(void)
{
	int64_t deadline = now_ms() + DEADLINE_MS;
	char rest[256];

	while (waitpid(client, NULL, WNOHANG) == 0) {
		if (now_ms() > deadline)
			fail_msg("the client does not end");
		poll(&(struct pollfd){ .fd = terminal, .events = POLLIN }, 1, 1);
		while (read(terminal, rest, sizeof(rest)) > 0)
			; /* it may have to print before it can end */
	}
	client = 0;
}

static int tear_down(void **state)
{
	if (client > 0) {
		kill(-client, SIGKILL);
		waitpid(client, NULL, 0);
	}
	client = 0;
	close(terminal);
	close(side);
	return test_tear_down(state);
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
	PUT(board, "\x1b[1mbye");
	terminal_see(terminal, "\x1b[1mbye");
}

/* As README says. */
static void socat_on_a_port(void **state)
{
	char command[256];

	(void)state;
	start("0", "auto");
	snprintf(command, sizeof(command), "socat -,raw,echo=0 tcp:localhost:%d", server_port(1));
	start_client(command);
	server_expect("accepted connection on stream 1");
	talk();
}

static void socat_on_a_socket(void **state)
{
	char command[256], stream[256];

	(void)state;
	snprintf(stream, sizeof(stream), "unix:%s", in_test_dir("linux.sock"));
	start(stream, "auto");
	snprintf(command, sizeof(command), "socat -,raw,echo=0 unix:%s", in_test_dir("linux.sock"));
	start_client(command);
	server_expect("accepted connection on stream 1");
	talk();
}

/* All values of a byte, both ways, through pipes; then both ends end. */
static void pipe_through(const char *format)
{
	uint8_t all[256], wire[259] = "\x18\x31";
	char command[256];
	int in[2], out[2];

	for (int i = 0; i < 256; i++)
		all[i] = (uint8_t)i;
	memcpy(wire + 2, all, 0x19);
	memcpy(wire + 2 + 0x19, all + 0x18, sizeof(all) - 0x18); /* 18 twice */
	start("0", "auto");
	assert_int_equal(pipe2(in, O_CLOEXEC), 0);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	snprintf(command, sizeof(command), format, server_port(1));
	client = fork();
	assert_true(client >= 0);
	if (client == 0) {
		setsid();
		dup2(in[0], 0);
		dup2(out[1], 1);
		execlp("sh", "sh", "-c", command, NULL);
		_exit(126);
	}
	close(in[0]);
	close(out[1]);
	put(in[1], all, sizeof(all));
	expect(board, wire, sizeof(wire));
	put(board, wire, sizeof(wire));
	expect(out[0], all, sizeof(all));
	close(in[1]);
	assert_int_equal(server_end(SIGTERM), 0);
	expect_end();
	close(out[0]);
}

static void socat_in_a_pipe(void **state)
{
	(void)state;
	pipe_through("exec socat - tcp:localhost:%d");
}

static void nc_in_a_pipe(void **state)
{
	(void)state;
	pipe_through("exec nc localhost %d");
}

/* The server begins, and telnet gives each key at once. */
static void telnet_that_is_spoken_to(void **state)
{
	char command[256];

	(void)state;
	start("0", "on");
	snprintf(command, sizeof(command), "telnet localhost %d", server_port(1));
	start_client(command);
	terminal_see(terminal, "Escape character is '^]'.");
	server_expect("accepted connection on stream 1");
	PUT(board, "\x18\x31login: ");
	terminal_see(terminal, "login: "); /* behind what the two ends agreed upon */
	talk();
	PUT(terminal, "\x1d");
	terminal_see(terminal, "telnet> ");
	PUT(terminal, "quit\r");
	expect_end();
}

/* On a port that takes plain connections, too, telnet is answered once it begins. */
static void telnet_that_begins(void **state)
{
	struct termios before, now;
	int64_t deadline = now_ms() + DEADLINE_MS;
	char command[256];

	(void)state;
	start("0", "auto");
	assert_int_equal(tcgetattr(side, &before), 0);
	snprintf(command, sizeof(command), "telnet localhost %d", server_port(1));
	start_client(command);
	terminal_see(terminal, "Escape character is '^]'.");
	server_expect("accepted connection on stream 1");
	do { /* until telnet has made its escape character end a line */
		assert_int_equal(tcgetattr(side, &now), 0);
		assert_true(now_ms() < deadline);
		poll(NULL, 0, 1);
	} while (memcmp(now.c_cc, before.c_cc, sizeof(now.c_cc)) == 0);
	PUT(terminal, "\x1d");
	terminal_see(terminal, "telnet> ");
	PUT(terminal, "mode character\r");
	PUT(board, "\x18\x31login: ");
	terminal_see(terminal, "login: ");
	talk();
	PUT(terminal, "\x1d");
	terminal_see(terminal, "telnet> ");
	PUT(terminal, "quit\r");
	expect_end();
}

static void tio_on_a_terminal(void **state)
{
	char command[256], stream[256];

	(void)state;
	setenv("HOME", test_dir, 1);
	snprintf(stream, sizeof(stream), "pty:%s", in_test_dir("linux.tty"));
	start(stream, "auto");
	snprintf(command, sizeof(command), "tio %s", in_test_dir("linux.tty"));
	start_client(command);
	terminal_see(terminal, "Connected");
	talk();
	PUT(terminal, "\x14q");
	terminal_see(terminal, "Disconnected");
	expect_end();
}

#define CLIENT_TEST(name) cmocka_unit_test_setup_teardown(name, test_set_up, tear_down)

int main(void)
{
	const struct CMUnitTest mux_real_clients[] = {
		CLIENT_TEST(socat_on_a_port),	       CLIENT_TEST(socat_on_a_socket),
		CLIENT_TEST(socat_in_a_pipe),	       CLIENT_TEST(nc_in_a_pipe),
		CLIENT_TEST(telnet_that_is_spoken_to), CLIENT_TEST(telnet_that_begins),
		CLIENT_TEST(tio_on_a_terminal),
	};

	return RUN_SERVER_TESTS(mux_real_clients);
}

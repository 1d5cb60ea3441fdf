/* SPDX-License-Identifier: BSD-2-Clause */
/* Telnet clients: the real program on a terminal, others by what they say; and raw clients, which
 * notice nothing. */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/system/mux_server_harness.h"
#include "tests/system/terminal.h"

#define OFFER "\xff\xfb\x01\xff\xfb\x03"

static int start(enum board_kind kind, const char *mode)
{
	int board;

	server_start((const char *const[]){ "--boot-loader", "never", "--telnet", mode,
					    board_make(kind), "0", NULL });
	board = board_connect();
	server_expect("connected on fd ");
	return board;
}

static int terminal, side; /* telnet's, as the test and as telnet has it */
static pid_t telnet;

/* Wait until the terminal's modes are for telnet: @changed from what they were, or else with each
 * key passed on and none shown by the terminal. */
static void wait_for_modes(const struct termios *changed)
{
	int64_t deadline = now_ms() + DEADLINE_MS;
	struct termios modes;

	for (;;) {
		assert_int_equal(tcgetattr(side, &modes), 0);
		if (changed ? memcmp(modes.c_cc, changed->c_cc, sizeof(modes.c_cc)) != 0
			    : !(modes.c_lflag & (ICANON | ECHO)))
			return;
		assert_true(now_ms() < deadline);
		poll(NULL, 0, 1);
	}
}

/* Start the telnet program on a terminal, connected to channel 0. */
static void start_telnet(void)
{
	struct termios before;
	char port[12];

	snprintf(port, sizeof(port), "%d", server_port(0));
	terminal = terminal_open(&side);
	assert_int_equal(tcgetattr(side, &before), 0);
	telnet = terminal_start(terminal,
				(const char *const[]){ "telnet", "127.0.0.1", port, NULL });
	terminal_see(terminal, "Escape character is '^]'.\r\n");
	wait_for_modes(&before); /* its escape character is one from then on */
}

static void command_telnet(const char *command)
{
	PUT(terminal, "\x1d");
	terminal_see(terminal, "telnet> ");
	put(terminal, command, strlen(command));
	PUT(terminal, "\r");
}

static void end_telnet(void)
{
	command_telnet("quit");
	terminal_see(terminal, "Connection closed.");
	assert_int_equal(waitpid(telnet, NULL, 0), telnet);
	server_expect("detach tcp stream 0.");
	close(terminal);
	close(side);
}

/* A person types at a shell that echoes: each key goes through at once, Enter is one CR. */
static void talk(int board)
{
	PUT(terminal, "l");
	EXPECT(board, "\x18\x30l");
	PUT(board, "\x18\x30l");
	PUT(terminal, "s\r");
	EXPECT(board, "s\r");
	PUT(board, "s\r\nfile\r\n# ");
	terminal_see(terminal, "ls\r\nfile\r\n# "); /* once: telnet echoes nothing */
	PUT(terminal, "\x03\x04\xff");
	EXPECT(board, "\x03\x04\xff");
	PUT(board, "\xff\xffprogress\rPROGRESS");
	terminal_see(terminal, "\xff\xffprogress\rPROGRESS");
}

static void telnet_works_when_the_server_begins(void **state)
{
	int board = start(BOARD_TCP, "on");

	(void)state;
	start_telnet();
	wait_for_modes(NULL);
	talk(board);
	end_telnet();
	assert_int_equal(server_end(SIGTERM), 0);
}

static void telnet_works_when_it_begins(void **state)
{
	int board = start(BOARD_TCP, "auto");

	(void)state;
	start_telnet();
	command_telnet("mode character");
	wait_for_modes(NULL);
	talk(board);
	end_telnet();
	assert_int_equal(server_end(SIGTERM), 0);
}

static void telnet_commands_are_answered(void **state)
{
	int board = start(BOARD_TCP, "on");

	(void)state;
	start_telnet();
	wait_for_modes(NULL);
	command_telnet("send ayt");
	terminal_see(terminal, "[mux_server: yes]");
	command_telnet("send brk");
	terminal_see(terminal, "[mux_server: no break: the target is no real serial line]");
	command_telnet("send ip");
	EXPECT(board, "\x18\x30\x03");
	command_telnet("send synch"); /* urgent data */
	command_telnet("send ip");
	EXPECT(board, "\x03");
	end_telnet();
	assert_int_equal(server_end(SIGTERM), 0);
}

/* On a line that can have a break, which a pty passes for, nothing is said about it. */
static void break_of_a_serial_line_is_taken(void **state)
{
	int board = start(BOARD_PTY, "auto");
	int client = client_connect(0);

	(void)state;
	PUT(client, "\xff\xfd\x03\xff\xf3\xff\xf6");
	EXPECT(client, OFFER "\r\n[mux_server: yes]\r\n");
	PUT(client, "typed");
	EXPECT(board, "\x18\x30typed");
	close(client);
	assert_int_equal(server_end(SIGTERM), 0);
}

/* Every byte value, both ways, as a client that speaks telnet by the book. */
static void all_bytes_pass(void **state)
{
	int board = start(BOARD_TCP, "auto");
	int client = client_connect(0);
	uint8_t wrapped[514], framed[260];
	size_t len = 0, framed_len = 0;

	(void)state;
	PUT(client, "\xff\xfb\x1f\xff\xfd\x01\xff\xfd\x03"); /* a window's size is refused */
	EXPECT(client, OFFER "\xff\xfe\x1f");
	for (int i = 0; i < 256; i++) {
		wrapped[len++] = (uint8_t)i;
		if (i == '\r')
			wrapped[len++] = 0;
		if (i == 0xff)
			wrapped[len++] = 0xff;
		framed[framed_len++] = (uint8_t)i;
		if (i == 0x18)
			framed[framed_len++] = 0x18;
	}
	put(client, wrapped, len);
	EXPECT(board, "\x18\x30");
	expect(board, framed, framed_len);
	PUT(board, "\x18\x30");
	put(board, framed, framed_len);
	expect(client, wrapped, len);
	close(client);
	assert_int_equal(server_end(SIGTERM), 0);
}

/* A raw client may send anything, FF too, and is sent what is printed and nothing else. */
static void raw_client_is_not_touched(void **state)
{
	static const char bytes[] = "\xff\xff\xff\xfb\x01\xff\xfd\x03\r\0\r\n\xff\xf3\xff\xf6";
	static const char *const first[] = { "x", "\xff", "\xff\xff", "\xff\xfd\xfd",
					     "\xff\xfe\x61" };
	int board = start(BOARD_TCP, "auto");

	(void)state;
	for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++) {
		int client = client_connect(0);

		put(client, first[i], strlen(first[i]));
		put(client, bytes, sizeof(bytes) - 1);
		if (i == 0)
			EXPECT(board, "\x18\x30");
		expect(board, first[i], strlen(first[i]));
		expect(board, bytes, sizeof(bytes) - 1);
		PUT(board, "\x18\x30\xff\r\0\xff\xff.");
		EXPECT(client, "\xff\r\0\xff\xff.");
		close(client);
	}
	assert_int_equal(server_end(SIGTERM), 0);
}

/* Kept back until it is known what it is, a lone FF is not lost when the client leaves. */
static void lone_byte_is_delivered(void **state)
{
	int board = start(BOARD_TCP, "auto");
	int client = client_connect(0);

	(void)state;
	PUT(client, "\xff");
	assert_int_equal(shutdown(client, SHUT_WR), 0);
	EXPECT(board, "\x18\x30\xff");
	close(client);
	assert_int_equal(server_end(SIGTERM), 0);
}

int main(void)
{
	const struct CMUnitTest mux_telnet_clients[] = {
		SERVER_TEST(telnet_works_when_the_server_begins),
		SERVER_TEST(telnet_works_when_it_begins),
		SERVER_TEST(telnet_commands_are_answered),
		SERVER_TEST(break_of_a_serial_line_is_taken),
		SERVER_TEST(all_bytes_pass),
		SERVER_TEST(raw_client_is_not_touched),
		SERVER_TEST(lone_byte_is_delivered),
	};

	return RUN_SERVER_TESTS(mux_telnet_clients);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* The command line as a person or script meets it: streams, messages, exit codes, signals. */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include "tests/system/mux_server_harness.h"

static int output[2], input[2]; /* pipes to stand in for standard descriptors */

static void make_pipes(void)
{
	assert_int_equal(pipe2(output, O_CLOEXEC), 0);
	assert_int_equal(pipe2(input, O_CLOEXEC), 0);
}

static void close_pipes(void)
{
	for (int i = 0; i < 2; i++) {
		close(output[i]);
		close(input[i]);
	}
}

/* With a channel on standard output nothing else is there. */
static void stdout_carries_nothing_but_its_channel(void **state)
{
	int board;

	(void)state;
	make_pipes();
	server_start_with((const char *const[]){ board_make(BOARD_TCP), "stdout", "0", NULL }, -1,
			  output[1], -1);
	board = board_connect();
	PUT(board, "\x18\x31other\x18\x30\x01\xff\x18\x18");
	EXPECT(output[0], "\x01\xff\x18");
	server_expect("IO Channel 1 listening on port ");
	server_expect("connected on fd ");
	assert_int_equal(server_end(SIGTERM), 0);
	server_expect("Cleaning up.");
	close(output[1]);
	output[1] = -1;
	assert_int_equal(read(output[0], &board, 1), 0);
	close_pipes();
}

static void stdin_is_read_and_answers_on_stdout(void **state)
{
	int board;

	(void)state;
	make_pipes();
	server_start_with((const char *const[]){ board_make(BOARD_TCP), ":", "stdin", NULL },
			  input[0], output[1], -1);
	board = board_connect();
	PUT(input[1], "ls\n\x18");
	EXPECT(board, "\x18\x38ls\n\x18\x18");
	PUT(board, "\x18\x38"
		   "answer");
	EXPECT(output[0], "answer");
	close(input[1]);
	input[1] = -1;
	PUT(board, " after the end of input");
	EXPECT(output[0], " after the end of input");
	assert_int_equal(server_end(SIGTERM), 0);
	close_pipes();
}

/* A file cannot be polled; it is sent all the same. */
static void stdin_may_be_a_file(void **state)
{
	enum { LEN = 50000 };
	static char text[LEN];
	int board, file;

	(void)state;
	make_pipes();
	memset(text, 'f', LEN);
	file = open(in_test_dir("input"), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	put(file, text, LEN);
	assert_int_equal(lseek(file, 0, SEEK_SET), 0);
	server_start_with((const char *const[]){ board_make(BOARD_TCP), "stdin", NULL }, file,
			  output[1], -1);
	board = board_connect();
	EXPECT(board, "\x18\x30\x18\x01");
	expect(board, text, LEN);
	assert_int_equal(server_end(SIGTERM), 0);
	close(file);
	close_pipes();
}

static void stderr_is_a_stream(void **state)
{
	int board;

	(void)state;
	make_pipes();
	server_start_with((const char *const[]){ board_make(BOARD_TCP), "stderr", NULL }, -1, -1,
			  output[1]);
	server_expect("connected on fd ");
	board = board_connect();
	PUT(board, "to stderr");
	EXPECT(output[0], "to stderr");
	assert_int_equal(server_end(SIGTERM), 0);
	close_pipes();
}

/* `mux_server ... stdout 18901 | less`: that less is not scrolled does not stop channel 1. */
static void unread_stdout_stops_nobody(void **state)
{
	char block[4096];
	int board, client;

	(void)state;
	make_pipes();
	memset(block, 'o', sizeof(block));
	server_start_with((const char *const[]){ board_make(BOARD_TCP), "stdout", "0", NULL }, -1,
			  output[1], -1);
	board = board_connect();
	client = client_connect(1);
	for (int i = 0; i < 100; i++) {
		PUT(board, "\x18\x30");
		put(board, block, sizeof(block));
		PUT(board, "\x18\x31.");
		EXPECT(client, ".");
	}
	assert_int_equal(fcntl(output[1], F_GETFL) & O_NONBLOCK, 0); /* others may share it */
	assert_int_equal(server_end(SIGTERM), 0);
	close(client);
	close_pipes();
}

static void colon_pads_to_a_multiple_of_eight(void **state)
{
	int board, client;

	(void)state;
	server_start((const char *const[]){ board_make(BOARD_TCP), "0", ":", "0", NULL });
	board = board_connect();
	client = client_connect(8);
	PUT(board, "\x18\x31lost\x18\x38"
		   "eight");
	EXPECT(client, "eight");
	server_expect("bad RX channel 1");
	assert_int_equal(server_end(SIGTERM), 0);
	close(client);
}

static void verbose_and_debug_show_traffic(void **state)
{
	int board, client;

	(void)state;
	server_start((const char *const[]){ "-verbose", "-debug", board_make(BOARD_TCP), "0", "0",
					    NULL });
	board = board_connect();
	client = client_connect(1);
	PUT(client, "in");
	PUT(board, "\x18\x31out");
	server_expect("01 < 69 6e ");
	server_expect("01 > 6f 75 74 ");
	server_expect("target write 18 31 69 6e ");
	server_expect("target read  18 31 6f 75 74 ");
	assert_int_equal(server_end(SIGTERM), 0);
	close(client);
}

/* What others did to the line stays as it was; while we have it, others keep off. */
static void serial_line_is_shared_with_nobody_and_restored(void **state)
{
	struct termios before, during, after;
	const char *target = board_make(BOARD_PTY);
	int line = open(target, O_RDWR | O_NOCTTY | O_CLOEXEC);

	(void)state;
	assert_true(line >= 0);
	assert_int_equal(tcgetattr(line, &before), 0);
	assert_true(before.c_lflag & ICANON);
	assert_int_equal(flock(line, LOCK_EX), 0);
	server_start((const char *const[]){ "-s", "9600", "-hw", target, "0", NULL });
	server_expect("using speed: 9600.");
	server_expect("another program has it");
	assert_int_equal(flock(line, LOCK_UN), 0);
	board_connect();
	assert_int_equal(flock(line, LOCK_EX | LOCK_NB), -1);
	assert_int_equal(tcgetattr(line, &during), 0);
	assert_false(during.c_lflag & (ICANON | ECHO | ISIG));
	assert_true(during.c_cflag & CRTSCTS);
	assert_int_equal(cfgetospeed(&during), B9600);
	assert_int_equal(server_end(SIGINT), 0);
	assert_int_equal(tcgetattr(line, &after), 0);
	assert_int_equal(after.c_lflag, before.c_lflag);
	assert_int_equal(after.c_cflag, before.c_cflag);
	assert_int_equal(after.c_iflag, before.c_iflag);
	assert_int_equal(after.c_oflag, before.c_oflag);
	close(line);
}

/* The command, and what it started, end with the server. */
static void command_ends_with_the_server(void **state)
{
	static const char command[] =
		"sh -c 'echo child $$; exec sleep 1000' & echo shell $$; wait";
	int channel_1, child, shell;
	char text[64] = "";
	size_t len = 0;

	(void)state;
	make_pipes();
	channel_1 = output[0];
	server_start_with((const char *const[]){ "-exec", command, "stdout", NULL }, -1, output[1],
			  -1);
	while (sscanf(text, "%*s %d %*s %d\n", &child, &shell) != 2 || text[len - 1] != '\n') {
		ssize_t some = read(channel_1, text + len, sizeof(text) - 1 - len);

		assert_true(some > 0);
		len += (size_t)some;
	}
	assert_int_equal(kill(child, 0), 0);
	assert_int_equal(server_end(SIGTERM), 0);
	close(output[1]);
	output[1] = -1;
	assert_int_equal(read(channel_1, text, 1), 0); /* nobody of them holds the pipe any more */
	close_pipes();
}

static void command_is_started_again(void **state)
{
	(void)state;
	server_start((const char *const[]){ "-exec", "exit 3", "0", NULL });
	server_expect_count("exit 3: exit status 3.", 3);
	assert_int_equal(server_end(SIGTERM), 0);
}

static void expect_exit(int code, const char *text, const char *const arguments[])
{
	server_start(arguments);
	assert_int_equal(server_end(0), code);
	server_expect(text);
}

#define EXPECT_EXIT(code, text, ...)                                                               \
	expect_exit(code, text, (const char *const[]){ __VA_ARGS__, NULL })

static void errors_have_their_exit_codes(void **state)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t len = sizeof(address);
	int taken = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	char port[16], text[64];

	(void)state;
	expect_exit(2, "usage: ", (const char *const[]){ NULL });
	EXPECT_EXIT(2, "the nearest is -verbose", "-vebrose", "x:1", "0");
	EXPECT_EXIT(2, "bad speed specification: fast.", "-s", "fast", "x:1", "0");
	EXPECT_EXIT(2, "Unrecognizable stream spec: '70000'.", "x:1", "70000");
	EXPECT_EXIT(2, "95 stream maximum, 97 specified.", "x:1", ":", ":", ":", ":", ":", ":", ":",
		    ":", ":", ":", ":", ":", "0");
	EXPECT_EXIT(2, ":1 is not HOST:PORT", ":1", "0");
	EXPECT_EXIT(1, "cannot listen on 192.0.2.1 port 0", "--listen", "192.0.2.1", "x:1", "0");
	EXPECT_EXIT(0, "socat -,raw,echo=0 tcp:localhost:", "--help");
	EXPECT_EXIT(0, "mux_server (Beryl) ", "--version");

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(taken, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(taken, 1), 0);
	assert_int_equal(getsockname(taken, (struct sockaddr *)&address, &len), 0);
	snprintf(port, sizeof(port), "%d", ntohs(address.sin_port));
	snprintf(text, sizeof(text), "port %s on localhost is in use by another program", port);
	EXPECT_EXIT(1, text, "x:1", port);
	close(taken);
}

static void help_fits_a_screen(void **state)
{
	(void)state;
	server_start((const char *const[]){ "--help", NULL });
	assert_int_equal(server_end(0), 0);
	assert_in_range(server_count("\n"), 10, 24);
}

/* By default both kinds of loopback, where there are both; with --listen only what it names. */
static void listens_where_told(void **state)
{
	struct sockaddr_in6 six = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	struct sockaddr_in four = { .sin_family = AF_INET };
	int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)state;
	if (fd >= 0 && bind(fd, (struct sockaddr *)&six, sizeof(six)) == 0) {
		server_start((const char *const[]){ board_make(BOARD_TCP), "0", NULL });
		six.sin6_port = htons((uint16_t)server_port(0));
		assert_int_equal(connect(fd, (struct sockaddr *)&six, sizeof(six)), 0);
		close(client_connect(0));
		assert_int_equal(server_end(SIGTERM), 0);
		board_break();
	}
	close(fd);

	server_start(
		(const char *const[]){ "--listen", "127.0.0.2", board_make(BOARD_TCP), "0", NULL });
	four.sin_port = htons((uint16_t)server_port(0));
	four.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&four, sizeof(four)), -1);
	assert_int_equal(errno, ECONNREFUSED);
	four.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
	assert_int_equal(connect(fd, (struct sockaddr *)&four, sizeof(four)), 0);
	server_expect("there is no password");
	assert_int_equal(server_end(SIGTERM), 0);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest mux_command_line[] = {
		SERVER_TEST(stdout_carries_nothing_but_its_channel),
		SERVER_TEST(stdin_is_read_and_answers_on_stdout),
		SERVER_TEST(stdin_may_be_a_file),
		SERVER_TEST(stderr_is_a_stream),
		SERVER_TEST(unread_stdout_stops_nobody),
		SERVER_TEST(colon_pads_to_a_multiple_of_eight),
		SERVER_TEST(verbose_and_debug_show_traffic),
		SERVER_TEST(serial_line_is_shared_with_nobody_and_restored),
		SERVER_TEST(command_ends_with_the_server),
		SERVER_TEST(command_is_started_again),
		SERVER_TEST(errors_have_their_exit_codes),
		SERVER_TEST(help_fits_a_screen),
		SERVER_TEST(listens_where_told),
	};

	return RUN_SERVER_TESTS(mux_command_line);
}

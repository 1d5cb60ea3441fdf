/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the original server did wrong, row by row; each must now do the right thing.
 *
 * | situation                        | the original               | now, as tested by            |
 * |----------------------------------|----------------------------|------------------------------|
 * | nobody is connected              | output is lost             | output_is_kept_for_later     |
 * | second client on a port          | waits without output       | two_clients_share_a_port [1] |
 * | client leaves, target quiet      | new thread, memory grows   | clients_come_and_go          |
 * | client leaves, target writes     | SIGPIPE ends the server    | abrupt_disconnects... [1]    |
 * | ... or the port closes           | refused for ever           | clients_come_and_go          |
 * | ... or its input is never read   | typed in vain              | clients_come_and_go          |
 * | port in use                      | 21 s of attempts           | port_in_use_is_told_at_once  |
 * | a client does not read           | all channels stop          | stuck_reader... [1]          |
 * | the target does not read         | all input stops            | pasting_client... [1]        |
 * | ... and output meanwhile         | goes on                    | output_goes_on_beside_input  |
 * | target: end, error               | exit 255                   | lost_target... [2]           |
 * | target refuses at the start      | silent, for ever           | absent_target... [2]         |
 * | stream stdin                     | is never read              | stdin_is_read... [3]         |
 * | first stream `:`                 | SIGSEGV                    | stdin_is_read... [3]         |
 * | command of -exec ends            | exit 255, or SIGPIPE       | command_is_started... [3],   |
 * |                                  |                            | command_that_does_not_read   |
 * | reset request while typing       | can be lost                | no_reset_is_lost             |
 * | long names of targets            | overrun buffers            | names_of_any_length          |
 * | sockets in the command           | inherited                  | command_inherits_nothing     |
 * | addresses                        | all interfaces, IPv4       | listens_where_told [3]       |
 * | serial line                      | shared, never restored     | serial_line... [3]           |
 * | stop bits, flow control          | as they were left          | line_is_set_up_wholly        |
 * | -hw                              | toggles RTS, polls CTS     | waiting_costs_no_time        |
 * | half-dead clients                | stay for ever              | half_dead_clients_are_found  |
 * | output of channels from 80 on    | is taken for bad commands  | output_arrives... [2]        |
 * | output of an unknown channel     | goes to another's client   | output_arrives... [2]        |
 *
 * [1] test_mux_clients.c  [2] test_mux_targets.c  [3] test_mux_command_line.c
 */
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#include "tests/system/mux_server_harness.h"
#include "tests/system/mux_server_watch.h"

static int start(void)
{
	server_start((const char *const[]){ board_make(BOARD_TCP), "0", "0", NULL });
	return board_connect();
}

static void output_is_kept_for_later(void **state)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int board, watcher, control = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)state;
	server_start((const char *const[]){ "--control", in_test_dir("control"),
					    board_make(BOARD_TCP), "0", "0", NULL });
	board = board_connect();
	watcher = client_connect(0);
	PUT(board, "\x18\x31panic: nobody saw it\r\n\x18\x30.");
	EXPECT(watcher, ".");
	snprintf(at.sun_path, sizeof(at.sun_path), "%s", in_test_dir("control"));
	assert_int_equal(connect(control, (struct sockaddr *)&at, sizeof(at)), 0);
	PUT(control, "tail 1\n");
	EXPECT(control, "{\"ok\":true,\"bytes\":22}\npanic: nobody saw it\r\n");
	PUT(control, "attach 1 9\n");
	EXPECT(control, "{\"ok\":true}\n saw it\r\n");
	close(control);
	close(watcher);
	assert_int_equal(server_end(SIGTERM), 0);
}

/* Each of many clients, one after the other, sees output and is heard, whether the target writes
 * while it leaves or not; nothing of it is left behind. */
static void clients_come_and_go(void **state)
{
	enum { COUNT = 300, WARM_UP = 20 };
	int board = start(), port = server_port(1);
	long resident = 0, virtual = 0;
	int descriptors = 0;

	(void)state;
	PUT(board, "\x18\x30\x18\x31");
	for (int i = 0; i < COUNT; i++) {
		int client = client_knock(port, 0);

		PUT(client, "?");
		if (i == 0)
			EXPECT(board, "\x18\x31?");
		else
			EXPECT(board, "?");
		PUT(board, "answer");
		EXPECT(client, "answer");
		if (i % 2)
			PUT(board, "more, that nobody may see");
		close_abruptly(client);
		if (i == WARM_UP) {
			resident = server_memory_kb("VmRSS");
			virtual = server_memory_kb("VmSize");
			descriptors = server_fd_count();
		}
	}
	server_expect("accepted connection");
	assert_in_range(server_fd_count(), descriptors - 1, descriptors + 1);
	if (server_memory_counts()) {
		assert_true(server_memory_kb("VmRSS") < resident + 512);
		assert_true(server_memory_kb("VmSize") < virtual + 1024);
	}
	assert_int_equal(server_end(SIGTERM), 0);
}

static void port_in_use_is_told_at_once(void **state)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof(at);
	int taken = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int64_t before = now_ms();
	char port[16];

	(void)state;
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(taken, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(listen(taken, 1), 0);
	assert_int_equal(getsockname(taken, (struct sockaddr *)&at, &len), 0);
	snprintf(port, sizeof(port), "%d", ntohs(at.sin_port));
	server_start((const char *const[]){ board_make(BOARD_TCP), port, NULL });
	assert_int_equal(server_end(0), 1);
	server_expect("is in use by another program");
	assert_true(now_ms() - before < 5000);
	close(taken);
}

/* The board has stopped reading, and the server's buffers for it are full: it is still heard. */
static void output_goes_on_beside_input(void **state)
{
	static char paste[1 << 16];
	int board = start();
	int paster = client_connect(0), reader = client_connect(1);
	struct pollfd writable = { .fd = paster, .events = POLLOUT };

	(void)state;
	while (poll(&writable, 1, 300) == 1)
		assert_true(write(paster, paste, sizeof(paste)) > 0);
	PUT(board, "\x18\x31");
	for (int i = 0; i < 100; i++) {
		PUT(board, "still here");
		EXPECT(reader, "still here");
	}
	close(paster);
	close(reader);
	assert_int_equal(server_end(SIGTERM), 0);
}

/* Typing to a command that has closed its input is an error of the target, not of the server. */
static void command_that_does_not_read(void **state)
{
	static const char deaf[] = "exec 0<&-; while :; do echo deaf; sleep 0.05; done";
	int client;

	(void)state;
	server_start((const char *const[]){ "-exec", deaf, "0", NULL });
	client = client_connect(0);
	for (int i = 1; i <= 2; i++) {
		EXPECT(client, "deaf\n"); /* by now its input is closed */
		PUT(client, "is anybody there?");
		server_expect_count("Broken pipe on write; opening it again", i);
		close(client);
		server_expect_count("connected on fd ", i + 1);
		client = client_connect(0);
	}
	assert_int_equal(server_end(SIGTERM), 0);
	close(client);
}

static void no_reset_is_lost(void **state)
{
	int board = start();
	int client = client_connect(1);

	(void)state;
	PUT(client, ".");
	EXPECT(board, "\x18\x31.");
	for (int i = 0; i < 500; i++) {
		PUT(client, "typed");
		EXPECT(board, "typed");
		PUT(board, "\x18\x01\x18\x31!");
		EXPECT(client, "!"); /* by now the server has seen the reset */
		PUT(client, "typed");
		EXPECT(board, "\x18\x31typed");
	}
	assert_int_equal(server_end(SIGTERM), 0);
	close(client);
}

/* Longer than any buffer that a name is copied to: a message, and no harm. */
static void names_of_any_length(void **state)
{
	static const size_t lengths[] = { 107, 108, 109, 255, 256, 1024, 5000, 100000 };
	static char name[100001], host[100010];

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		memset(name, 'n', lengths[i]);
		name[0] = '/';
		name[lengths[i]] = '\0';
		server_start((const char *const[]){ name, "0", "--once", NULL });
		assert_int_equal(server_end(0), 69);
		snprintf(host, sizeof(host), "%s:1", name + 1);
		server_start((const char *const[]){ host, "0", "--once", NULL });
		assert_in_range(server_end(0), 2, 69); /* no such host, or no host at all */
		server_start((const char *const[]){ "x:1", name + 1, NULL });
		assert_int_equal(server_end(0), 2);
		server_expect("Unrecognizable stream spec");
	}
}

/* None of the server's sockets and event queues is open in the command. */
static void command_inherits_nothing(void **state)
{
	int out[2];

	(void)state;
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	server_start_with(
		(const char *const[]){ "-exec",
				       "ls -l /proc/self/fd | grep -c 'socket:\\|anon_inode:'; cat",
				       "stdout", "0", "0", NULL },
		-1, out[1], -1);
	EXPECT(out[0], "0\n");
	assert_int_equal(server_end(SIGTERM), 0);
	close(out[0]);
	close(out[1]);
}

static void line_is_set_up_wholly(void **state)
{
	struct termios line;
	int fd = open(board_make(BOARD_PTY), O_RDWR | O_NOCTTY | O_CLOEXEC);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(tcgetattr(fd, &line), 0);
	line.c_cflag |= CSTOPB | CRTSCTS;
	assert_int_equal(tcsetattr(fd, TCSANOW, &line), 0);
	server_start((const char *const[]){ in_test_dir("board"), "0", NULL });
	board_connect();
	assert_int_equal(tcgetattr(fd, &line), 0);
	assert_int_equal(line.c_cflag & (CSTOPB | CRTSCTS), 0);
	assert_int_equal(server_end(SIGTERM), 0);
	assert_int_equal(tcgetattr(fd, &line), 0);
	assert_int_equal(line.c_cflag & (CSTOPB | CRTSCTS), CSTOPB | CRTSCTS);
	close(fd);
}

/* Waiting for a line with flow control, and for a board that is not there, is waiting. */
static void waiting_costs_no_time(void **state)
{
	enum { WATCHED_MS = 1000 };
	int64_t before;
	int client;

	(void)state;
	server_start((const char *const[]){ "-hw", board_make(BOARD_PTY), "0", NULL });
	board_connect();
	client = client_connect(0);
	for (int present = 1; present >= 0; present--) {
		before = server_cpu_ms();
		poll(NULL, 0, WATCHED_MS); /* that nothing happens cannot be waited for */
		assert_true(server_cpu_ms() - before <= WATCHED_MS / 10);
		if (present) {
			board_break();
			server_expect("opening it again");
		}
	}
	assert_int_equal(server_end(SIGTERM), 0);
	close(client);
}

/* The kernel asks clients that are silent whether they still live. */
static void half_dead_clients_are_found(void **state)
{
	struct sockaddr_in at;
	socklen_t len = sizeof(at);
	int client, timer = -1;
	char line[256];
	FILE *table;

	(void)state;
	start();
	client = client_connect(0);
	assert_int_equal(getsockname(client, (struct sockaddr *)&at, &len), 0);
	table = fopen("/proc/net/tcp", "r");
	assert_non_null(table);
	while (fgets(line, sizeof(line), table)) {
		unsigned local, remote, kind;

		if (sscanf(line, "%*d: %*x:%x %*x:%x %*x %*x:%*x %x:", &local, &remote, &kind) ==
			    3 &&
		    local == (unsigned)server_port(0) && remote == ntohs(at.sin_port))
			timer = (int)kind;
	}
	fclose(table);
	assert_int_equal(timer, 2); /* proc(5): the keepalive timer */
	assert_int_equal(server_end(SIGTERM), 0);
	close(client);
}

int main(void)
{
	const struct CMUnitTest mux_original[] = {
		SERVER_TEST(output_is_kept_for_later),	  SERVER_TEST(clients_come_and_go),
		SERVER_TEST(port_in_use_is_told_at_once), SERVER_TEST(output_goes_on_beside_input),
		SERVER_TEST(command_that_does_not_read),  SERVER_TEST(no_reset_is_lost),
		SERVER_TEST(names_of_any_length),	  SERVER_TEST(command_inherits_nothing),
		SERVER_TEST(line_is_set_up_wholly),	  SERVER_TEST(waiting_costs_no_time),
		SERVER_TEST(half_dead_clients_are_found),
	};

	return RUN_SERVER_TESTS(mux_original);
}

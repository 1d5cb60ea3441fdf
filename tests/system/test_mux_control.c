/* SPDX-License-Identifier: BSD-2-Clause */
/* Several boards from a configuration file, its reload, and muxctl against the real server. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "tests/system/mux_server_harness.h"

static char output[1 << 16]; /* of the last muxctl */
static const char *target;
static int board;

static void write_config(const char *consoles, const char *more)
{
	FILE *file = fopen(in_test_dir("rack.yaml"), "w");

	assert_non_null(file);
	fprintf(file,
		"log-dir: %s\n"
		"control: %s\n"
		"boards:\n"
		"  - name: real\n"
		"    target: %s\n"
		"    consoles: [%s]\n"
		"  - name: echo\n"
		"    exec: cat\n"
		"    consoles: [{channel: 0, name: cat}]\n%s",
		in_test_dir("log"), in_test_dir("control.sock"), target, consoles, more);
	assert_int_equal(fclose(file), 0);
}

#define CONSOLES "{channel: 0, name: hv, port: 0}, {channel: 1, name: linux, port: 0}"

static void start(void)
{
	target = board_make(BOARD_TCP);
	write_config(CONSOLES, "");
	server_start((const char *const[]){ "--config", in_test_dir("rack.yaml"), NULL });
	board = board_connect();
	server_expect("connected on fd ");
	server_expect_count("connected on fd ", 2);
}

static pid_t start_muxctl(const char *const arguments[], int in, int out)
{
	const char *argv[32] = { "muxctl", "-s", in_test_dir("control.sock") };
	pid_t pid;

	for (size_t i = 0; arguments[i] && i < 28; i++)
		argv[i + 3] = arguments[i];
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(in, 0);
		dup2(out, 1);
		dup2(out, 2);
		execv("build/bin/muxctl", (char *const *)argv);
		_exit(126);
	}
	return pid;
}

static int wait_for_muxctl(pid_t pid)
{
	int64_t deadline = now_ms() + DEADLINE_MS;
	int status;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (now_ms() > deadline) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			fail_msg("muxctl does not end");
		}
		poll(NULL, 0, 1);
	}
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* Run it to its end, with what it prints in output; returns its exit code. */
static int muxctl(const char *const arguments[])
{
	int pipes[2], null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t got;
	pid_t pid;

	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	pid = start_muxctl(arguments, null, pipes[1]);
	close(pipes[1]);
	close(null);
	while ((got = read(pipes[0], output + len, sizeof(output) - 1 - len)) > 0)
		len += (size_t)got;
	output[len] = '\0';
	close(pipes[0]);
	return wait_for_muxctl(pid);
}

#define EXPECT_MUXCTL(code, text, ...)                                                             \
	do {                                                                                       \
		int code_ = muxctl((const char *const[]){ __VA_ARGS__, NULL });                    \
                                                                                                   \
		if (code_ != (code) || !strstr(output, text))                                      \
			fail_msg("muxctl exits with %d, not %d, and prints:\n%s", code_, code,     \
				 output);                                                          \
	} while (0)

/* Channel 0 of the board with the echo is typed to, and answers with what was typed. */
static void two_boards_are_served(void **state)
{
	(void)state;
	start();
	EXPECT_MUXCTL(0, "control/real/linux", "list");
	EXPECT_MUXCTL(0, "control/echo/cat", "list");
	EXPECT_MUXCTL(0, "\"name\":\"linux\",\"channel\":1,\"partition\":null,", "list", "--json");
	PUT(board, "\x18\x31"
		   "from the board");
	EXPECT_MUXCTL(0, "from the board", "wait", "--for", "board", "--all", "--timeout", "10",
		      "linux");
	EXPECT_MUXCTL(0, "hello cat", "wait", "--send", "hello cat\\n", "--for", "^hello cat$",
		      "--timeout", "10", "echo/cat");
	wait_for_size(in_test_dir("log/real/linux.log"), strlen("from the board"));
	wait_for_size(in_test_dir("log/echo/cat.log"), strlen("hello cat\n"));
	assert_int_equal(server_end(SIGTERM), 0);
	assert_int_equal(access(in_test_dir("control.sock"), F_OK), -1);
}

static void commands_do_what_they_say(void **state)
{
	int client;

	(void)state;
	start();
	EXPECT_MUXCTL(0, "", "send", "linux", "a b\\x18\\n~\\\\");
	EXPECT(board, "\x18\x31"
		      "a b\x18\x18\n~\\");
	PUT(board, "\x18\x31"
		   "0123456789");
	EXPECT_MUXCTL(0, "9", "wait", "--for", "9", "--all", "--timeout", "10", "real/1");
	EXPECT_MUXCTL(0, "789", "tail", "--bytes", "3", "real/linux");
	assert_string_equal(output, "789");
	EXPECT_MUXCTL(0, "control/real/linux.bytes 10", "stats");
	EXPECT_MUXCTL(0, "/log/real/linux.log", "log");
	client = client_connect(0);
	EXPECT_MUXCTL(0, "real/hv: 1 clients disconnected", "kick", "hv");
	assert_int_equal(poll(&(struct pollfd){ .fd = client, .events = POLLIN }, 1, DEADLINE_MS),
			 1);
	assert_int_equal(read(client, output, 1), 0);
	close(client);
	EXPECT_MUXCTL(0, "control: reloaded", "reload");
}

/* The device is free for a flasher, the client stays, and the board is asked anew afterwards. */
static void a_target_is_released_and_opened_again(void **state)
{
	char gone;
	int client;

	(void)state;
	start();
	client = client_connect(0);
	assert_int_equal(muxctl((const char *const[]){ "suspend", "hv", NULL }), 0);
	assert_int_equal(recv(board, &gone, 1, MSG_WAITALL), 0);
	assert_int_equal(muxctl((const char *const[]){ "list", NULL }), 0);
	assert_non_null(strstr(output, "suspended"));
	assert_int_equal(muxctl((const char *const[]){ "break", "hv", NULL }), 1);
	assert_non_null(strstr(output, "no break: the target is not open"));
	assert_int_equal(muxctl((const char *const[]){ "suspend", "hv", NULL }), 0);
	close(board);
	assert_int_equal(muxctl((const char *const[]){ "resume", "linux", NULL }), 0);
	board = board_connect();
	PUT(board, "\x18\x30"
		   "back");
	EXPECT(client, "back");
	assert_int_equal(muxctl((const char *const[]){ "break", "hv", NULL }), 1);
	assert_non_null(strstr(output, "no break: the target is no real serial line"));
	assert_int_equal(server_end(SIGTERM), 0);
	close(client);
}

static void wait_has_the_exit_codes_of_scripts(void **state)
{
	(void)state;
	start();
	PUT(board, "old login: ");
	EXPECT_MUXCTL(0, "old login: ", "wait", "--for", "login: $", "--all", "--timeout", "10",
		      "hv");
	EXPECT_MUXCTL(124, "nothing matched login", "wait", "--for", "login", "--timeout", "0.2",
		      "hv");
	EXPECT_MUXCTL(1, "there is no console hw; the nearest is hv", "wait", "--for", "x", "hw");
	EXPECT_MUXCTL(2, "Unmatched", "wait", "--for", "(", "hv");
	EXPECT_MUXCTL(2, "wait needs --for REGEX", "wait", "hv");
	EXPECT_MUXCTL(2, "--timeout needs a number", "wait", "--for", "x", "--timeout", "soon",
		      "hv");
}

static void mistakes_are_explained(void **state)
{
	(void)state;
	start();
	EXPECT_MUXCTL(2, "unknown command lst; the nearest is list", "lst");
	EXPECT_MUXCTL(2, "unknown option --jsn; the nearest is --json", "list", "--jsn");
	EXPECT_MUXCTL(2, "send needs a TEXT", "send", "hv");
	EXPECT_MUXCTL(2, "x is one word too many", "list", "x");
	EXPECT_MUXCTL(1, "0 stands for 2 consoles", "tail", "0");
	EXPECT_MUXCTL(1, "after \\ comes one of", "send", "hv", "\\q");
	EXPECT_MUXCTL(1, "there is no console real/zzzzzz", "tail", "real/zzzzzz");
}

/* What the untouched console's client sees while all else changes is exact. */
static void reload_is_not_noticed_by_what_did_not_change(void **state)
{
	enum { ROUNDS = 20, LEN = 30000 };
	static char block[LEN];
	int client;

	(void)state;
	start();
	client = client_connect(0);
	for (int i = 0; i < ROUNDS; i++) {
		memset(block, 'a' + i, LEN);
		PUT(board, "\x18\x30");
		put(board, block, LEN);
		write_config(i % 2 ? CONSOLES
				   : "{channel: 0, name: hv, port: 0}, "
				     "{channel: 2, name: new, port: 0}",
			     i % 3 ? ""
				   : "  - {name: third, exec: cat, consoles: [{channel: 7}]}\n");
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
			EXPECT(board, "\x18\x30");
		EXPECT(board, "typed");
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
	start();
	client = client_connect(1);
	write_config("{channel: 0, name: hv, prot: 0}", "");
	EXPECT_MUXCTL(1, "rack.yaml:6:39: unknown key \"prot\"; the nearest is \"port\"", "reload");

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(taken, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(taken, 1), 0);
	assert_int_equal(getsockname(taken, (struct sockaddr *)&address, &len), 0);
	snprintf(consoles, sizeof(consoles),
		 "{channel: 3, name: three, port: 0}, {channel: 4, name: hv, port: %d}",
		 ntohs(address.sin_port));
	write_config(consoles, "  - {name: third, exec: cat, consoles: [{channel: 7}]}\n");
	EXPECT_MUXCTL(1, "is in use by another program", "reload");
	EXPECT_MUXCTL(0, "real/linux", "list");
	assert_null(strstr(output, "three"));
	assert_null(strstr(output, "third"));
	PUT(board, "\x18\x31still there");
	EXPECT(client, "still there");
	close(taken);
	EXPECT_MUXCTL(0, "reloaded", "reload");
	assert_int_equal(poll(&(struct pollfd){ .fd = client, .events = POLLIN }, 1, DEADLINE_MS),
			 1);
	assert_int_equal(read(client, output, 1), 0); /* its console has gone */
	close(client);
	EXPECT_MUXCTL(0, "real/three", "list");
}

static int open_terminal(int *side)
{
	int fd = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);

	assert_true(fd >= 0);
	assert_int_equal(unlockpt(fd), 0);
	*side = open(ptsname(fd), O_RDWR | O_NOCTTY | O_CLOEXEC);
	assert_true(*side >= 0);
	return fd;
}

static char seen[8192]; /* on the terminal, and not yet looked for */

/* Read from the terminal until @text has come, and forget it with all before it. */
static void see(int terminal, const char *text)
{
	char *found;

	while ((found = strstr(seen, text)) == NULL) {
		struct pollfd ready = { .fd = terminal, .events = POLLIN };
		size_t len = strlen(seen);
		ssize_t got;

		if (poll(&ready, 1, DEADLINE_MS) != 1)
			fail_msg("the terminal does not show '%s' but:\n%s", text, seen);
		got = read(terminal, seen + len, sizeof(seen) - 1 - len);
		assert_true(got > 0);
		seen[len + (size_t)got] = '\0';
	}
	memmove(seen, found + strlen(text), strlen(found + strlen(text)) + 1);
}

static void expect_same_mode(int side, const struct termios *before)
{
	struct termios after;

	assert_int_equal(tcgetattr(side, &after), 0);
	assert_int_equal(after.c_lflag, before->c_lflag);
	assert_int_equal(after.c_iflag, before->c_iflag);
	assert_int_equal(after.c_oflag, before->c_oflag);
}

static void attach_is_a_terminal_with_escapes(void **state)
{
	struct winsize size = { .ws_row = 10, .ws_col = 20 };
	struct termios before;
	int side, terminal = open_terminal(&side);
	pid_t pid;

	(void)state;
	seen[0] = '\0';
	start();
	assert_int_equal(tcgetattr(side, &before), 0);
	PUT(board, "\x18\x31"
		   "before ");
	EXPECT_MUXCTL(0, "before", "wait", "--for", "before", "--all", "--timeout", "10", "linux");
	pid = start_muxctl((const char *const[]){ "attach", "--replay", "4", "linux", NULL }, side,
			   side);
	see(terminal, "attached to real/linux");
	see(terminal, "ore ");
	PUT(board, "prompt# ");
	see(terminal, "prompt# ");
	PUT(terminal, "ls ~.\x03\r");
	EXPECT(board, "\x18\x31ls ~.\x03\r");
	PUT(terminal, "~?");
	see(terminal, "~.   detach");
	assert_int_equal(ioctl(terminal, TIOCSWINSZ, &size), 0);
	kill(pid, SIGWINCH);
	PUT(terminal, "~~x\r");
	EXPECT(board, "~x\r");
	PUT(terminal, "~.");
	assert_int_equal(wait_for_muxctl(pid), 0);
	expect_same_mode(side, &before);

	pid = start_muxctl((const char *const[]){ "attach", "linux", NULL }, side, side);
	see(terminal, "attached to real/linux");
	PUT(board, "again");
	see(terminal, "again");
	kill(pid, SIGTERM);
	assert_int_equal(wait_for_muxctl(pid), 128 + SIGTERM);
	expect_same_mode(side, &before);

	pid = start_muxctl((const char *const[]){ "attach", "linux", NULL }, side, side);
	see(terminal, "attached to real/linux");
	PUT(board, "once more");
	see(terminal, "once more");
	assert_int_equal(server_end(SIGTERM), 0);
	assert_int_equal(wait_for_muxctl(pid), 1);
	expect_same_mode(side, &before);
	close(side);
	close(terminal);
}

static int connect_control(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	strcpy(address.sun_path, in_test_dir("control.sock"));
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	return fd;
}

/* Every line is answered, the connection goes on, and nobody else is hurt. */
static void garbage_on_the_control_socket_is_answered(void **state)
{
	static char block[20000];
	unsigned seed = 3;
	int fd;

	(void)state;
	start();
	fd = connect_control();
	PUT(fd, "\n");
	EXPECT(fd, "{\"ok\":false,\"error\":\"no command\"}\n");
	memset(block, 'x', sizeof(block));
	block[sizeof(block) - 1] = '\n';
	put(fd, block, sizeof(block));
	EXPECT(fd, "{\"ok\":false,\"error\":\"the line is too long\"}\n");
	PUT(fd, "a b c d e f g h i\n");
	EXPECT(fd, "{\"ok\":false,\"error\":\"too many words\"}\n");
	PUT(fd, "tail hv 0\n");
	EXPECT(fd, "{\"ok\":true,\"bytes\":0}\n");
	close(fd);

	for (int round = 0; round < 20; round++) {
		fd = connect_control();
		for (size_t i = 0; i < 2000; i++) {
			seed = seed * 1103515245 + 12345;
			block[i] = (char)(seed >> 16);
		}
		send(fd, block, 2000, MSG_NOSIGNAL);
		close(fd);
	}
	EXPECT_MUXCTL(0, "real/linux", "list");
	assert_int_equal(server_end(SIGTERM), 0);
}

/* Who is only of the group may look, but change nothing; others do not get in. */
static void permissions_are_those_of_the_peer(void **state)
{
	static const char *const forbidden[] = { "send hv x\n", "attach hv\n", "kick hv\n",
						 "reload\n" };
	struct stat st;
	int status;
	pid_t pid;

	(void)state;
	start();
	assert_int_equal(stat(in_test_dir("control.sock"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0660);
	if (geteuid() != 0)
		skip();
	assert_int_equal(chmod(test_dir, 0755), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		char answer[512];
		int fd;

		if (setgroups(0, NULL) < 0 || setuid(65534) < 0) /* the group stays */
			_exit(1);
		fd = connect_control();
		fcntl(fd, F_SETFL, 0);
		for (size_t i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]); i++) {
			ssize_t len;

			if (write(fd, forbidden[i], strlen(forbidden[i])) < 0)
				_exit(2);
			len = read(fd, answer, sizeof(answer) - 1);
			answer[len > 0 ? len : 0] = '\0';
			if (!strstr(answer, "is for the server's user and root only"))
				_exit(3);
		}
		if (write(fd, "list\n", 5) != 5 || read(fd, answer, sizeof(answer) - 1) <= 0 ||
		    !strstr(answer, "\"ok\":true"))
			_exit(4);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* What a server that was killed leaves behind. */
static void make_stale_socket(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strcpy(address.sun_path, in_test_dir("control.sock"));
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	close(fd);
}

static void a_stale_socket_is_replaced_and_a_live_one_is_not(void **state)
{
	char first[160];
	int status;
	pid_t pid;

	(void)state;
	start();
	assert_int_equal(server_end(SIGTERM), 0);
	make_stale_socket();
	board_break();
	board_restore();
	server_start((const char *const[]){ "--config", in_test_dir("rack.yaml"), NULL });
	board = board_connect();
	EXPECT_MUXCTL(0, "real/linux", "list");
	snprintf(first, sizeof(first), "%s", in_test_dir("control.sock"));
	pid = fork();
	if (pid == 0) {
		execl(test_program, "second", "--control", first, "x:1", "0", NULL);
		_exit(126);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(WEXITSTATUS(status), 1);
	EXPECT_MUXCTL(0, "real/linux", "list");
}

static void a_wrong_file_is_told_by_line_and_exit_code(void **state)
{
	(void)state;
	target = board_make(BOARD_TCP);
	write_config(CONSOLES, "boards: x\n");
	server_start(
		(const char *const[]){ "--check", "--config", in_test_dir("rack.yaml"), NULL });
	assert_int_equal(server_end(0), 78);
	server_expect("rack.yaml:10:1: boards is given twice; line 3 has it too");
	write_config(CONSOLES, "");
	server_start(
		(const char *const[]){ "--check", "--config", in_test_dir("rack.yaml"), NULL });
	assert_int_equal(server_end(0), 0);
	server_expect("rack.yaml: 2 boards, 3 consoles");
}

int main(void)
{
	const struct CMUnitTest mux_control[] = {
		SERVER_TEST(two_boards_are_served),
		SERVER_TEST(commands_do_what_they_say),
		SERVER_TEST(a_target_is_released_and_opened_again),
		SERVER_TEST(wait_has_the_exit_codes_of_scripts),
		SERVER_TEST(mistakes_are_explained),
		SERVER_TEST(reload_is_not_noticed_by_what_did_not_change),
		SERVER_TEST(reload_is_all_or_nothing),
		SERVER_TEST(attach_is_a_terminal_with_escapes),
		SERVER_TEST(garbage_on_the_control_socket_is_answered),
		SERVER_TEST(permissions_are_those_of_the_peer),
		SERVER_TEST(a_stale_socket_is_replaced_and_a_live_one_is_not),
		SERVER_TEST(a_wrong_file_is_told_by_line_and_exit_code),
	};

	return RUN_SERVER_TESTS(mux_control);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Ways into a console beside its port: read-only ports, unix sockets, terminals; who may use them.
 */
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/system/mux_entrance_board.h"

static void a_read_only_port_shows_and_takes_nothing(void **state)
{
	int reader, writer;

	(void)state;
	entrance_start("", ", port: 0, read-only-port: 0");
	server_expect(" for stream 0 of b, read-only.");
	writer = client_connect(0);
	reader = client_knock(server_number("IO Channel 0 listening on port ", 2), 0);
	server_expect_count("accepted connection on stream 0 of b.", 2);
	PUT(entrance_board, "\x18\x30hello");
	EXPECT(reader, "hello");
	EXPECT(writer, "hello");
	PUT(reader, "not me");
	PUT(writer, "me");
	EXPECT(entrance_board, "\x18\x30me");
	close(reader);
	close(writer);
	assert_int_equal(server_end(SIGTERM), 0);
}

static void a_socket_serves_as_a_port_does(void **state)
{
	char path[160];
	struct stat st;
	int client;

	(void)state;
	snprintf(path, sizeof(path), "%s/mux_server/b/hv.sock", test_dir);
	entrance_start("", ", socket: true");
	server_expect("IO Channel 0 listening on socket ");
	assert_int_equal(stat(path, &st), 0);
	assert_true(S_ISSOCK(st.st_mode));
	assert_int_equal(st.st_mode & 0777, 0660);
	client = entrance_connect(path);
	server_expect("accepted connection on stream 0 of b.");
	PUT(entrance_board, "\x18\x30hello");
	EXPECT(client, "hello");
	PUT(client, "you");
	EXPECT(entrance_board, "\x18\x30you");
	close(client);
	assert_int_equal(server_end(SIGTERM), 0);
	assert_int_equal(access(in_test_dir("mux_server/b"), F_OK), -1);
}

/* All consoles of a board have them, but one that does not want to. */
static void a_board_gives_them_to_all(void **state)
{
	(void)state;
	entrance_start("    sockets: true\n    ptys: true\n",
		       "}, {channel: 1, socket: false, pty: no");
	server_expect("IO Channel 0 has terminal ");
	server_expect("cted on fd"); /* all is open */
	assert_int_equal(access(in_test_dir("mux_server/b/hv.sock"), F_OK), 0);
	assert_int_equal(access(in_test_dir("mux_server/b/hv.tty"), F_OK), 0);
	assert_int_equal(access(in_test_dir("mux_server/b/channel-01.sock"), F_OK), -1);
	assert_int_equal(access(in_test_dir("mux_server/b/channel-01.tty"), F_OK), -1);
}

static int listen_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(strlen(path) < sizeof(address.sun_path));
	strcpy(address.sun_path, path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fd, 1), 0);
	return fd;
}

static void a_dead_socket_is_replaced_and_nothing_else(void **state)
{
	char path[160];
	char keys[256];
	struct stat st;
	int fd;

	(void)state;
	snprintf(path, sizeof(path), "%s/x", test_dir);
	snprintf(keys, sizeof(keys), ", socket: %s", path);
	board_make(BOARD_UNIX);
	entrance_write("", keys);
	fd = listen_at(path);
	entrance_expect_refusal(
		1, "is in use by another server, or is no socket; choose another path");
	assert_int_equal(access(path, F_OK), 0);
	close(fd); /* now nobody listens */
	board_break();
	entrance_start("", keys);
	close(entrance_connect(path));
	assert_int_equal(server_end(SIGTERM), 0);
	assert_int_equal(access(path, F_OK), -1);

	close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0644));
	entrance_expect_refusal(
		1, "is in use by another server, or is no socket; choose another path");
	assert_int_equal(stat(path, &st), 0);
	assert_true(S_ISREG(st.st_mode));

	snprintf(keys, sizeof(keys), ", pty: %s", path);
	entrance_write("", keys);
	entrance_expect_refusal(
		1, "exists and is no link to a terminal; remove it, or choose another path");
	assert_int_equal(stat(path, &st), 0);
	assert_true(S_ISREG(st.st_mode));
}

static void a_group_is_granted_access(void **state)
{
	struct group *group = getgrgid(getegid());
	char keys[256];
	struct stat st;

	(void)state;
	if (!group)
		skip();
	snprintf(keys, sizeof(keys), "    sockets: yes\n    ptys: yes\n    socket-group: %s\n",
		 group->gr_name);
	entrance_start(keys, "");
	assert_int_equal(stat(in_test_dir("mux_server/b/hv.sock"), &st), 0);
	assert_int_equal(st.st_gid, getegid());
	assert_int_equal(stat(in_test_dir("mux_server/b/hv.tty"), &st), 0);
	assert_int_equal(st.st_gid, getegid());
	assert_int_equal(st.st_mode & 0777, 0660);
	assert_int_equal(server_end(SIGTERM), 0);

	entrance_write("", ", socket: true, socket-group: nobody-has-it");
	entrance_expect_refusal(1, "there is no group nobody-has-it for socket ");
	entrance_write("", ", pty: true, socket-group: nobody-has-it");
	entrance_expect_refusal(1, "there is no group nobody-has-it for the terminal ");
	assert_int_equal(access(in_test_dir("mux_server/b"), F_OK), -1);
}

/* The command line has forms for them too, and a single board is not named. */
static void streams_of_the_command_line(void **state)
{
	char unix_stream[200], pty_stream[200];
	const char *target;
	int client, terminal;

	(void)state;
	target = board_make(BOARD_TCP);
	snprintf(unix_stream, sizeof(unix_stream), "unix:%s", in_test_dir("u"));
	snprintf(pty_stream, sizeof(pty_stream), "pty:%s", in_test_dir("p"));
	server_start((const char *const[]){ target, unix_stream, pty_stream, NULL });
	entrance_board = board_connect();
	client = entrance_connect(in_test_dir("u"));
	server_expect("accepted connection on stream 0.");
	terminal = open(in_test_dir("p"), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	server_expect("accepted connection on stream 1.");
	PUT(entrance_board, "\x18\x30zero\x18\x31one");
	EXPECT(client, "zero");
	EXPECT(terminal, "one");
	close(terminal);
	close(client);
	assert_int_equal(server_end(SIGTERM), 0);
	assert_int_equal(access(in_test_dir("u"), F_OK), -1);
	assert_int_equal(access(in_test_dir("p"), F_OK), -1);
}

int main(void)
{
	const struct CMUnitTest mux_entrances[] = {
		SERVER_TEST(a_read_only_port_shows_and_takes_nothing),
		SERVER_TEST(a_socket_serves_as_a_port_does),
		SERVER_TEST(a_board_gives_them_to_all),
		SERVER_TEST(a_dead_socket_is_replaced_and_nothing_else),
		SERVER_TEST(a_group_is_granted_access),
		SERVER_TEST(streams_of_the_command_line),
	};

	return RUN_SERVER_TESTS(mux_entrances);
}

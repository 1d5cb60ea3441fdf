/* SPDX-License-Identifier: BSD-2-Clause */
/* Ways into a console beside its port: read-only ports, unix sockets, pseudo terminals. */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#include "tests/system/mux_server_harness.h"

static int board;

static void write_file(const char *board_keys, const char *console_keys)
{
	FILE *file = fopen(in_test_dir("rack.yaml"), "w");

	assert_non_null(file);
	fprintf(file,
		"control: %s\nlog-dir: %s\nboards:\n  - name: b\n    target: %s\n%s"
		"    consoles: [{channel: 0, name: hv%s}]\n",
		in_test_dir("control.sock"), in_test_dir("log"), in_test_dir("board"), board_keys,
		console_keys);
	assert_int_equal(fclose(file), 0);
}

static void start(const char *board_keys, const char *console_keys)
{
	setenv("XDG_RUNTIME_DIR", test_dir, 1);
	board_make(BOARD_UNIX);
	write_file(board_keys, console_keys);
	server_start((const char *const[]){ "--config", in_test_dir("rack.yaml"), NULL });
	board = board_connect();
}

static void expect_refusal(int code, const char *text)
{
	server_start((const char *const[]){ "--config", in_test_dir("rack.yaml"), NULL });
	server_expect(text);
	assert_int_equal(server_end(0), code);
}

static int socket_connect(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(strlen(path) < sizeof(address.sun_path));
	strcpy(address.sun_path, path);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	return fd;
}

/* Open the terminal and wait until the server has noticed.  One that its last user has locked is
 * replaced first. */
static int terminal_open(const char *path)
{
	int before = server_count("accepted connection on stream 0 of b.");
	int64_t deadline = now_ms() + DEADLINE_MS;
	int fd;

	do
		fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	while (fd < 0 && errno == EBUSY && now_ms() < deadline);
	if (fd < 0)
		fail_msg("%s: %s", path, strerror(errno));
	server_expect_count("accepted connection on stream 0 of b.", before + 1);
	return fd;
}

/* Close the terminal and wait until the server has noticed. */
static void terminal_close(int fd)
{
	int before = server_count("detach tcp stream 0 of b.");

	close(fd);
	server_expect_count("detach tcp stream 0 of b.", before + 1);
}

static void a_read_only_port_shows_and_takes_nothing(void **state)
{
	int reader, writer;

	(void)state;
	start("", ", port: 0, read-only-port: 0");
	server_expect(" for stream 0 of b, read-only.");
	writer = client_connect(0);
	reader = client_knock(server_number("IO Channel 0 listening on port ", 2), 0);
	server_expect_count("accepted connection on stream 0 of b.", 2);
	PUT(board, "\x18\x30hello");
	EXPECT(reader, "hello");
	EXPECT(writer, "hello");
	PUT(reader, "not me");
	PUT(writer, "me");
	EXPECT(board, "\x18\x30me");
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
	start("", ", socket: true");
	server_expect("IO Channel 0 listening on socket ");
	assert_int_equal(stat(path, &st), 0);
	assert_true(S_ISSOCK(st.st_mode));
	assert_int_equal(st.st_mode & 0777, 0660);
	client = socket_connect(path);
	server_expect("accepted connection on stream 0 of b.");
	PUT(board, "\x18\x30hello");
	EXPECT(client, "hello");
	PUT(client, "you");
	EXPECT(board, "\x18\x30you");
	close(client);
	assert_int_equal(server_end(SIGTERM), 0);
	assert_int_equal(access(in_test_dir("mux_server/b"), F_OK), -1);
}

/* All consoles of a board have them, but one that does not want to. */
static void a_board_gives_them_to_all(void **state)
{
	(void)state;
	start("    sockets: true\n    ptys: true\n", "}, {channel: 1, socket: false, pty: no");
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
	write_file("", keys);
	fd = listen_at(path);
	expect_refusal(1, "is in use by another server, or is no socket; choose another path");
	assert_int_equal(access(path, F_OK), 0);
	close(fd); /* now nobody listens */
	board_break();
	start("", keys);
	close(socket_connect(path));
	assert_int_equal(server_end(SIGTERM), 0);
	assert_int_equal(access(path, F_OK), -1);

	close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0644));
	expect_refusal(1, "is in use by another server, or is no socket; choose another path");
	assert_int_equal(stat(path, &st), 0);
	assert_true(S_ISREG(st.st_mode));

	snprintf(keys, sizeof(keys), ", pty: %s", path);
	write_file("", keys);
	expect_refusal(1, "exists and is no link to a terminal; remove it, or choose another path");
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
	start(keys, "");
	assert_int_equal(stat(in_test_dir("mux_server/b/hv.sock"), &st), 0);
	assert_int_equal(st.st_gid, getegid());
	assert_int_equal(stat(in_test_dir("mux_server/b/hv.tty"), &st), 0);
	assert_int_equal(st.st_gid, getegid());
	assert_int_equal(st.st_mode & 0777, 0660);
	assert_int_equal(server_end(SIGTERM), 0);

	write_file("", ", socket: true, socket-group: nobody-has-it");
	expect_refusal(1, "there is no group nobody-has-it for socket ");
	write_file("", ", pty: true, socket-group: nobody-has-it");
	expect_refusal(1, "there is no group nobody-has-it for the terminal ");
	assert_int_equal(access(in_test_dir("mux_server/b"), F_OK), -1);
}

static void a_terminal_is_opened_and_closed_and_opened(void **state)
{
	char path[160];
	size_t printed = 0;

	(void)state;
	snprintf(path, sizeof(path), "%s/mux_server/b/hv.tty", test_dir);
	start("", ", pty: true");
	server_expect("IO Channel 0 has terminal ");
	for (int i = 0; i < 20; i++) {
		int fd;

		PUT(board, "\x18\x30nobody sees this");
		printed += strlen("nobody sees this");
		wait_for_size(in_test_dir("log/b/hv.log"), printed);
		fd = terminal_open(path);
		PUT(board, "\x18\x30you \x18\x18 do\r\n");
		EXPECT(fd, "you \x18 do\r\n");
		printed += strlen("you \x18 do\r\n");
		PUT(fd, "typed\r\n");
		if (i == 0)
			EXPECT(board, "\x18\x30");
		EXPECT(board, "typed\r\n");
		PUT(board, "\x18\x30"
			   "and this is not read");
		printed += strlen("and this is not read");
		terminal_close(fd);
	}
	assert_int_equal(server_end(SIGTERM), 0);
	assert_int_equal(access(path, F_OK), -1);
}

/* As `echo boot > hv.tty` does it, and with more than the server has room for at a time. */
static void what_was_typed_before_closing_arrives(void **state)
{
	enum { LEN = 40000 };
	static char data[LEN];
	char path[160];
	size_t len = 0;
	int fd;

	(void)state;
	start("", ", pty: true");
	snprintf(path, sizeof(path), "%s/mux_server/b/hv.tty", test_dir);
	for (int i = 0; i < 5; i++) {
		fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
		assert_true(fd >= 0);
		PUT(fd, "boot\n");
		close(fd);
		if (i == 0)
			EXPECT(board, "\x18\x30\x18\x01");
		EXPECT(board, "boot\n");
	}
	memset(data, 'x', LEN);
	fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	assert_true(fd >= 0);
	while (len < LEN) { /* nobody takes it yet */
		ssize_t part = write(fd, data, LEN - len);

		if (part < 0)
			break;
		len += (size_t)part;
	}
	assert_true(len > 4096);
	close(fd);
	expect(board, data, len);
	assert_int_equal(server_end(SIGTERM), 0);
}

/* Processor time of the server, in milliseconds. */
static long cpu_ms(void)
{
	char path[32], text[512], *at;
	unsigned long user, system;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)server_pid());
	file = fopen(path, "r");
	assert_non_null(file);
	assert_non_null(fgets(text, sizeof(text), file));
	fclose(file);
	at = strrchr(text, ')');
	assert_non_null(at);
	assert_int_equal(
		sscanf(at, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system),
		2);
	return (long)(user + system) * 1000 / sysconf(_SC_CLK_TCK);
}

/* What a terminal that hangs up says for ever is not listened to for ever. */
static void a_closed_terminal_costs_nothing(void **state)
{
	static char data[65536];
	char path[160];
	long before;
	int fd;

	(void)state;
	start("", ", pty: true");
	snprintf(path, sizeof(path), "%s/mux_server/b/hv.tty", test_dir);
	terminal_close(terminal_open(path));
	before = cpu_ms();
	poll(NULL, 0, 400);
	assert_true(cpu_ms() - before < 200);

	/* Also while its last words wait for a board that takes none, and more is printed. */
	fd = terminal_open(path);
	while (write(fd, data, sizeof(data)) > 0)
		;
	close(fd);
	for (int i = 0; i < 4; i++)
		put(board, data, sizeof(data));
	before = cpu_ms();
	poll(NULL, 0, 400);
	assert_true(cpu_ms() - before < 200);
}

/* A program that turns on echo and editing has the board's text neither edited nor sent back. */
static void settings_of_a_client_do_no_harm(void **state)
{
	struct winsize size = { .ws_row = 50, .ws_col = 132 };
	struct termios line;
	char path[160];
	int fd;

	(void)state;
	start("", ", pty: true");
	snprintf(path, sizeof(path), "%s/mux_server/b/hv.tty", test_dir);
	fd = terminal_open(path);
	assert_int_equal(tcgetattr(fd, &line), 0);
	line.c_lflag |= ECHO | ICANON | ISIG | IEXTEN;
	line.c_iflag |= ICRNL | IXON;
	assert_int_equal(tcsetattr(fd, TCSANOW, &line), 0);
	assert_int_equal(ioctl(fd, TIOCSWINSZ, &size), 0);
	ioctl(fd, TIOCEXCL);
	PUT(board, "\x18\x30"
		   "a\r\x03 b\x13 c");
	EXPECT(fd, "a\r\x03 b\x13 c");
	PUT(fd, "only this");
	EXPECT(board, "\x18\x30only this");
	terminal_close(fd);

	fd = terminal_open(path); /* the next one finds it raw and not locked */
	assert_int_equal(tcgetattr(fd, &line), 0);
	assert_int_equal(line.c_lflag & (ECHO | ICANON | ISIG), 0);
	assert_int_equal(line.c_oflag & OPOST, 0);
	PUT(board, "\x18\x30raw\n");
	EXPECT(fd, "raw\n");
	assert_int_equal(server_end(SIGTERM), 0);
	close(fd);
}

/* This server has no command, so it is in its sandbox when it makes another terminal and socket. */
static void new_ones_are_made_in_the_sandbox(void **state)
{
	char path[160];
	int control, fd;

	(void)state;
	start("", ", pty: true, socket: true");
	snprintf(path, sizeof(path), "%s/mux_server/b/hv.tty", test_dir);
	fd = terminal_open(path);
	control = socket_connect(in_test_dir("control.sock"));
	PUT(control, "kick hv\n");
	EXPECT(control, "{\"ok\":true");
	close(fd);
	terminal_close(terminal_open(path));
	write_file("    socket-group: root\n", ", pty: true, socket: other");
	close(control);
	control = socket_connect(in_test_dir("control.sock"));
	PUT(control, "reload\n");
	if (geteuid() == 0) {
		EXPECT(control, "{\"ok\":true");
	} else {
		EXPECT(control, "{\"ok\":false");
		server_expect("cannot be given to group root: the server's user is not in it");
	}
	terminal_close(terminal_open(path));
	assert_int_equal(server_count("the sandbox does not allow"), 0);
	close(control);
	assert_int_equal(server_end(SIGTERM), 0);
	assert_int_equal(access(path, F_OK), -1);
}

/* The link of a server that was killed is replaced; one that leads elsewhere now is left. */
static void a_link_is_replaced_and_removed(void **state)
{
	char path[160];
	char keys[256], old[64] = "", new[64] = "";

	(void)state;
	snprintf(path, sizeof(path), "%s/line", test_dir);
	snprintf(keys, sizeof(keys), ", pty: %s", path);
	assert_int_equal(symlink("/dev/pts/99999", path), 0);
	start("", keys);
	assert_true(readlink(path, old, sizeof(old) - 1) > 0);
	assert_string_not_equal(old, "/dev/pts/99999");
	terminal_close(terminal_open(path));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/dev/pts/99999", path), 0);
	assert_int_equal(server_end(SIGTERM), 0);
	assert_true(readlink(path, new, sizeof(new) - 1) > 0);
	assert_string_equal(new, "/dev/pts/99999");
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
	board = board_connect();
	client = socket_connect(in_test_dir("u"));
	server_expect("accepted connection on stream 0.");
	terminal = open(in_test_dir("p"), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	server_expect("accepted connection on stream 1.");
	PUT(board, "\x18\x30zero\x18\x31one");
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
		SERVER_TEST(a_terminal_is_opened_and_closed_and_opened),
		SERVER_TEST(what_was_typed_before_closing_arrives),
		SERVER_TEST(a_closed_terminal_costs_nothing),
		SERVER_TEST(settings_of_a_client_do_no_harm),
		SERVER_TEST(new_ones_are_made_in_the_sandbox),
		SERVER_TEST(a_link_is_replaced_and_removed),
		SERVER_TEST(streams_of_the_command_line),
	};

	return RUN_SERVER_TESTS(mux_entrances);
}

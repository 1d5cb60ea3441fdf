/* SPDX-License-Identifier: BSD-2-Clause */
/* A console as a pseudo terminal: opened, closed and opened again by programs that do as they like.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "tests/system/mux_entrance_board.h"

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

static void a_terminal_is_opened_and_closed_and_opened(void **state)
{
	char path[160];
	size_t printed = 0;

	(void)state;
	snprintf(path, sizeof(path), "%s/mux_server/b/hv.tty", test_dir);
	entrance_start("", ", pty: true");
	server_expect("IO Channel 0 has terminal ");
	for (int i = 0; i < 20; i++) {
		int fd;

		PUT(entrance_board, "\x18\x30nobody sees this");
		printed += strlen("nobody sees this");
		wait_for_size(in_test_dir("log/b/hv.log"), printed);
		fd = terminal_open(path);
		PUT(entrance_board, "\x18\x30you \x18\x18 do\r\n");
		EXPECT(fd, "you \x18 do\r\n");
		printed += strlen("you \x18 do\r\n");
		PUT(fd, "typed\r\n");
		if (i == 0)
			EXPECT(entrance_board, "\x18\x30");
		EXPECT(entrance_board, "typed\r\n");
		PUT(entrance_board, "\x18\x30"
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
	entrance_start("", ", pty: true");
	snprintf(path, sizeof(path), "%s/mux_server/b/hv.tty", test_dir);
	for (int i = 0; i < 5; i++) {
		fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);
		assert_true(fd >= 0);
		PUT(fd, "boot\n");
		close(fd);
		if (i == 0)
			EXPECT(entrance_board, "\x18\x30\x18\x01");
		EXPECT(entrance_board, "boot\n");
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
	expect(entrance_board, data, len);
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
	entrance_start("", ", pty: true");
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
		put(entrance_board, data, sizeof(data));
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
	entrance_start("", ", pty: true");
	snprintf(path, sizeof(path), "%s/mux_server/b/hv.tty", test_dir);
	fd = terminal_open(path);
	assert_int_equal(tcgetattr(fd, &line), 0);
	line.c_lflag |= ECHO | ICANON | ISIG | IEXTEN;
	line.c_iflag |= ICRNL | IXON;
	assert_int_equal(tcsetattr(fd, TCSANOW, &line), 0);
	assert_int_equal(ioctl(fd, TIOCSWINSZ, &size), 0);
	ioctl(fd, TIOCEXCL);
	PUT(entrance_board, "\x18\x30"
			    "a\r\x03 b\x13 c");
	EXPECT(fd, "a\r\x03 b\x13 c");
	PUT(fd, "only this");
	EXPECT(entrance_board, "\x18\x30only this");
	terminal_close(fd);

	fd = terminal_open(path); /* the next one finds it raw and not locked */
	assert_int_equal(tcgetattr(fd, &line), 0);
	assert_int_equal(line.c_lflag & (ECHO | ICANON | ISIG), 0);
	assert_int_equal(line.c_oflag & OPOST, 0);
	PUT(entrance_board, "\x18\x30raw\n");
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
	entrance_start("", ", pty: true, socket: true");
	snprintf(path, sizeof(path), "%s/mux_server/b/hv.tty", test_dir);
	fd = terminal_open(path);
	control = entrance_connect(in_test_dir("control.sock"));
	PUT(control, "kick hv\n");
	EXPECT(control, "{\"ok\":true");
	close(fd);
	terminal_close(terminal_open(path));
	entrance_write("    socket-group: root\n", ", pty: true, socket: other");
	close(control);
	control = entrance_connect(in_test_dir("control.sock"));
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
	entrance_start("", keys);
	assert_true(readlink(path, old, sizeof(old) - 1) > 0);
	assert_string_not_equal(old, "/dev/pts/99999");
	terminal_close(terminal_open(path));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/dev/pts/99999", path), 0);
	assert_int_equal(server_end(SIGTERM), 0);
	assert_true(readlink(path, new, sizeof(new) - 1) > 0);
	assert_string_equal(new, "/dev/pts/99999");
}

int main(void)
{
	const struct CMUnitTest mux_terminals[] = {
		SERVER_TEST(a_terminal_is_opened_and_closed_and_opened),
		SERVER_TEST(what_was_typed_before_closing_arrives),
		SERVER_TEST(a_closed_terminal_costs_nothing),
		SERVER_TEST(settings_of_a_client_do_no_harm),
		SERVER_TEST(new_ones_are_made_in_the_sandbox),
		SERVER_TEST(a_link_is_replaced_and_removed),
	};

	return RUN_SERVER_TESTS(mux_terminals);
}

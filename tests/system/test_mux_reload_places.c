/* SPDX-License-Identifier: BSD-2-Clause */
/* Ports, sockets and terminals that a reload adds, changes and removes: all of them or none, and
 * who is not concerned does not notice. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/system/muxctl_harness.h"

static int socket_try(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(strlen(path) < sizeof(address.sun_path));
	strcpy(address.sun_path, path);
	if (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		close(fd);
		return -1;
	}
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	return fd;
}

/* Does the socket lead to @channel of the board? */
static void expect_socket(const char *path, int channel)
{
	char text[64], said[32];
	int before, fd, len;

	snprintf(text, sizeof(text), "accepted connection on stream %d of real.", channel);
	before = server_count(text);
	fd = socket_try(path);
	if (fd < 0)
		fail_msg("nobody listens at %s", path);
	server_expect_count(text, before + 1);
	len = snprintf(said, sizeof(said), "\x18%chere", 0x30 + channel);
	put(rack_board, said, (size_t)len);
	EXPECT(fd, "here");
	close(fd);
}

static void reload(const char *format, const char *a, const char *b, const char *c)
{
	char consoles[512];

	snprintf(consoles, sizeof(consoles), format, a, b, c);
	rack_write(consoles, "");
	EXPECT_MUXCTL(0, "reloaded", "reload");
}

static void ways_in_come_and_go(void **state)
{
	char a[160], b[160], tty[160];
	int client;

	(void)state;
	snprintf(a, sizeof(a), "%s/a", test_dir);
	snprintf(b, sizeof(b), "%s/b", test_dir);
	snprintf(tty, sizeof(tty), "%s/tty", test_dir);
	rack_start();
	client = client_connect(0);
	PUT(rack_board, "\x18\x37lost");
	server_expect("bad RX channel 7 of real; no stream has it, what it prints is discarded");
	for (int i = 0; i < 5; i++) {
		reload("{channel: 0, name: hv, port: 0}, "
		       "{channel: 1, name: linux, socket: %s, pty: %s, read-only-port: 0%s}",
		       a, tty, "");
		expect_socket(a, 1);
		assert_int_equal(access(tty, F_OK), 0);
		reload("{channel: 0, name: hv, port: 0}, {channel: 1, name: linux, socket: %s%s%s}",
		       b, "", "");
		expect_socket(b, 1);
		assert_int_equal(access(a, F_OK), -1);
		assert_int_equal(access(tty, F_OK), -1);
		reload("{channel: 0, name: hv, port: 0}, {channel: 1, name: linux, port: 0%s%s%s}",
		       "", "", "");
		assert_int_equal(access(b, F_OK), -1);
		PUT(rack_board, "\x18\x30unnoticed");
		EXPECT(client, "unnoticed");
	}
	close(client);
	assert_int_equal(server_end(SIGTERM), 0);
}

/* The consoles are hv at a, linux at b; a third would have a place that cannot be. */
static void paths_change_hands_or_nothing_does(void **state)
{
	char a[160], b[160], bad[512];
	int client;

	(void)state;
	snprintf(a, sizeof(a), "%s/a", test_dir);
	snprintf(b, sizeof(b), "%s/b", test_dir);
	rack_start();
	client = client_connect(0);
	reload("{channel: 0, name: hv, port: 0, socket: %s}, "
	       "{channel: 1, name: linux, socket: %s%s}",
	       a, b, "");
	expect_socket(a, 0);
	expect_socket(b, 1);
	EXPECT(client, "here");

	for (int i = 0; i < 3; i++) {
		snprintf(bad, sizeof(bad),
			 "{channel: 0, name: hv, port: 0, socket: %s}, "
			 "{channel: 1, name: linux, socket: %s, pty: %s/tty}, "
			 "{channel: 2, name: new, socket: /nowhere/there/is}",
			 b, a, test_dir);
		rack_write(bad, "");
		EXPECT_MUXCTL(1, "cannot make socket /nowhere/there/is: No such file or directory",
			      "reload");
		assert_null(strstr(muxctl_output, "real/new"));
		assert_int_equal(access(in_test_dir("tty"), F_OK), -1);
		expect_socket(a, 0);
		EXPECT(client, "here");
		expect_socket(b, 1);
	}
	reload("{channel: 0, name: hv, port: 0, socket: %s}, "
	       "{channel: 1, name: linux, socket: %s%s}",
	       b, a, "");
	expect_socket(b, 0);
	EXPECT(client, "here");
	expect_socket(a, 1);
	close(client);
	assert_int_equal(server_end(SIGTERM), 0);
}

/* A program in a terminal sees it hang up, and the link leads to a new one. */
static void who_is_sent_away_from_a_terminal_sees_it_hang_up(void **state)
{
	struct pollfd hung_up;
	char tty[160];
	char old[64] = "", new[64] = "";
	int terminal;

	(void)state;
	snprintf(tty, sizeof(tty), "%s/tty", test_dir);
	rack_start();
	reload("{channel: 0, name: hv, port: 0}, {channel: 1, name: linux, pty: %s%s%s}", tty, "",
	       "");
	for (int i = 0; i < 3; i++) {
		assert_true(readlink(tty, old, sizeof(old) - 1) > 0);
		terminal = open(tty, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
		assert_true(terminal >= 0);
		server_expect_count("accepted connection on stream 1 of real.", i + 1);
		EXPECT_MUXCTL(0, "", "kick", "real/linux");
		hung_up = (struct pollfd){ .fd = terminal };
		assert_int_equal(poll(&hung_up, 1, DEADLINE_MS), 1);
		assert_true(hung_up.revents & POLLHUP);
		assert_true(readlink(tty, new, sizeof(new) - 1) > 0);
		assert_string_not_equal(old, new);
		close(terminal);
	}
	/* Also when its console has no terminal any more. */
	terminal = open(tty, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	server_expect_count("accepted connection on stream 1 of real.", 4);
	reload("{channel: 0, name: hv, port: 0}, {channel: 1, name: linux%s%s%s}", "", "", "");
	hung_up = (struct pollfd){ .fd = terminal };
	assert_int_equal(poll(&hung_up, 1, DEADLINE_MS), 1);
	close(terminal);
	assert_int_equal(server_end(SIGTERM), 0);
}

int main(void)
{
	const struct CMUnitTest mux_reload_places[] = {
		SERVER_TEST(ways_in_come_and_go),
		SERVER_TEST(paths_change_hands_or_nothing_does),
		SERVER_TEST(who_is_sent_away_from_a_terminal_sees_it_hang_up),
	};

	return RUN_SERVER_TESTS(mux_reload_places);
}

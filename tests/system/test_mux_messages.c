/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines as messages, at services that are there, are not, or come back. */
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/system/mux_server_harness.h"

static char message[4096];

static int listen_unix(const char *path)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	return fd;
}

/* On loopback, @port or if that is 0 any. */
static int listen_inet(int type, int port)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0), one = 1;

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	if (type == SOCK_STREAM)
		assert_int_equal(listen(fd, 4), 0);
	return fd;
}

static int port_of(int fd)
{
	struct sockaddr_in at;
	socklen_t len = sizeof(at);

	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	return ntohs(at.sin_port);
}

static void wait_readable(int fd)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };

	assert_int_equal(poll(&ready, 1, DEADLINE_MS), 1);
}

/* The next datagram. */
static const char *next_datagram(int fd)
{
	ssize_t len;

	wait_readable(fd);
	len = recv(fd, message, sizeof(message) - 1, 0);
	assert_true(len > 0);
	message[len] = '\0';
	return message;
}

/* The next message of a stream, by its count. */
static const char *next_counted(int fd)
{
	size_t count = 0;
	char byte;

	for (;;) {
		wait_readable(fd);
		assert_int_equal(read(fd, &byte, 1), 1);
		if (byte == ' ')
			break;
		assert_in_range(byte, '0', '9');
		count = count * 10 + (size_t)(byte - '0');
	}
	assert_in_range(count, 1, sizeof(message) - 1);
	for (size_t at = 0; at < count;) {
		ssize_t len;

		wait_readable(fd);
		len = read(fd, message + at, count - at);
		assert_true(len > 0);
		at += (size_t)len;
	}
	message[count] = '\0';
	return message;
}

static void expect_in(const char *text, const char *want)
{
	if (!strstr(text, want))
		fail_msg("no %s in %s", want, text);
}

static void expect_end(const char *text, const char *want)
{
	size_t len = strlen(text), want_len = strlen(want);

	if (len < want_len || strcmp(text + len - want_len, want) != 0)
		fail_msg("%s does not end with %s", text, want);
}

static void syslog_has_lines_and_marks_with_their_fields(void **state)
{
	const char *path = in_test_dir("log");
	int service = listen_unix(path);
	char where[200];
	int board;

	(void)state;
	snprintf(where, sizeof(where), "unix:%s", path);
	server_start(
		(const char *const[]){ "--syslog", where, board_make(BOARD_TCP), "0", "0", NULL });
	board = board_connect();
	expect_end(next_datagram(service), "] target up");
	next_datagram(service);
	PUT(board, "\x18\x31hello\r\n\x1b[1mworld\n");
	expect_in(next_datagram(service), "<30>1 20");
	expect_in(message, "Z ");
	expect_in(message, " mux_server ");
	expect_end(message, "] hello");
	expect_in(message,
		  " channel-01 [mux@32473 ch=\"1\" part=\"channel-01\" board=\"127.0.0.1_");
	expect_end(next_datagram(service), "] ^[[1mworld");
	board_break();
	expect_in(next_datagram(service), "<29>1 20");
	expect_end(message, "] target down: EOF");
	assert_int_equal(server_end(SIGTERM), 0);
	close(service);
}

static void a_long_line_comes_in_numbered_pieces(void **state)
{
	enum { LEN = 9000, PIECE = 1024 };
	int service = listen_inet(SOCK_DGRAM, 0);
	static char line[LEN + 1];
	char where[64], piece[32];
	int board;

	(void)state;
	snprintf(where, sizeof(where), "udp:127.0.0.1:%d", port_of(service));
	server_start((const char *const[]){ "--syslog", where, board_make(BOARD_TCP), "0", NULL });
	board = board_connect();
	expect_end(next_datagram(service), "] target up");
	memset(line, 'x', LEN);
	line[LEN] = '\n';
	put(board, line, sizeof(line));
	for (size_t at = 0, number = 1; at < LEN; at += PIECE, number++) {
		size_t len = LEN - at < PIECE ? LEN - at : PIECE;

		snprintf(piece, sizeof(piece), " piece=\"%zu\"] ", number);
		expect_in(next_datagram(service), number > 1 ? piece : "\"] ");
		assert_int_equal(strspn(strstr(message, "] ") + 2, "x"), len);
	}
	assert_int_equal(server_end(SIGTERM), 0);
	close(service);
}

/* What was begun for the service that went away comes whole to the one that returns. */
static void tcp_service_that_goes_away_gets_what_waited(void **state)
{
	int listener = listen_inet(SOCK_STREAM, 0), port = port_of(listener), service, board;
	int client;
	char where[64];

	(void)state;
	snprintf(where, sizeof(where), "tcp:127.0.0.1:%d", port);
	server_start((const char *const[]){ "--syslog", where, board_make(BOARD_TCP), "0", NULL });
	board = board_connect();
	client = client_connect(0);
	service = accept(listener, NULL, NULL);
	expect_end(next_counted(service), "] target up");
	PUT(board, "one\n");
	expect_end(next_counted(service), "] one");
	close(listener);
	close(service);
	server_expect("closed the connection; tried again");
	PUT(board, "two\nthree\n");
	EXPECT(client, "one\ntwo\nthree\n");
	listener = listen_inet(SOCK_STREAM, port);
	wait_readable(listener);
	service = accept(listener, NULL, NULL);
	expect_end(next_counted(service), "] two");
	expect_end(next_counted(service), "] three");
	server_expect("it takes them again; 0 were lost");
	assert_int_equal(server_end(SIGTERM), 0);
	close(service);
	close(listener);
	close(client);
}

/* The console goes on; the service is told how much it lacks, and the numbers agree. */
static void service_that_does_not_read_is_told_what_it_lacks(void **state)
{
	enum { LINES = 4000, LEN = 500 };
	const char *path = in_test_dir("log");
	int service = listen_unix(path), board, client;
	unsigned long lost = 0, got = 0;
	char line[LEN], where[200];

	(void)state;
	snprintf(where, sizeof(where), "unix:%s", path);
	server_start((const char *const[]){ "--syslog", where, board_make(BOARD_TCP), "0", NULL });
	board = board_connect();
	client = client_connect(0);
	memset(line, 'x', LEN);
	line[LEN - 1] = '\n';
	for (int i = 0; i < LINES; i++) {
		put(board, line, LEN);
		expect(client, line, LEN);
	}
	expect_end(next_datagram(service), "] target up");
	while (got + lost < LINES) {
		const char *text = next_datagram(service), *at = strstr(text, " - - ");

		if (!at) {
			got += strstr(text, "] x") != NULL;
			/* The next line brings the number. */
			if (strstr(text, "] y") || got == 400)
				PUT(board, "y\n");
		} else {
			unsigned long more;

			assert_int_equal(sscanf(at, " - - %lu messages were lost", &more), 1);
			lost += more;
		}
	}
	assert_true(lost > 1000);
	assert_int_equal(got + lost, LINES);
	assert_int_equal(server_end(SIGTERM), 0);
	close(service);
	close(client);
}

static void write_config(const char *path, const char *log_path, const char *extra)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fprintf(file,
		"journald: true\njournald-socket: %s\n%sboards:\n  - name: b1\n    target: %s\n"
		"    consoles:\n      - {channel: 3, name: linux, partition: Linux 0}\n",
		log_path, extra, board_make(BOARD_TCP));
	assert_int_equal(fclose(file), 0);
}

/* It is replaced, as by a restart: the new one gets what was printed meanwhile. */
static void journal_that_comes_back_has_every_field(void **state)
{
	const char *path = in_test_dir("journal");
	int service, board;

	(void)state;
	write_config(in_test_dir("config"), path, "");
	server_start((const char *const[]){ "--config", in_test_dir("config"), NULL });
	board = board_connect();
	server_expect("No such file or directory; tried again");
	PUT(board, "\x18\x33sent before it was there\n");
	service = listen_unix(path);
	expect_in(next_datagram(service), "MESSAGE=target up\nPRIORITY=5\n");
	expect_in(next_datagram(service), "MESSAGE=sent before it was there\nPRIORITY=6\n");
	expect_in(message, "\nSYSLOG_IDENTIFIER=mux_server\n");
	expect_in(message, "\nMUX_BOARD=b1\nMUX_CHANNEL=3\nMUX_PARTITION=Linux 0\n"
			   "MUX_CONSOLE=linux\n");
	close(service);
	unlink(path);
	PUT(board, "again\n");
	server_expect("Connection refused; tried again");
	service = listen_unix(path);
	expect_in(next_datagram(service), "MESSAGE=again\n");
	assert_int_equal(server_end(SIGTERM), 0);
	close(service);
}

static void wrong_addresses_are_refused(void **state)
{
	(void)state;
	server_start((const char *const[]){ "--syslog", "loghost", "x:1", "0", NULL });
	assert_int_equal(server_end(0), 2);
	server_expect("--syslog needs a socket's path, unix:PATH, udp:HOST:PORT or tcp:HOST:PORT");
	write_config(in_test_dir("config"), "/x", "syslog: tcp:loghost\n");
	server_start((const char *const[]){ "--config", in_test_dir("config"), NULL });
	assert_int_equal(server_end(0), 78);
	server_expect(":3:9: syslog: tcp:loghost is not a socket's path");
}

int main(void)
{
	const struct CMUnitTest mux_messages[] = {
		SERVER_TEST(syslog_has_lines_and_marks_with_their_fields),
		SERVER_TEST(a_long_line_comes_in_numbered_pieces),
		SERVER_TEST(tcp_service_that_goes_away_gets_what_waited),
		SERVER_TEST(service_that_does_not_read_is_told_what_it_lacks),
		SERVER_TEST(journal_that_comes_back_has_every_field),
		SERVER_TEST(wrong_addresses_are_refused),
	};

	return RUN_SERVER_TESTS(mux_messages);
}

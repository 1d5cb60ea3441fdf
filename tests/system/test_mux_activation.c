/* SPDX-License-Identifier: BSD-2-Clause */
/* Sockets that a service manager has opened, told by LISTEN_FDS and named by LISTEN_FDNAMES. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tests/system/mux_server_harness.h"

enum { PASSED_MAX = 4, FIRST_FD = 3, SPARE_FD = 100 };

static int passed[PASSED_MAX];
static int count;
static const char *names;

/* In the child: as sd_listen_fds(3) expects them. */
static void pass(void)
{
	char text[16];

	for (int i = 0; i < count; i++)
		dup2(passed[i], SPARE_FD + i);
	for (int i = 0; i < count; i++)
		dup2(SPARE_FD + i, FIRST_FD + i), close(SPARE_FD + i);
	snprintf(text, sizeof(text), "%d", (int)getpid());
	setenv("LISTEN_PID", text, 1);
	snprintf(text, sizeof(text), "%d", count);
	setenv("LISTEN_FDS", text, 1);
	if (names)
		setenv("LISTEN_FDNAMES", names, 1);
}

static int listen_tcp(int *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET };
	socklen_t len = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fd, 8), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &len), 0);
	*port = ntohs(address.sin_port);
	return fd;
}

static int unix_socket(const char *path, struct sockaddr_un *address)
{
	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	assert_true(strlen(path) < sizeof(address->sun_path));
	strcpy(address->sun_path, path);
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
}

static int listen_unix(const char *path)
{
	struct sockaddr_un address;
	int fd = unix_socket(path, &address);

	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fd, 8), 0);
	return fd;
}

static void write_file(const char *target, const char *boards)
{
	FILE *file = fopen(in_test_dir("rack.yaml"), "w");

	assert_non_null(file);
	fprintf(file,
		"control: %s\nboards:\n  - name: b\n    target: %s\n"
		"    consoles: [{channel: 0, name: hv, port: 1}, {channel: 1, name: linux}]\n%s",
		in_test_dir("own.sock"), target, boards);
	assert_int_equal(fclose(file), 0);
}

static void start(void)
{
	server_prepare = pass;
	server_start((const char *const[]){ "--config", in_test_dir("rack.yaml"), NULL });
}

static void close_passed(void)
{
	for (int i = 0; i < count; i++)
		close(passed[i]);
	count = 0;
	names = NULL;
}

/* Port 1 would not do; the passed sockets are used instead, outlive a reload, and are left alone at
 * the end. */
static void passed_sockets_are_used(void **state)
{
	struct sockaddr_un address;
	int board, client, other, control, metrics, port, metrics_port;
	char answer[64];

	(void)state;
	write_file(board_make(BOARD_TCP), "");
	passed[0] = listen_tcp(&port);
	passed[1] = listen_unix(in_test_dir("linux.sock"));
	passed[2] = listen_unix(in_test_dir("control.sock"));
	passed[3] = listen_tcp(&metrics_port);
	count = 4;
	names = "hv:b/linux:control:metrics";
	client = client_knock(port, 0); /* before there is a server */
	start();
	board = board_connect();
	assert_int_equal(server_port(0), port);
	other = unix_socket(in_test_dir("linux.sock"), &address);
	assert_int_equal(connect(other, (struct sockaddr *)&address, sizeof(address)), 0);
	fcntl(other, F_SETFL, O_NONBLOCK);
	server_expect("accepted connection on stream 0 of b.");
	server_expect("accepted connection on stream 1 of b.");
	PUT(board, "\x18\x30zero\x18\x31one");
	EXPECT(client, "zero");
	EXPECT(other, "one");

	control = unix_socket(in_test_dir("control.sock"), &address);
	assert_int_equal(connect(control, (struct sockaddr *)&address, sizeof(address)), 0);
	fcntl(control, F_SETFL, O_NONBLOCK);
	PUT(control, "reload\n");
	EXPECT(control, "{\"ok\":true");
	PUT(board, "\x18\x30more");
	EXPECT(client, "more");
	close(client_connect(0));
	metrics = client_knock(metrics_port, 0);
	PUT(metrics, "GET /healthz HTTP/1.0\r\n\r\n");
	EXPECT(metrics, "HTTP/1.");
	PUT(control, "list\n");
	take(control, sizeof(answer));
	assert_int_equal(access(in_test_dir("own.sock"), F_OK), -1);
	assert_int_equal(server_end(SIGTERM), 0);
	assert_int_equal(access(in_test_dir("linux.sock"), F_OK), 0);
	assert_int_equal(access(in_test_dir("control.sock"), F_OK), 0);
	close(metrics);
	close(control);
	close(other);
	close(client);
	close_passed();
}

/* What the command of -exec inherits: neither the variables nor the sockets. */
static void commands_do_not_see_them(void **state)
{
	char port_text[16];
	int port;

	(void)state;
	passed[0] = listen_tcp(&port);
	count = 1;
	names = "channel-00";
	snprintf(port_text, sizeof(port_text), "%d", port);
	server_prepare = pass;
	server_start((const char *const[]){
		"-exec",
		"for fd in /proc/self/fd/*; do readlink $fd; done | grep -c socket: >&2; "
		"echo \"LISTEN=${LISTEN_FDS-none}${LISTEN_PID-none}${LISTEN_FDNAMES-none}\" >&2; "
		"exec cat",
		"0", NULL });
	server_expect("LISTEN=nonenonenone");
	assert_int_equal(server_port(0), port);
	close(client_connect(0));
	assert_int_equal(server_end(SIGTERM), 0);
	close_passed();
}

static void expect_refusal(int code, const char *text)
{
	start();
	server_expect(text);
	assert_int_equal(server_end(0), code);
	close_passed();
}

static void what_cannot_be_used_is_named(void **state)
{
	const char *target = board_make(BOARD_TCP);
	int port;

	(void)state;
	write_file(target,
		   "  - name: c\n    exec: cat\n    consoles: [{channel: 0, name: hv, port: 0}]\n");
	passed[0] = listen_tcp(&port);
	count = 1;
	names = "huh";
	expect_refusal(78, "descriptor 3 is passed for huh, but there is no such console");
	passed[0] = listen_tcp(&port);
	count = 1;
	names = "hv";
	expect_refusal(78, "descriptor 3 is passed for hv, which 2 consoles are called");
	passed[0] = listen_tcp(&port);
	count = 1;
	names = "control";
	expect_refusal(78, "descriptor 3 is passed for control, but is no unix socket");
	passed[0] = listen_tcp(&port);
	count = 1;
	expect_refusal(78, "descriptor 3 was passed without a name");
	passed[0] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	count = 1;
	names = "b/hv";
	expect_refusal(78, "descriptor 3, passed for b/hv, is no listening stream socket");
	passed[0] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	count = 1;
	names = "b/hv";
	expect_refusal(78, "descriptor 3, passed for b/hv, is no listening stream socket");
	passed[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
	count = 1;
	names = "b/hv";
	expect_refusal(78, "descriptor 3, passed for b/hv, is no listening stream socket");
}

int main(void)
{
	const struct CMUnitTest mux_activation[] = {
		SERVER_TEST(passed_sockets_are_used),
		SERVER_TEST(commands_do_not_see_them),
		SERVER_TEST(what_cannot_be_used_is_named),
	};

	return RUN_SERVER_TESTS(mux_activation);
}

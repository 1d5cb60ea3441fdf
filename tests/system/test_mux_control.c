/* SPDX-License-Identifier: BSD-2-Clause */
/* The control socket itself: who may connect, and what it answers to. */
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/system/muxctl_harness.h"

/* Every line is answered, the connection goes on, and nobody else is hurt. */
static void garbage_on_the_control_socket_is_answered(void **state)
{
	static char block[20000];
	unsigned seed = 3;
	int fd;

	(void)state;
	rack_start();
	fd = rack_connect_control();
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
		fd = rack_connect_control();
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
	rack_start();
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
		fd = rack_connect_control();
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
	rack_start();
	assert_int_equal(server_end(SIGTERM), 0);
	make_stale_socket();
	board_break();
	board_restore();
	server_start((const char *const[]){ "--config", in_test_dir("rack.yaml"), NULL });
	rack_board = board_connect();
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

int main(void)
{
	const struct CMUnitTest mux_control[] = {
		SERVER_TEST(garbage_on_the_control_socket_is_answered),
		SERVER_TEST(permissions_are_those_of_the_peer),
		SERVER_TEST(a_stale_socket_is_replaced_and_a_live_one_is_not),
	};

	return RUN_SERVER_TESTS(mux_control);
}

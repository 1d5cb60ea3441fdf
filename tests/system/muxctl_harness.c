/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/system/muxctl_harness.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

char muxctl_output[1 << 16];
const char *rack_target;
int rack_board;

void rack_write(const char *consoles, const char *more)
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
		in_test_dir("log"), in_test_dir("control.sock"), rack_target, consoles, more);
	assert_int_equal(fclose(file), 0);
}

void rack_start(void)
{
	rack_target = board_make(BOARD_TCP);
	rack_write(RACK_CONSOLES, "");
	server_start((const char *const[]){ "--config", in_test_dir("rack.yaml"), NULL });
	rack_board = board_connect();
	server_expect("connected on fd ");
	server_expect_count("connected on fd ", 2);
}

pid_t muxctl_start(const char *const arguments[], int in, int out)
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

int muxctl_wait(pid_t pid)
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
	return status;
}

int muxctl_run(const char *const arguments[])
{
	int pipes[2], null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	int status;
	ssize_t got;
	pid_t pid;

	assert_int_equal(pipe2(pipes, O_CLOEXEC), 0);
	pid = muxctl_start(arguments, null, pipes[1]);
	close(pipes[1]);
	close(null);
	while ((got = read(pipes[0], muxctl_output + len, sizeof(muxctl_output) - 1 - len)) > 0)
		len += (size_t)got;
	muxctl_output[len] = '\0';
	close(pipes[0]);
	status = muxctl_wait(pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

int rack_connect_control(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	strcpy(address.sun_path, in_test_dir("control.sock"));
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	return fd;
}

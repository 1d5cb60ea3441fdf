/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/system/mux_entrance_board.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

int entrance_board;

void entrance_write(const char *board_keys, const char *console_keys)
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

void entrance_start(const char *board_keys, const char *console_keys)
{
	setenv("XDG_RUNTIME_DIR", test_dir, 1);
	board_make(BOARD_UNIX);
	entrance_write(board_keys, console_keys);
	server_start((const char *const[]){ "--config", in_test_dir("rack.yaml"), NULL });
	entrance_board = board_connect();
}

void entrance_expect_refusal(int code, const char *text)
{
	server_start((const char *const[]){ "--config", in_test_dir("rack.yaml"), NULL });
	server_expect(text);
	assert_int_equal(server_end(0), code);
}

int entrance_connect(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(strlen(path) < sizeof(address.sun_path));
	strcpy(address.sun_path, path);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	return fd;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests of sockets and terminals: a server with the board "b", whose console is "hv". */
#ifndef TESTS_SYSTEM_MUX_ENTRANCE_BOARD_H
#define TESTS_SYSTEM_MUX_ENTRANCE_BOARD_H

#include "tests/system/mux_server_harness.h"

/* The board's end of the wire. */
extern int entrance_board;

/* Write rack.yaml, with more keys of the board, each a line, and of the console, each after a
 * comma. */
void entrance_write(const char *board_keys, const char *console_keys);

/* Start the server with that, and connect the board.  The run directory is the test's. */
void entrance_start(const char *board_keys, const char *console_keys);

/* Start the server with the file as it is; it ends with @code and says @text. */
void entrance_expect_refusal(int code, const char *text);

/* Connect to a unix socket.  Returns a non-blocking descriptor. */
int entrance_connect(const char *path);

#endif

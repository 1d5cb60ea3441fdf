/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * For the system tests of mux_server: the real program as a child, a fake board at the other end of
 * its wire, and clients.  Every wait has a deadline; what goes wrong fails the running test, and
 * the tear-down ends the child.
 */
#ifndef TESTS_SYSTEM_MUX_SERVER_HARNESS_H
#define TESTS_SYSTEM_MUX_SERVER_HARNESS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <cmocka.h>

enum { DEADLINE_MS = 20000 };

/* Of the running test: a private directory, removed afterwards, and the program under test. */
extern char test_dir[];
extern const char *test_program;

/* Ends with code 1 if it does not fit; the result holds until the eighth call after it. */
const char *in_test_dir(const char *name);

/* If set, what the child does before it becomes the server.  Each test begins without. */
extern void (*server_prepare)(void);

/* Start the server with @arguments, a NULL-terminated list without the program's name. */
void server_start(const char *const arguments[]);

/* Like server_start(), with these in place of the standard descriptors (-1: captured, input empty).
 */
void server_start_with(const char *const arguments[], int input, int output, int errors);

/* Wait until the server has printed @text, on standard output or error. */
void server_expect(const char *text);

/* How often it has printed @text so far; wait until that is @count. */
int server_count(const char *text);
void server_expect_count(const char *text, int count);

/* The number that it prints behind @text, the @nth time that it prints it. */
int server_number(const char *text, int nth);

/* The port that the server listens on for @channel. */
int server_port(int channel);

pid_t server_pid(void);
int server_fd_count(void);

/* Send @signal_number and wait for the end; returns the exit code.  0: only wait. */
int server_end(int signal_number);

enum board_kind { BOARD_TCP, BOARD_UNIX, BOARD_PTY, BOARD_EXEC };

/* Make the board's end of the wire.  Returns what to call it on the server's command line. */
const char *board_make(enum board_kind kind);

/* Wait until the server has opened the wire (of a pty: and sends).  Returns the board's descriptor.
 */
int board_accept(void);

/* Wait until the server has opened the wire and take its `18 01`.  Returns the board's descriptor.
 */
int board_connect(void);

/* The board loses its power: the wire breaks.  With board_restore() it can be opened again. */
void board_break(void);
void board_restore(void);

/* For the command that stands in for a board: copy between standard descriptors and the unix socket
 * @path. */
int board_bridge(const char *path);

/* Connect to a port; the server may not have noticed yet.  The descriptor is non-blocking. */
int client_knock(int port, int receive_buffer);

/* Connect to the port of @channel and wait until the server serves it, so that no output is missed.
 */
int client_connect(int channel);

/* The same with a receive buffer as small as it gets. */
int client_connect_small(int channel);

/* Write all; read exactly these bytes, or take that many.  They fail the test at the deadline. */
void put(int fd, const void *data, size_t len);
void expect(int fd, const void *data, size_t len);
void take(int fd, size_t len);

#define PUT(fd, text) put(fd, text, sizeof(text) - 1)
#define EXPECT(fd, text) expect(fd, text, sizeof(text) - 1)

/* Close so that the peer sees a reset. */
void close_abruptly(int fd);

/* Read a whole file into memory that the caller frees. */
char *read_file(const char *path, size_t *len);

/* Wait until @path is a file of at least @len bytes. */
void wait_for_size(const char *path, size_t len);

/* Milliseconds of a clock that only goes forward. */
int64_t now_ms(void);

int test_set_up(void **state);
int test_tear_down(void **state);

#define SERVER_TEST(name) cmocka_unit_test_setup_teardown(name, test_set_up, test_tear_down)

/* Run a group against the program in $MUX_SERVER or, without that, both the product and its
 * sanitized twin. */
#define RUN_SERVER_TESTS(tests) run_server_tests(tests, sizeof(tests) / sizeof((tests)[0]), #tests)
int run_server_tests(const struct CMUnitTest tests[], size_t count, const char *name);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests of muxctl and the control socket: a server with two boards, and muxctl as a child. */
#ifndef TESTS_SYSTEM_MUXCTL_HARNESS_H
#define TESTS_SYSTEM_MUXCTL_HARNESS_H

#include "tests/system/mux_server_harness.h"

#define RACK_CONSOLES "{channel: 0, name: hv, port: 0}, {channel: 1, name: linux, port: 0}"

/* Of the board "real": what the server calls its target, and its end of the wire. */
extern const char *rack_target;
extern int rack_board;

/*
 * Write the server's file: the boards "real", with @consoles, and "echo", whose console "cat"
 * answers with what was typed; then @more.  Its control socket is control.sock in the test's
 * directory.
 */
void rack_write(const char *consoles, const char *more);

/* Start the server with that file and RACK_CONSOLES, and connect the board. */
void rack_start(void);

/* Connect to the control socket.  Returns a non-blocking descriptor. */
int rack_connect_control(void);

/* What the last muxctl_run() printed. */
extern char muxctl_output[1 << 16];

/* Start muxctl for that server with a NULL-terminated list of at most 28 @arguments. */
pid_t muxctl_start(const char *const arguments[], int in, int out);

/* Wait for its end; returns its wait status. */
int muxctl_wait(pid_t pid);

/* Run it to its end, with what it prints in muxctl_output; returns its exit code. */
int muxctl_run(const char *const arguments[]);

#define EXPECT_MUXCTL(code, text, ...)                                                             \
	do {                                                                                       \
		int code_ = muxctl_run((const char *const[]){ __VA_ARGS__, NULL });                \
                                                                                                   \
		if (code_ != (code) || !strstr(muxctl_output, text))                               \
			fail_msg("muxctl exits with %d, not %d, and prints:\n%s", code_, code,     \
				 muxctl_output);                                                   \
	} while (0)

#endif

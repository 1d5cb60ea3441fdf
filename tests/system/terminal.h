/* SPDX-License-Identifier: BSD-2-Clause */
/* A terminal for programs that want one: a pty, and what is shown on it. */
#ifndef TESTS_SYSTEM_TERMINAL_H
#define TESTS_SYSTEM_TERMINAL_H

#include <sys/types.h>
#include <termios.h>

/* Make one, nothing of which has been seen.  Returns its end for the test, non-blocking; *@side is
 * the programs'. */
int terminal_open(int *side);

/* Read from the terminal until @text has come, and forget it with all before it. */
void terminal_see(int terminal, const char *text);

/* Wait until the program has made it raw, so that what is typed is not changed on its way. */
void terminal_wait_raw(int side);

/* Check that the modes are those of @before. */
void terminal_expect_mode(int side, const struct termios *before);

/*
 * Start a program on the terminal, in a session of its own; @arguments as for execvp().  Returns
 * its process.
 */
pid_t terminal_start(int terminal, const char *const arguments[]);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the server says: messages on standard output, errors and traces on standard error.  Each is
 * one line, "program: text.".  A reader that does not read loses lines, and is told how many, but
 * never stops the server.
 */
#ifndef MUX_SERVER_REPORT_H
#define MUX_SERVER_REPORT_H

#include <stddef.h>
#include <stdint.h>

/* @program: how the server was called; kept by reference. */
void report_init(const char *program);

/* Send messages to standard error too: a channel has standard output for itself. */
void report_leave_stdout(void);

/* A message; Topaz's scripts read some of them. */
void report_info(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Something went wrong. */
void report_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The text of the last report_error(). */
const char *report_last_error(void);

/* Bytes as lines of hex and text, each beginning with the formatted label (-verbose, -debug). */
void report_dump(const uint8_t *data, size_t len, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif

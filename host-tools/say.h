/* SPDX-License-Identifier: BSD-2-Clause */
/* What the host tools say to the person who started them. */
#ifndef HOST_TOOLS_SAY_H
#define HOST_TOOLS_SAY_H

/* The name that stands before every error message.  Set once, by main(). */
void say_set_program(const char *name);

/* One line of progress on standard output: @topic in a column of its own, then the text. */
void say_progress(const char *topic, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* One error on standard error. */
void say_error(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* printf() into memory that the caller frees.  Ends the program when there is no memory. */
char *say_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

/*
 * Print the last @lines lines of a file to standard error, indented, without control characters.
 * Nothing when the file cannot be read.
 */
void say_tail(const char *path, unsigned int lines);

#endif

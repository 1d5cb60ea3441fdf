/* SPDX-License-Identifier: BSD-2-Clause */
/* The line that a person edits at the hypervisor's console, with history and completion. */
#ifndef HV_CONSOLE_LINE_H
#define HV_CONSOLE_LINE_H

#include <stddef.h>

enum { LINE_SIZE = 256 }; /* bytes with the 0 at the end; Topaz: 256 */

/*
 * The candidates for the word at @at of @text, for completion: the @index-th, or NULL when there
 * are no more.  Those that do not begin with what stands there are ignored.
 */
typedef const char *line_candidate(const char *text, size_t at, unsigned int index);

/*
 * Read a line, without its end, into @text of LINE_SIZE bytes, while log lines appear above it. \r,
 * \n and \r\n all end it.  In the console's coroutine only.
 *
 *     Backspace, Delete     erase           Up, Down, ^P, ^N      history
 *     Left, Right, ^B, ^F   move            Tab                   complete; again: show choices
 *     Home, End, ^A, ^E     move            ^K, ^U, ^W            erase to the end, all, a word
 *     ^L                    draw again      ^C                    abandon: the line is empty
 */
void line_read(const char *prompt, char *text, line_candidate *candidate);

#endif

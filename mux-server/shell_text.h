/* SPDX-License-Identifier: BSD-2-Clause */
/* Words for shells to read, on standard output: what completions are printed with. */
#ifndef MUX_SERVER_SHELL_TEXT_H
#define MUX_SERVER_SHELL_TEXT_H

/* "a|b|c" as "a b c". */
void shell_put_choices(const char *choices);

/*
 * @text for between two single quotes, as bash, zsh and fish read them; the characters in @also are
 * escaped by a backslash, which zsh wants inside _arguments.
 */
void shell_put_quoted(const char *text, const char *also);

#endif

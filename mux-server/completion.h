/* SPDX-License-Identifier: BSD-2-Clause */
/* Completion of a command line in shells, from a program's table of options. */
#ifndef MUX_SERVER_COMPLETION_H
#define MUX_SERVER_COMPLETION_H

#include <stdbool.h>
#include <stddef.h>

/* A row of the table, for those who describe it. */
struct option_text {
	const char *name;     /* with its dashes */
	const char *argument; /* NULL: none; "a|b": one of these */
	const char *help;
};

struct completion {
	const char *program;
	bool (*option)(size_t index, struct option_text *text); /* false: there are fewer */
	const char *operands; /* what else may follow, as arguments for zsh's _arguments */
};

/* Print what the shell "bash", "zsh" or "fish" reads to complete a command line.  -EINVAL: another
 * shell. */
int completion_print(const struct completion *completion, const char *shell);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests of hvlint: it runs to its end, on files that the test writes. */
#ifndef TESTS_SYSTEM_HVLINT_HARNESS_H
#define TESTS_SYSTEM_HVLINT_HARNESS_H

#include "tests/system/harness.h"

#define LINT_CONFIG "tests/system/hvlint.dts"
#define LINT_HW "build/unit/ppce500.dtb"

/* The path of a file of this name in the test's directory. */
const char *lint_path(const char *name);

/* Write it, and return its path. */
const char *lint_write(const char *name, const void *data, size_t size);

/* @text with the first @from replaced by @to.  Fails when there is none. */
char *lint_edit(const char *text, const char *from, const char *to);

/* The text of LINT_CONFIG. */
char *lint_config(void);

/* The number of the line of @text in which @what stands first. */
unsigned int lint_line(const char *text, const char *what);

/* Run hvlint with these arguments, which end with NULL: returns its exit status, and in *@output
 * all that it printed. */
int lint_run(const char **output, const char *const arguments[]);

/* The same, with the status and a part of the output that are expected. */
void lint_expect(int status, const char *part, const char *const arguments[]);
#define LINT(...) ((const char *const[]){ __VA_ARGS__, NULL })

#endif

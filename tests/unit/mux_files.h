/* SPDX-License-Identifier: BSD-2-Clause */
/* A private directory for a test that writes files, and what is in it. */
#ifndef TESTS_UNIT_MUX_FILES_H
#define TESTS_UNIT_MUX_FILES_H

#include <stddef.h>

extern char files_dir[];

/* Make the directory; remove it with all that is in it.  cmocka's set-up and tear-down. */
int files_set_up(void **state);
int files_tear_down(void **state);

/* A path in the directory; holds until the eighth call after it. */
const char *files_path(const char *name);

/* The content of a file with a NUL behind it, which the caller frees; fails the test if there is
 * none. */
char *files_read(const char *path, size_t *len);

void files_write(const char *path, const char *text);

/* How many names in the directory match a glob(7) pattern; @last, if not NULL, is set to the last
 * of them in the order of strcmp(). */
int files_count(const char *pattern, char last[256]);

#endif

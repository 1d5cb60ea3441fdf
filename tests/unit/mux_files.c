/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/mux_files.h"

#include <ftw.h>
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

char files_dir[64];

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path);
}

int files_set_up(void **state)
{
	(void)state;
	strcpy(files_dir, "/tmp/mux-unit-XXXXXX");
	return mkdtemp(files_dir) ? 0 : -1;
}

int files_tear_down(void **state)
{
	(void)state;
	return nftw(files_dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

const char *files_path(const char *name)
{
	static char paths[8][320];
	static unsigned next;
	char *path = paths[next++ % 8];

	assert_true(snprintf(path, sizeof(paths[0]), "%s/%s", files_dir, name) <
		    (int)sizeof(paths[0]));
	return path;
}

char *files_read(const char *path, size_t *len)
{
	FILE *file = fopen(path, "r");
	struct stat st;
	char *data;

	assert_non_null(file);
	assert_int_equal(fstat(fileno(file), &st), 0);
	data = malloc((size_t)st.st_size + 1);
	assert_non_null(data);
	*len = fread(data, 1, (size_t)st.st_size, file);
	data[*len] = '\0';
	fclose(file);
	return data;
}

void files_write(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

int files_count(const char *pattern, char last[256])
{
	glob_t found;
	int count = 0;

	if (glob(files_path(pattern), 0, NULL, &found) == 0) {
		count = (int)found.gl_pathc;
		if (last && count > 0)
			snprintf(last, 256, "%s", found.gl_pathv[count - 1]);
		globfree(&found);
	}
	return count;
}

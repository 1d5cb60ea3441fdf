/* SPDX-License-Identifier: BSD-2-Clause */
/* Generations of a log: named by time, compressed whole or not at all, the oldest removed. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include <cmocka.h>

#include "mux-server/compress.h"
#include "mux-server/rotate.h"
#include "tests/unit/mux_files.h"

static atomic_bool stop;

static int set_up(void **state)
{
	atomic_store(&stop, false);
	return files_set_up(state);
}

/* Check that @path is a zstd file of @len bytes at @data. */
static void expect_compressed(const char *path, const char *data, size_t len)
{
	char *out = malloc(len + 1), *packed;
	size_t packed_len;

	assert_non_null(out);
	packed = files_read(path, &packed_len);
	assert_int_equal(ZSTD_decompress(out, len + 1, packed, packed_len), len);
	assert_memory_equal(out, data, len);
	free(out);
	free(packed);
}

static void a_generation_has_the_bytes_and_a_name_of_its_own(void **state)
{
	char names[3][PATH_MAX];
	size_t len;

	(void)state;
	for (int i = 0; i < 3; i++) {
		char text[2] = { (char)('a' + i), '\0' }, *data;
		int fd;

		files_write(files_path("log"), text);
		fd = open(files_path("log"), O_WRONLY | O_APPEND);
		assert_int_equal(rotate_file(files_path("log"), fd, names[i], PATH_MAX), 0);
		assert_int_equal(write(fd, "+", 1), 1); /* the open file moves along */
		close(fd);
		data = files_read(names[i], &len);
		assert_int_equal(len, 2);
		assert_int_equal(data[0], 'a' + i);
		free(data);
	}
	assert_true(strcmp(names[0], names[1]) < 0 && strcmp(names[1], names[2]) < 0);
	assert_int_equal(files_count("log", NULL), 0);
}

/* Somebody else has renamed the log: what has its name now is not ours to move. */
static void anothers_file_is_left_alone(void **state)
{
	char name[PATH_MAX];
	int fd;

	(void)state;
	files_write(files_path("log"), "ours");
	fd = open(files_path("log"), O_WRONLY);
	assert_int_equal(rename(files_path("log"), files_path("moved")), 0);
	assert_int_equal(rotate_file(files_path("log"), fd, name, sizeof(name)), -ESTALE);
	files_write(files_path("log"), "theirs");
	assert_int_equal(rotate_file(files_path("log"), fd, name, sizeof(name)), -ESTALE);
	assert_int_equal(files_count("log", NULL), 1);
	close(fd);
	fd = open(files_path("log"), O_WRONLY);
	assert_int_equal(rotate_file(files_path("log"), fd, name, 20), -ENAMETOOLONG);
	close(fd);
}

static void compression_keeps_every_byte_mode_and_time(void **state)
{
	enum { LEN = 300000 };
	char *data = malloc(LEN + 1);
	struct stat before, after;

	(void)state;
	for (int i = 0; i < LEN; i++)
		data[i] = (char)(' ' + (unsigned)i * (unsigned)i / 7 % 90);
	data[LEN] = '\0';
	files_write(files_path("a"), data);
	files_write(files_path("empty"), "");
	assert_int_equal(chmod(files_path("a"), 0640), 0);
	assert_int_equal(stat(files_path("a"), &before), 0);
	assert_int_equal(compress_file(files_path("a"), &stop), 0);
	assert_int_equal(compress_file(files_path("empty"), &stop), 0);
	assert_int_equal(stat(files_path("a.zst"), &after), 0);
	assert_int_equal(after.st_mode, before.st_mode);
	assert_int_equal(after.st_mtime, before.st_mtime);
	expect_compressed(files_path("a.zst"), data, LEN);
	expect_compressed(files_path("empty.zst"), "", 0);
	assert_int_equal(files_count("*", NULL), 2);
	free(data);
}

static void compression_that_fails_leaves_the_file(void **state)
{
	(void)state;
	files_write(files_path("a"), "text");
	atomic_store(&stop, true);
	assert_int_equal(compress_file(files_path("a"), &stop), -ECANCELED);
	assert_int_equal(files_count("*", NULL), 1);
	atomic_store(&stop, false);
	assert_int_equal(symlink("/dev/full", files_path("a.zst.tmp")), 0);
	assert_int_equal(compress_file(files_path("a"), &stop), -ELOOP);
	assert_int_equal(files_count("a", NULL), 1);
	assert_int_equal(compress_file(files_path("none"), &stop), -ENOENT);
	assert_int_equal(compress_file(files_dir, &stop), -EINVAL);
}

/* What a kill in the midst leaves behind is cleaned up by the next start. */
static void tidying_compresses_removes_and_leaves_strangers(void **state)
{
	static const char *const strangers[] = {
		"log",
		"log.old",
		"log.20260101T000000.00000Z",
		"log.20260101T000000.000000Z.gz",
		"log2.20260101T000000.000000Z",
		"log.20260101T00000x.000000Z",
	};
	struct rotation rotation = { .keep = 3, .compress = true };
	char name[PATH_MAX] = "", last[256];

	(void)state;
	for (size_t i = 0; i < sizeof(strangers) / sizeof(strangers[0]); i++)
		files_write(files_path(strangers[i]), "x");
	files_write(files_path("log.20260101T000000.000001Z.zst"), "oldest");
	files_write(files_path("log.20260101T000000.000002Z"), "old");
	files_write(files_path("log.20260101T000001.000000Z.zst"), "kept");
	files_write(files_path("log.20260101T000001.000000Z.zst.tmp"), "half");
	files_write(files_path("log.20260102T000000.000000Z"), "new");
	files_write(files_path("log.20260103T000000.000000Z"), "newest");
	assert_int_equal(rotate_tidy(files_path("log"), &rotation, &stop, name, sizeof(name)), 0);
	assert_int_equal(files_count("log.202601??T??????.??????Z*", last), 3 + 2);
	assert_int_equal(files_count("log.*.zst", last), 3);
	expect_compressed(last, "newest", 6);
	for (size_t i = 0; i < sizeof(strangers) / sizeof(strangers[0]); i++)
		assert_int_equal(files_count(strangers[i], NULL), 1);

	rotation = (struct rotation){ 0 }; /* keep all */
	assert_int_equal(rotate_tidy(files_path("log"), &rotation, &stop, name, sizeof(name)), 0);
	assert_int_equal(files_count("log.*.zst", NULL), 3);
	assert_int_equal(rotate_tidy("/none/log", &rotation, &stop, name, sizeof(name)), -ENOENT);
	assert_string_equal(name, "/none/");
}

int main(void)
{
	const struct CMUnitTest mux_rotate[] = {
		cmocka_unit_test_setup_teardown(a_generation_has_the_bytes_and_a_name_of_its_own,
						set_up, files_tear_down),
		cmocka_unit_test_setup_teardown(anothers_file_is_left_alone, set_up,
						files_tear_down),
		cmocka_unit_test_setup_teardown(compression_keeps_every_byte_mode_and_time, set_up,
						files_tear_down),
		cmocka_unit_test_setup_teardown(compression_that_fails_leaves_the_file, set_up,
						files_tear_down),
		cmocka_unit_test_setup_teardown(tidying_compresses_removes_and_leaves_strangers,
						set_up, files_tear_down),
	};

	return cmocka_run_group_tests(mux_rotate, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/rotate.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mux-server/compress.h"
#include "mux-server/log_stamp.h"

enum { STAMP_LEN = LOG_STAMP_NAME_SIZE - 1 };

/* Rename without replacing; not every file system can, and this process is alone with its logs. */
static int rename_new(const char *from, const char *to)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -errno;
	if (access(to, F_OK) == 0)
		return -EEXIST;
	return rename(from, to) < 0 ? -errno : 0;
}

int rotate_file(const char *path, int fd, char *name, size_t name_size)
{
	char stamp[LOG_STAMP_NAME_SIZE], compressed[PATH_MAX];
	int64_t now = log_stamp_now();
	struct stat ours, there;
	int status;

	if (fstat(fd, &ours) < 0)
		return -errno;
	if (lstat(path, &there) < 0 || there.st_dev != ours.st_dev || there.st_ino != ours.st_ino)
		return -ESTALE;
	do {
		log_stamp_format_name(stamp, now++);
		if ((size_t)snprintf(name, name_size, "%s.%s", path, stamp) >= name_size ||
		    snprintf(compressed, PATH_MAX, "%s" COMPRESS_SUFFIX, name) >= PATH_MAX)
			return -ENAMETOOLONG;
		status = access(compressed, F_OK) == 0 ? -EEXIST : rename_new(path, name);
	} while (status == -EEXIST);
	return status;
}

/* Does @name belong to a generation of the log @base?  If so, *@rest is what follows the stamp. */
static bool is_generation(const char *name, const char *base, const char **rest)
{
	size_t len = strlen(base);

	if (strncmp(name, base, len) != 0 || name[len] != '.' || strlen(name + len + 1) < STAMP_LEN)
		return false;
	name += len + 1;
	for (int i = 0; i < STAMP_LEN; i++) {
		char want = "00000000T000000.000000Z"[i];

		if (want == '0' ? !isdigit((unsigned char)name[i]) : name[i] != want)
			return false;
	}
	*rest = name + STAMP_LEN;
	return **rest == '\0' || strcmp(*rest, COMPRESS_SUFFIX) == 0 ||
	       strcmp(*rest, COMPRESS_UNFINISHED) == 0;
}

static int newest_first(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*b)->d_name, (*a)->d_name);
}

/* Deal with one directory entry; @generation counts from the newest. */
static int tidy_one(const char *path, const char *rest, unsigned generation,
		    const struct rotation *rotation, const atomic_bool *stop)
{
	if (rotation->keep && generation >= rotation->keep)
		return unlink(path) < 0 && errno != ENOENT ? -errno : 0;
	if (*rest == '\0' && rotation->compress)
		return compress_file(path, stop);
	return 0;
}

int rotate_tidy(const char *path, const struct rotation *rotation, const atomic_bool *stop,
		char *name, size_t name_size)
{
	const char *slash = strrchr(path, '/');
	const char *base = slash ? slash + 1 : path;
	int directory_len = slash ? (int)(base - path) : 2;
	char directory[PATH_MAX], full[PATH_MAX];
	struct dirent **entries;
	unsigned generations = 0;
	int count, result = 0;

	snprintf(directory, PATH_MAX, "%.*s", directory_len, slash ? path : "./");
	count = scandir(directory, &entries, NULL, newest_first);
	if (count < 0) {
		snprintf(name, name_size, "%s", directory);
		return -errno;
	}
	for (int i = 0; i < count; i++) {
		const char *rest;
		int status = 0;

		if (!atomic_load(stop) && is_generation(entries[i]->d_name, base, &rest) &&
		    snprintf(full, PATH_MAX, "%s%s", directory, entries[i]->d_name) < PATH_MAX) {
			if (strcmp(rest, COMPRESS_UNFINISHED) == 0)
				unlink(full);
			else
				status = tidy_one(full, rest, generations++, rotation, stop);
		}
		if (status < 0 && status != -ECANCELED) {
			snprintf(name, name_size, "%s", full);
			result = status;
		}
		free(entries[i]);
	}
	free(entries);
	return result;
}

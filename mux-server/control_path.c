/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/control_path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int fits(int len, size_t size)
{
	return len >= 0 && (size_t)len < size ? 0 : -1;
}

int control_path_directory(char *path, size_t size)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR"), *own = getenv("RUNTIME_DIRECTORY");

	if ((!runtime || runtime[0] != '/') && own && own[0] == '/' && !strchr(own, ':'))
		return fits(snprintf(path, size, "%s", own), size);
	if (!runtime || runtime[0] != '/')
		runtime = geteuid() == 0 ? "/run" : NULL;
	return runtime ? fits(snprintf(path, size, "%s/mux_server", runtime), size) : -1;
}

int control_path_of(const char *name, char *path, size_t size)
{
	char directory[256];

	if (strchr(name, '/'))
		return fits(snprintf(path, size, "%s", name), size);
	if (control_path_directory(directory, sizeof(directory)) < 0)
		return -1;
	return fits(snprintf(path, size, "%s/%s" CONTROL_SUFFIX, directory, name), size);
}

int control_path_of_console(const char *board, const char *name, const char *suffix, char *path,
			    size_t size)
{
	char directory[256];

	if (control_path_directory(directory, sizeof(directory)) < 0)
		return -1;
	return fits(snprintf(path, size, "%s/%s/%s%s", directory, board, name, suffix), size);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/system/mux_server_watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/system/mux_server_harness.h"

static FILE *open_proc(const char *name)
{
	char path[64];
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/%s", (int)server_pid(), name);
	file = fopen(path, "r");
	assert_non_null(file);
	return file;
}

int64_t server_cpu_ms(void)
{
	unsigned long user, system;
	FILE *file = open_proc("stat");
	char line[1024];
	const char *at;

	assert_non_null(fgets(line, sizeof(line), file));
	fclose(file);
	at = strrchr(line, ')'); /* the program's name may hold anything */
	assert_non_null(at);
	assert_int_equal(
		sscanf(at, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system),
		2);
	return (int64_t)(user + system) * 1000 / sysconf(_SC_CLK_TCK);
}

long server_memory_kb(const char *row)
{
	FILE *file = open_proc("status");
	char line[128];
	long size = -1;

	while (size < 0 && fgets(line, sizeof(line), file))
		if (strncmp(line, row, strlen(row)) == 0)
			sscanf(line + strlen(row), ": %ld", &size);
	fclose(file);
	assert_true(size > 0);
	return size;
}

bool server_memory_counts(void)
{
	return !strstr(test_program, "asan");
}

int soak(int few)
{
	const char *times = getenv("MUX_SOAK");

	return few * (times ? atoi(times) : 1);
}

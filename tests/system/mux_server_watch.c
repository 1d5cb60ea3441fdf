/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/system/mux_server_watch.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
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

int free_port(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t len = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&at, &len), 0);
	close(fd);
	return ntohs(at.sin_port);
}

uint64_t server_counter(const char *port, const char *family, const char *labels)
{
	static char text[1 << 18];
	size_t at = 0;
	ssize_t len;
	int fd = client_knock(atoi(port), 0);

	PUT(fd, "GET /metrics HTTP/1.0\r\n\r\n");
	do {
		struct pollfd ready = { .fd = fd, .events = POLLIN };

		assert_int_equal(poll(&ready, 1, DEADLINE_MS), 1);
		len = read(fd, text + at, sizeof(text) - 1 - at);
		at += len > 0 ? (size_t)len : 0;
	} while (len > 0);
	close(fd);
	text[at] = '\0';
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		uint64_t value;

		if (strncmp(line, family, strlen(family)) == 0 && strstr(line, labels) &&
		    sscanf(strrchr(line, ' '), "%" SCNu64, &value) == 1)
			return value;
	}
	fail_msg("no sample of %s with %s", family, labels);
	return 0;
}

int soak(int few)
{
	const char *times = getenv("MUX_SOAK");

	return few * (times ? atoi(times) : 1);
}

bool soaking(void)
{
	return soak(1) > 1;
}

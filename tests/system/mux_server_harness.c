/* SPDX-License-Identifier: BSD-2-Clause */
/* The program under test, its output, and the private directory. */
#include "tests/system/mux_server_harness.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

char test_dir[64];
const char *test_program;
void (*server_prepare)(void);

static pid_t pid;		  /* 0: not running */
static int pipes[2] = { -1, -1 }; /* from the server's standard output and error */
static char printed[1 << 16];
static size_t printed_len;

int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

const char *in_test_dir(const char *name)
{
	static char paths[8][160];
	static unsigned next;
	char *path = paths[next++ % 8];

	if (snprintf(path, sizeof(paths[0]), "%s/%s", test_dir, name) >= (int)sizeof(paths[0]))
		exit(1);
	return path;
}

void server_start_with(const char *const arguments[], int input, int output, int errors)
{
	const char *argv[128] = { test_program };
	int out[2], err[2], none = -1;
	size_t count = 0;

	while (arguments[count] && count < 126) {
		argv[count + 1] = arguments[count];
		count++;
	}
	assert_int_equal(pid, 0);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	assert_int_equal(pipe2(err, O_CLOEXEC), 0);
	if (input < 0)
		input = none = open("/dev/null", O_RDONLY | O_CLOEXEC);
	printed_len = 0;
	printed[0] = '\0';
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		dup2(input, 0);
		dup2(output < 0 ? out[1] : output, 1);
		dup2(errors < 0 ? err[1] : errors, 2);
		if (server_prepare)
			server_prepare();
		execv(test_program, (char *const *)argv);
		_exit(126);
	}
	close(out[1]);
	close(err[1]);
	if (none >= 0)
		close(none);
	pipes[0] = out[0];
	pipes[1] = err[0];
}

void server_start(const char *const arguments[])
{
	server_start_with(arguments, -1, -1, -1);
}

/* Take what the server prints within @wait_ms; false at its end. */
static bool capture(int wait_ms)
{
	struct pollfd fds[2] = { { .fd = pipes[0], .events = POLLIN },
				 { .fd = pipes[1], .events = POLLIN } };
	bool open = pipes[0] >= 0 || pipes[1] >= 0;

	if (!open || poll(fds, 2, wait_ms) <= 0)
		return open;
	for (int i = 0; i < 2; i++) {
		ssize_t len;

		if (!fds[i].revents)
			continue;
		if (printed_len > sizeof(printed) / 2) { /* old lines are of no interest */
			memmove(printed, printed + printed_len / 2, printed_len - printed_len / 2);
			printed_len -= printed_len / 2;
		}
		len = read(pipes[i], printed + printed_len, sizeof(printed) - 1 - printed_len);
		if (len > 0)
			printed_len += (size_t)len;
		else
			close(pipes[i]), pipes[i] = -1;
		printed[printed_len] = '\0';
	}
	return true;
}

void server_expect(const char *text)
{
	int64_t deadline = now_ms() + DEADLINE_MS;

	while (!strstr(printed, text)) {
		if (now_ms() > deadline || !capture(100))
			fail_msg("the server did not print '%s' but:\n%s", text, printed);
	}
}

int server_count(const char *text)
{
	int count = 0;

	capture(0);
	for (const char *at = printed; (at = strstr(at, text)) != NULL; at++)
		count++;
	return count;
}

void server_expect_count(const char *text, int count)
{
	int64_t deadline = now_ms() + DEADLINE_MS;

	while (server_count(text) < count)
		if (now_ms() > deadline || !capture(100))
			fail_msg("the server did not print '%s' %d times but:\n%s", text, count,
				 printed);
}

int server_number(const char *text, int nth)
{
	const char *at = printed;

	server_expect_count(text, nth);
	for (int i = 0; i < nth; i++)
		at = strstr(at, text) + strlen(text);
	while (!strchr(at, '\n'))
		assert_true(capture(DEADLINE_MS));
	return atoi(at);
}

int server_port(int channel)
{
	char text[64];

	snprintf(text, sizeof(text), "IO Channel %d listening on port ", channel);
	return server_number(text, 1);
}

pid_t server_pid(void)
{
	return pid;
}

int server_fd_count(void)
{
	char path[32];
	DIR *dir;
	int count = 0;

	snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
	dir = opendir(path);
	assert_non_null(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

/* The child's wait status, or -1 at the deadline. */
static int wait_for_end(void)
{
	int64_t deadline = now_ms() + DEADLINE_MS;
	int status;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (now_ms() > deadline)
			return -1;
		if (!capture(10))
			poll(NULL, 0, 1); /* output closed, about to end */
	}
	pid = 0;
	while (pipes[0] >= 0 || pipes[1] >= 0)
		if (!capture(0) || now_ms() > deadline)
			break;
	return status;
}

int server_end(int signal_number)
{
	int status;

	if (signal_number)
		kill(pid, signal_number);
	status = wait_for_end();
	if (status < 0)
		fail_msg("the server does not end; it printed:\n%s", printed);
	if (!WIFEXITED(status))
		fail_msg("the server was ended by signal %d; it printed:\n%s", WTERMSIG(status),
			 printed);
	return WEXITSTATUS(status);
}

char *read_file(const char *path, size_t *len)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *data;

	assert_true(fd >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	*len = (size_t)st.st_size;
	data = malloc(*len + 1);
	assert_non_null(data);
	assert_int_equal(read(fd, data, *len), *len);
	data[*len] = '\0';
	close(fd);
	return data;
}

void wait_for_size(const char *path, size_t len)
{
	int64_t deadline = now_ms() + DEADLINE_MS;
	struct stat st;

	while (stat(path, &st) < 0 || (size_t)st.st_size < len) {
		if (now_ms() > deadline)
			fail_msg("%s does not grow to %zu bytes; the server printed:\n%s", path,
				 len, printed);
		capture(1);
	}
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *where)
{
	(void)st;
	(void)type;
	(void)where;
	return remove(path);
}

int test_set_up(void **state)
{
	(void)state;
	server_prepare = NULL;
	strcpy(test_dir, "/tmp/mux-server-test-XXXXXX");
	return mkdtemp(test_dir) ? 0 : -1;
}

int test_tear_down(void **state)
{
	(void)state;
	if (pid > 0) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		pid = 0;
	}
	for (int i = 0; i < 2; i++)
		if (pipes[i] >= 0)
			close(pipes[i]), pipes[i] = -1;
	board_break();
	return nftw(test_dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int run_server_tests(const struct CMUnitTest tests[], size_t count, const char *name)
{
	static const char *const both[] = { "build/bin/mux_server",
					    "build/asan-gcc/bin/mux_server" };
	const char *given = getenv("MUX_SERVER");
	int failed = 0;

	signal(SIGPIPE, SIG_IGN);
	setlinebuf(stdout);
	for (int i = 0; i < (given ? 1 : 2); i++) {
		char title[256];

		test_program = given ? given : both[i];
		snprintf(title, sizeof(title), "%s with %s", name, test_program);
		failed += _cmocka_run_group_tests(title, tests, count, NULL, NULL);
	}
	return failed;
}

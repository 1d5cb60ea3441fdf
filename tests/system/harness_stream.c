// SPDX-License-Identifier: BSD-2-Clause
#include "tests/system/harness_internal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static struct stream *new_stream(const char *name, int fd, pid_t pid)
{
	struct stream *stream = calloc(1, sizeof(*stream));

	assert_non_null(stream);
	stream->name = name;
	stream->fd = fd;
	stream->pid = pid;
	stream->text = calloc(1, 1);
	assert_non_null(stream->text);
	harness_add_stream(stream);
	return stream;
}

/* In the new process. */
static _Noreturn void become(const char *const argv[], int fd, enum stream_kind kind)
{
	if (kind == STREAM_TERMINAL) {
		setsid();
		ioctl(fd, TIOCSCTTY, 0);
	} else {
		setpgid(0, 0);
	}
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	signal(SIGPIPE, SIG_DFL);
	dup2(fd, STDIN_FILENO);
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	execvp(argv[0], (char *const *)(uintptr_t)argv);
	fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
	_exit(127);
}

struct stream *stream_start(enum stream_kind kind, const char *const argv[])
{
	int ends[2], rc;
	pid_t pid;

	if (kind == STREAM_TERMINAL)
		rc = openpty(&ends[0], &ends[1], NULL, NULL, NULL);
	else
		rc = socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
	assert_int_equal(rc, 0);
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	fcntl(ends[1], F_SETFD, FD_CLOEXEC);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0)
		become(argv, ends[1], kind);
	if (kind != STREAM_TERMINAL)
		setpgid(pid, pid);
	close(ends[1]);
	return new_stream(argv[0], ends[0], pid);
}

struct stream *stream_connect(uint16_t port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0) {
		close(fd);
		fail_msg("port %u: %s", port, strerror(errno));
	}
	return new_stream(harness_format("port %u", port), fd, 0);
}

/* Wait for input up to @timeout_ms; take it.  False when the time is over. */
static bool take(struct stream *stream, int timeout_ms)
{
	struct pollfd input = { .fd = stream->fd, .events = POLLIN };
	char buffer[65536];
	ssize_t n;
	int rc;

	do
		rc = poll(&input, 1, timeout_ms);
	while (rc < 0 && errno == EINTR);
	if (rc <= 0)
		return false;
	n = read(stream->fd, buffer, sizeof(buffer));
	if (n <= 0) { /* a terminal says EIO */
		stream->closed = true;
		return true;
	}
	stream->text = realloc(stream->text, stream->length + (size_t)n + 1);
	assert_non_null(stream->text);
	memcpy(stream->text + stream->length, buffer, (size_t)n);
	stream->length += (size_t)n;
	stream->text[stream->length] = '\0';
	return true;
}

void stream_poll(struct stream *stream)
{
	while (!stream->closed && take(stream, 0))
		;
}

static _Noreturn void fail_stream(const struct stream *stream, const char *what, const char *text)
{
	enum { MOST = 2000 };
	size_t from = stream->length > MOST ? stream->length - MOST : 0;

	print_error("%s: %s \"%s\"; it printed:\n%s\n", stream->name, what, text,
		    stream->text + from);
	fail();
	abort();
}

void stream_expect(struct stream *stream, const char *text)
{
	int64_t deadline = now_ms() + HARNESS_PATIENCE_S * 1000;
	size_t n = strlen(text);

	for (;;) {
		const char *found =
			memmem(stream->text + stream->seen, stream->length - stream->seen, text, n);
		int64_t left = deadline - now_ms();

		if (found) {
			stream->seen = (size_t)(found - stream->text) + n;
			return;
		}
		if (stream->closed)
			fail_stream(stream, "closed without", text);
		if (left <= 0 || !take(stream, (int)left))
			fail_stream(stream, "never printed", text);
	}
}

int stream_expect_end(struct stream *stream)
{
	int64_t deadline = now_ms() + HARNESS_PATIENCE_S * 1000;

	while (!stream->closed) {
		int64_t left = deadline - now_ms();

		if (left <= 0 || !take(stream, (int)left))
			fail_stream(stream, "did not end;", "");
	}
	if (stream->pid > 0) {
		pid_t pid = stream->pid;

		waitpid(pid, &stream->status, 0);
		kill(-pid, SIGKILL);
		stream->pid = 0;
	}
	return WIFSIGNALED(stream->status) ? 128 + WTERMSIG(stream->status)
					   : WEXITSTATUS(stream->status);
}

void stream_type(struct stream *stream, const char *text)
{
	size_t length = strlen(text);

	while (length > 0) {
		ssize_t n = write(stream->fd, text, length);

		if (n < 0 && errno != EINTR)
			fail_stream(stream, "did not take", text);
		if (n > 0) {
			text += n;
			length -= (size_t)n;
		}
	}
}

void stream_command(struct stream *stream, const char *line, const char *expected)
{
	stream_type(stream, line);
	stream_type(stream, "\r");
	stream_expect(stream, expected);
}

void stream_signal(struct stream *stream, int number)
{
	assert_true(stream->pid > 0);
	assert_int_equal(kill(stream->pid, number), 0);
}

/* A program that does not end on SIGTERM in time is killed. */
static void end_program(struct stream *stream)
{
	int64_t deadline = now_ms() + 10000;

	kill(-stream->pid, SIGTERM);
	while (!stream->closed && now_ms() < deadline)
		take(stream, (int)(deadline - now_ms()));
	kill(-stream->pid, SIGKILL);
	waitpid(stream->pid, &stream->status, 0);
}

void stream_close(struct stream *stream, bool abrupt)
{
	struct linger at_once = { .l_onoff = 1, .l_linger = 0 };

	if (stream->pid > 0)
		end_program(stream);
	if (abrupt)
		setsockopt(stream->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
	close(stream->fd);
	harness_remove_stream(stream);
	free(stream->text);
	free(stream);
}

// SPDX-License-Identifier: BSD-2-Clause
/* What scripts do with a console: send, tail, wait. */
#include <errno.h>
#include <poll.h>
#include <regex.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "host-tools/muxctl.h"
#include "host-tools/say.h"
#include "mux-server/control_line.h"

enum { LINE_KEPT = 4096 };

int muxctl_open_stream(const struct muxctl_console *console, const char *command,
		       unsigned long bytes)
{
	int fd = muxctl_server_connect(console->server);
	json_t *answer;

	if (fd < 0)
		return -1;
	answer = muxctl_ask(fd, "%s %s %lu", command, console->name, bytes);
	if (!answer) {
		close(fd);
		return -1;
	}
	json_decref(answer);
	return fd;
}

/* Escapes stay as they were typed, for the server to read.  False: too long. */
static bool quote_text(char *to, size_t size, const char *text)
{
	size_t at = 0;

	for (; *text && at + 8 < size; text++) {
		if (*text == '\\') {
			to[at++] = *text;
			if (text[1] > ' ')
				to[at++] = *++text;
			to[at] = '\0';
		} else {
			control_line_quote(to + at, size - at, text, 1);
			at += strlen(to + at);
		}
	}
	return *text == '\0';
}

int muxctl_type(const struct muxctl_console *console, const char *text)
{
	char quoted[CONTROL_LINE_MAX - 512] = "", *request;
	json_t *answer;

	if (!quote_text(quoted, sizeof(quoted), text)) {
		say_error("the text is too long; at most %d bytes at once", MUXCTL_TEXT_MAX);
		return -1;
	}
	request = say_format("send %s %s", console->name, quoted);
	answer = muxctl_ask_once(console->server, request);
	free(request);
	json_decref(answer);
	return answer ? 0 : -1;
}

int muxctl_send(struct muxctl_arguments *arguments)
{
	struct muxctl_console console;

	if (muxctl_find(&arguments->servers, arguments->name, &console) < 0 ||
	    muxctl_type(&console, arguments->text) < 0)
		return MUXCTL_FAILED;
	return MUXCTL_OK;
}

/* Copy @fd to standard output, at most @most bytes. */
static int copy_out(int fd, json_int_t most)
{
	char data[65536];

	while (most > 0) {
		ssize_t len = read(fd, data,
				   most < (json_int_t)sizeof(data) ? (size_t)most : sizeof(data));

		if (len < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (len <= 0)
			return MUXCTL_FAILED;
		if (fwrite(data, 1, (size_t)len, stdout) != (size_t)len || fflush(stdout) != 0)
			return MUXCTL_FAILED;
		most -= len;
	}
	return MUXCTL_OK;
}

int muxctl_tail(struct muxctl_arguments *arguments)
{
	struct muxctl_console console;
	json_t *answer;
	int fd, status = MUXCTL_FAILED;

	if (muxctl_find(&arguments->servers, arguments->name, &console) < 0)
		return MUXCTL_FAILED;
	if (arguments->follow) {
		fd = muxctl_open_stream(&console, "follow", arguments->bytes);
		if (fd < 0)
			return MUXCTL_FAILED;
		status = copy_out(fd, INT64_MAX);
		say_error("the server closed the connection");
		return status;
	}
	fd = muxctl_server_connect(console.server);
	if (fd < 0)
		return MUXCTL_FAILED;
	answer = muxctl_ask(fd, "tail %s %lu", console.name, arguments->bytes);
	if (answer)
		status = copy_out(fd, json_integer_value(json_object_get(answer, "bytes")));
	json_decref(answer);
	close(fd);
	return status;
}

struct matcher {
	regex_t regex;
	char line[LINE_KEPT + 1]; /* so far; of a longer line, its end */
	size_t len;
};

static bool matches(struct matcher *matcher)
{
	matcher->line[matcher->len] = '\0';
	if (regexec(&matcher->regex, matcher->line, 0, NULL, 0) != 0)
		return false;
	puts(matcher->line);
	return true;
}

/* Is the expression in a line that @data completes, or in the beginning of one, such as a prompt?
 */
static bool feed(struct matcher *matcher, const char *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (data[i] == '\n') {
			if (matches(matcher))
				return true;
			matcher->len = 0;
		} else if (data[i] != '\r' && data[i] != '\0') {
			if (matcher->len == LINE_KEPT) {
				memmove(matcher->line, matcher->line + LINE_KEPT / 2,
					LINE_KEPT / 2);
				matcher->len = LINE_KEPT / 2;
			}
			matcher->line[matcher->len++] = data[i];
		}
	}
	return matcher->len > 0 && matches(matcher);
}

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int wait_for(struct matcher *matcher, int fd, double timeout)
{
	double deadline = now_s() + timeout;

	for (;;) {
		struct pollfd ready = { .fd = fd, .events = POLLIN };
		double left = timeout < 0 ? -1 : (deadline - now_s()) * 1000;
		char data[4096];
		ssize_t len;

		if (timeout >= 0 && left <= 0)
			return MUXCTL_TIMEOUT;
		if (poll(&ready, 1, left < 0 ? -1 : left > 1e6 ? 1000000 : (int)left + 1) <= 0)
			continue;
		len = read(fd, data, sizeof(data));
		if (len < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (len <= 0) {
			say_error("the server closed the connection");
			return MUXCTL_FAILED;
		}
		if (feed(matcher, data, (size_t)len))
			return MUXCTL_OK;
	}
}

int muxctl_wait(struct muxctl_arguments *arguments)
{
	static struct matcher matcher;
	struct muxctl_console console;
	char why[256];
	int error, fd, status;

	error = regcomp(&matcher.regex, arguments->regex, REG_EXTENDED | REG_NOSUB);
	if (error) {
		regerror(error, &matcher.regex, why, sizeof(why));
		say_error("--for %s: %s", arguments->regex, why);
		return MUXCTL_USAGE;
	}
	if (muxctl_find(&arguments->servers, arguments->name, &console) < 0)
		return MUXCTL_FAILED;
	fd = muxctl_open_stream(&console, "follow", arguments->all ? arguments->bytes : 0);
	if (fd < 0)
		return MUXCTL_FAILED;
	status = MUXCTL_FAILED;
	if (!arguments->send || muxctl_type(&console, arguments->send) == 0)
		status = wait_for(&matcher, fd, arguments->timeout);
	if (status == MUXCTL_TIMEOUT)
		say_error("%s: nothing matched %s within %g s; the last line is: %.*s",
			  console.name, arguments->regex, arguments->timeout, (int)matcher.len,
			  matcher.line);
	close(fd);
	regfree(&matcher.regex);
	return status;
}

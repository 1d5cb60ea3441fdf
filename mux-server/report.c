/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/report.h"

#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LINE_MAX_LEN = 1024, DUMP_PER_LINE = 16 };

struct output {
	int fd;
	unsigned long lost; /* lines since the last one that was written */
};

static const char *program = "mux_server";
static struct output standard_output = { .fd = STDOUT_FILENO };
static struct output standard_error = { .fd = STDERR_FILENO };
static struct output *info_output = &standard_output;
static char last_error[LINE_MAX_LEN];

void report_init(const char *name)
{
	program = name;
}

void report_leave_stdout(void)
{
	info_output = &standard_error;
}

/* poll() says that a pipe or terminal takes a short line without blocking. */
static int put_line(int fd, const char *line, size_t len)
{
	struct pollfd ready = { .fd = fd, .events = POLLOUT };

	if (poll(&ready, 1, 0) != 1 || !(ready.revents & POLLOUT))
		return -1;
	return write(fd, line, len) < 0 ? -1 : 0;
}

static void put(struct output *output, const char *line, size_t len)
{
	if (output->lost) {
		char note[128];
		int note_len =
			snprintf(note, sizeof(note), "%s: %lu lines lost, nobody read them.\n",
				 program, output->lost);

		if (put_line(output->fd, note, (size_t)note_len) < 0) {
			output->lost++;
			return;
		}
		output->lost = 0;
	}
	if (put_line(output->fd, line, len) < 0)
		output->lost++;
}

/* Append to @line at @at, keeping one byte for the end of the line; text that does not fit is cut.
 */
static size_t append(char *line, size_t at, const char *format, va_list args)
{
	int len = vsnprintf(line + at, LINE_MAX_LEN - 1 - at, format, args);

	if (len < 0)
		return at;
	return at + (size_t)len < LINE_MAX_LEN - 2 ? at + (size_t)len : LINE_MAX_LEN - 2;
}

static void report(struct output *output, const char *format, va_list args)
{
	char line[LINE_MAX_LEN];
	int start = snprintf(line, sizeof(line) / 2, "%s: ", program);
	size_t len = (size_t)start < sizeof(line) / 2 ? (size_t)start : sizeof(line) / 2 - 1;

	len = append(line, len, format, args);
	line[len++] = '.';
	line[len++] = '\n';
	put(output, line, len);
}

void report_info(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	report(info_output, format, args);
	va_end(args);
}

void report_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(last_error, sizeof(last_error), format, args);
	va_end(args);
	va_start(args, format);
	report(&standard_error, format, args);
	va_end(args);
}

const char *report_last_error(void)
{
	return last_error;
}

void report_dump(const uint8_t *data, size_t len, const char *format, ...)
{
	char line[LINE_MAX_LEN];
	va_list args;
	size_t label;

	va_start(args, format);
	label = append(line, 0, format, args);
	va_end(args);
	if (label > LINE_MAX_LEN - 8 * DUMP_PER_LINE)
		label = LINE_MAX_LEN - 8 * DUMP_PER_LINE;

	for (size_t at = 0; at < len; at += DUMP_PER_LINE) {
		size_t count = len - at < DUMP_PER_LINE ? len - at : DUMP_PER_LINE;
		char *p = line + label;

		for (size_t i = 0; i < DUMP_PER_LINE; i++)
			p += i < count ? sprintf(p, " %02x", data[at + i]) : sprintf(p, "   ");
		p = stpcpy(p, " | ");
		for (size_t i = 0; i < count; i++)
			*p++ = data[at + i] >= ' ' && data[at + i] < 0x7f ? (char)data[at + i]
									  : '.';
		*p++ = '\n';
		put(&standard_error, line, (size_t)(p - line));
	}
}

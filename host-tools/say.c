// SPDX-License-Identifier: BSD-2-Clause
#include "host-tools/say.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

static const char *program = "beryl";

void say_set_program(const char *name)
{
	program = name;
}

void say_progress(const char *topic, const char *format, ...)
{
	va_list args;

	printf("%-12s ", topic);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
}

void say_error(const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fprintf(stderr, "%s: ", program);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}

char *say_format(const char *format, ...)
{
	char *text;
	va_list args;
	int n;

	va_start(args, format);
	n = vasprintf(&text, format, args);
	va_end(args);
	if (n < 0) {
		say_error("out of memory");
		exit(1);
	}
	return text;
}

void say_tail(const char *path, unsigned int lines)
{
	enum { MOST = 8192 };
	char text[MOST];
	size_t n, from;
	FILE *file = fopen(path, "r");

	if (!file)
		return;
	if (fseek(file, -MOST, SEEK_END) != 0)
		rewind(file);
	n = fread(text, 1, sizeof(text), file);
	fclose(file);
	while (n > 0 && isspace((unsigned char)text[n - 1]))
		n--;
	for (from = n; from > 0; from--)
		if (text[from - 1] == '\n' && lines-- == 1)
			break;
	if (from == n)
		return;
	fputs("    | ", stderr);
	for (; from < n; from++) {
		if (text[from] == '\n')
			fputs("\n    | ", stderr);
		else if (isprint((unsigned char)text[from]) || text[from] == '\t')
			fputc(text[from], stderr);
	}
	fputc('\n', stderr);
}

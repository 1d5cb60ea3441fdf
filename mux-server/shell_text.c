/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/shell_text.h"

#include <stdio.h>
#include <string.h>

void shell_put_choices(const char *choices)
{
	for (; *choices; choices++)
		putchar(*choices == '|' ? ' ' : *choices);
}

void shell_put_quoted(const char *text, const char *also)
{
	for (; *text; text++) {
		if (*text == '\'') {
			fputs("'\\''", stdout);
			continue;
		}
		if (strchr(also, *text))
			putchar('\\');
		putchar(*text);
	}
}

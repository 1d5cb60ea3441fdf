/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/guests/demo/demo.h"

#include "tests/guests/lib/console.h"
#include "tests/guests/lib/print.h"

#define CTRL(letter) ((letter)&0x1f)

enum { DELETE = 0x7f };

static void rub_out(size_t count)
{
	while (count--)
		print("\b \b");
}

bool line_read(char *line, size_t size)
{
	static bool after_return;
	size_t len = 0;

	while (true) {
		char c = console_read();
		bool skip = c == '\n' && after_return;

		after_return = c == '\r';
		if (skip)
			continue;
		switch (c) {
		case '\r':
		case '\n':
			print("\n");
			line[len] = '\0';
			return true;
		case CTRL('C'):
			print("^C\n");
			return false;
		case CTRL('U'):
			rub_out(len);
			len = 0;
			break;
		case '\b':
		case DELETE:
			if (len) {
				rub_out(1);
				len--;
			}
			break;
		default:
			if (c >= ' ' && c < DELETE && len + 1 < size) {
				line[len++] = c;
				print("%c", c);
			}
			break;
		}
	}
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands that exercise the console. */
#include "tests/guests/demo/demo.h"

#include "tests/guests/lib/console.h"
#include "tests/guests/lib/print.h"

void command_echo(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		print("%s%s", i > 1 ? " " : "", argv[i]);
	print("\n");
}

/*
 * A line is 64 bytes: the label in 8, a blank, the line's number from 1 in 8 decimal digits, a
 * blank, 44 letters, CR, LF.  Letter j of line n is 'a' + (n + j) mod 26.
 */
enum { FLOOD_LABEL = 8, FLOOD_DIGITS = 8, FLOOD_LETTERS = 44, FLOOD_LINE = 64 };

static void put_flood_line(char line[FLOOD_LINE], uint32_t number)
{
	uint32_t digits = number, i;
	char *at = line;

	for (i = 0; i < FLOOD_LABEL; i++)
		*at++ = i < strlen(facts.label) ? facts.label[i] : ' ';
	*at++ = ' ';
	for (i = FLOOD_DIGITS; i-- > 0; digits /= 10)
		at[i] = (char)('0' + digits % 10);
	at += FLOOD_DIGITS;
	*at++ = ' ';
	for (i = 0; i < FLOOD_LETTERS; i++)
		*at++ = (char)('a' + (number + i) % 26);
	*at++ = '\r';
	*at = '\n';
}

void command_flood(int argc, char **argv)
{
	char line[FLOOD_LINE];
	uint64_t count;
	uint32_t number;

	(void)argc;
	if (!parse_number(argv[1], &count) || count > 99999999) {
		print("%s: a number of lines is at most 99999999\n", argv[1]);
		return;
	}
	for (number = 1; number <= count; number++) {
		put_flood_line(line, number);
		console_write_raw(line, sizeof(line));
	}
	print("flood: %u lines\n", (uint32_t)count);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands that exercise the console. */
#include "tests/guests/demo/demo.h"

#include "tests/guests/lib/print.h"

void command_echo(int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		print("%s%s", i > 1 ? " " : "", argv[i]);
	print("\n");
}

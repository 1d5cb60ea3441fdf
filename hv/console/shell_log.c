/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands: the log, and what goes into it. */
#include <string.h>

#include "hv/console/console.h"
#include "hv/console/log.h"
#include "hv/console/shell_commands.h"

void shell_log(char **args)
{
	enum log_run run = args[0] && !strcmp(args[0], "last") ? LOG_LAST_RUN : LOG_THIS_RUN;
	uint32_t position = 0;
	char text[128];
	size_t n;

	while ((n = log_read(run, &position, text, sizeof(text)))) {
		/* Of the last run: memory that anything may have happened to. */
		for (size_t i = 0; i < n; i++)
			if (text[i] != '\n' && (text[i] < 0x20 || text[i] >= 0x7f))
				text[i] = '?';
		console_printf("%.*s", (int)n, text);
	}
	if (!position)
		console_printf("There is none: the machine was switched on, or its memory lost.\n");
}

void shell_loglevel(char **args)
{
	uint64_t level;
	bool found = false;

	if (args[0] && args[1]) {
		if (!shell_parse_number(args[1], &level))
			return;
		if (level > LOG_LEVEL_MAX) {
			console_printf("Levels go from 0, nothing, to %u.\n", LOG_LEVEL_MAX);
			return;
		}
	}
	for (unsigned int i = 0; i < LOG_GROUPS; i++) {
		if (args[0] && strcmp(args[0], log_group_names[i]))
			continue;
		found = true;
		if (args[0] && args[1])
			log_levels[i] = (uint8_t)level;
		else
			console_printf("%-10s %u\n", log_group_names[i], log_levels[i]);
	}
	if (!found)
		console_printf("There is no group '%.64s'.\n", args[0]);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/settings.h"

#include <stdlib.h>

static void free_board(struct board_settings *board)
{
	for (unsigned i = 0; i < board->console_count; i++) {
		free(board->consoles[i].name);
		free(board->consoles[i].port);
	}
	free(board->consoles);
	free(board->name);
	free(board->target);
	free(board->exec);
	free(board->baud);
	free(board->log_dir);
}

void settings_free(struct settings *settings)
{
	for (unsigned i = 0; i < settings->board_count; i++)
		free_board(&settings->boards[i]);
	free(settings->boards);
	free(settings->listen);
	*settings = (struct settings){ 0 };
}

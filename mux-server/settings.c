/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/settings.h"

#include <cyaml/cyaml.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mux-server/control_path.h"

struct settings *settings_new(void)
{
	return calloc(1, sizeof(struct settings));
}

void settings_free(struct settings *settings)
{
	static const cyaml_config_t config = { .mem_fn = cyaml_mem };

	if (settings)
		cyaml_free(&config, settings_schema(), settings, 0);
}

struct console_settings *settings_add_console(struct board_settings *board, uint8_t channel,
					      const char *name)
{
	size_t size = (board->console_count + 1) * sizeof(*board->consoles);
	struct console_settings *consoles = realloc(board->consoles, size);
	struct console_settings *console;

	if (!consoles)
		return NULL;
	board->consoles = consoles;
	console = &consoles[board->console_count];
	*console = (struct console_settings){ 0 };
	console->channel = channel;
	if (name && !(console->name = strdup(name)))
		return NULL;
	board->console_count++;
	return console;
}

static bool is_word(const char *text, const char *const words[3])
{
	for (int i = 0; i < 3; i++)
		if (strcmp(text, words[i]) == 0)
			return true;
	return false;
}

/*
 * What *@member says about a socket or link becomes a path: of a name, or true (the console's
 * name), in the run directory; false becomes NULL.  Without a run directory the name stays.
 */
static int complete_path(char **member, bool wanted, const char *suffix, const char *board,
			 const char *console)
{
	static const char *const yes[] = { "true", "yes", "on" }, *const no[] = { "false", "no",
										  "off" };
	char path[PATH_MAX];
	const char *name = *member ? *member : wanted ? yes[0] : no[0];

	if (is_word(name, no)) {
		free(*member);
		*member = NULL;
		return 0;
	}
	if (is_word(name, yes))
		name = console;
	if (strchr(name, '/') ||
	    control_path_of_console(board, name, suffix, path, sizeof(path)) < 0)
		snprintf(path, sizeof(path), "%s", name);
	free(*member);
	*member = strdup(path);
	return *member ? 0 : -ENOMEM;
}

/* Each step fills in one member, if it is not given. */
static int complete_console(const struct settings *settings, const struct board_settings *board,
			    struct console_settings *console)
{
	if (!console->listen && settings->listen && !(console->listen = strdup(settings->listen)))
		return -ENOMEM;
	if (!console->name && asprintf(&console->name, "channel-%02u", console->channel) < 0) {
		console->name = NULL;
		return -ENOMEM;
	}
	if (!console->port && console->stdio == CONSOLE_STDIO_NONE && board->first_port) {
		uint16_t first = *board->first_port;

		console->port = settings_port((uint16_t)(first ? first + console->channel : 0));
		if (!console->port)
			return -ENOMEM;
	}
	if (!console->pace_char && board->pace_char &&
	    !(console->pace_char = settings_number(*board->pace_char)))
		return -ENOMEM;
	if (!console->pace_line && board->pace_line &&
	    !(console->pace_line = settings_number(*board->pace_line)))
		return -ENOMEM;
	if (!console->socket_group && board->socket_group &&
	    !(console->socket_group = strdup(board->socket_group)))
		return -ENOMEM;
	if (complete_path(&console->socket, board->sockets, ".sock", board->name, console->name) <
	    0)
		return -ENOMEM;
	if (complete_path(&console->pty, board->ptys, ".tty", board->name, console->name) < 0)
		return -ENOMEM;
	if (client_settings_inherit(&console->clients, &board->clients) < 0 ||
	    client_settings_inherit(&console->clients, &settings->clients) < 0)
		return -ENOMEM;
	return client_settings_complete(&console->clients);
}

int settings_complete_board(const struct settings *settings, struct board_settings *board)
{
	if (!board->log_dir && settings->log_dir &&
	    asprintf(&board->log_dir, "%s/%s", settings->log_dir, board->name) < 0) {
		board->log_dir = NULL;
		return -ENOMEM;
	}
	for (unsigned i = 0; i < board->console_count; i++)
		if (complete_console(settings, board, &board->consoles[i]) < 0)
			return -ENOMEM;
	return 0;
}

uint16_t *settings_port(uint16_t number)
{
	uint16_t *port = malloc(sizeof(*port));

	if (port)
		*port = number;
	return port;
}

unsigned *settings_number(unsigned number)
{
	unsigned *copy = malloc(sizeof(*copy));

	if (copy)
		*copy = number;
	return copy;
}

bool settings_same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

bool settings_same_port(const uint16_t *a, const uint16_t *b)
{
	return a == b || (a && b && *a == *b);
}

unsigned settings_stop_bits(const struct board_settings *board)
{
	return board->stop_bits ? *board->stop_bits : 1;
}

bool settings_same_target(const struct board_settings *a, const struct board_settings *b)
{
	unsigned a_baud = a->baud ? *a->baud : SETTINGS_BAUD;
	unsigned b_baud = b->baud ? *b->baud : SETTINGS_BAUD;

	return settings_same_text(a->target, b->target) && settings_same_text(a->exec, b->exec) &&
	       a_baud == b_baud && a->parity == b->parity &&
	       settings_stop_bits(a) == settings_stop_bits(b) && a->flow == b->flow &&
	       a->boot_loader == b->boot_loader;
}

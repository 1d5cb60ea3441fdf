/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A changed configuration file, applied while serving.
 *
 * Boards are the same if their names are, consoles if their channels are.  Whatever can fail is
 * opened first, beside what is open; only then is anything closed.  So the change is made whole or
 * not at all.
 */
#include <string.h>
#include <sys/stat.h>

#include "mux-server/notify.h"
#include "mux-server/options.h"
#include "mux-server/report.h"
#include "mux-server/server.h"

static const struct board_settings *find_board(const struct settings *settings, const char *name)
{
	for (unsigned i = 0; i < settings->board_count; i++)
		if (strcmp(settings->boards[i].name, name) == 0)
			return &settings->boards[i];
	return NULL;
}

static const struct console_settings *find_console(const struct board_settings *board, int channel)
{
	for (unsigned i = 0; i < board->console_count; i++)
		if (board->consoles[i].channel == channel)
			return &board->consoles[i];
	return NULL;
}

/* Note in every board and console what it is to become. */
static void compare(struct server *server, const struct settings *settings)
{
	struct server_board *board;
	struct console *console;

	TAILQ_FOREACH (board, &server->boards, link) {
		board->next = find_board(settings, board->settings->name);
		TAILQ_FOREACH (console, &board->consoles, link) {
			console_compare(console, board->next
							 ? find_console(board->next,
									console->settings->channel)
							 : NULL);
		}
	}
}

/* Does @console keep @place, or what collides with it, as it is? */
static bool keeps(const struct console *console, const struct place *place)
{
	for (enum place_kind kind = 0; kind < PLACE_KINDS; kind++) {
		const struct console_door *door = &console->doors[kind];

		if (console->next && door->open && !door->changes &&
		    place_collides(entrance_place(door->open), place))
			return true;
	}
	return false;
}

static unsigned count_wishes(const struct console_settings *console, const struct place *place)
{
	struct place wish;
	unsigned count = 0;

	for (enum place_kind kind = 0; kind < PLACE_KINDS; kind++)
		count += place_of(console, kind, &wish) && place_collides(&wish, place);
	return count;
}

/* Will @place be opened, by a console that does not have it? */
static bool is_wanted(const struct server *server, const struct settings *settings,
		      const struct place *place)
{
	const struct server_board *board;
	const struct console *console;
	unsigned wanted = 0, kept = 0;

	for (unsigned b = 0; b < settings->board_count; b++)
		for (unsigned c = 0; c < settings->boards[b].console_count; c++)
			wanted += count_wishes(&settings->boards[b].consoles[c], place);
	TAILQ_FOREACH (board, &server->boards, link)
		TAILQ_FOREACH (console, &board->consoles, link)
			kept += keeps(console, place);
	return wanted > kept;
}

/* Ports and paths that change hands, or their address, cannot be opened while they are open. */
static void release(struct server *server, const struct settings *settings, struct console *console)
{
	for (enum place_kind kind = 0; kind < PLACE_KINDS; kind++) {
		const struct console_door *door = &console->doors[kind];

		if (door->open && (!console->next || door->changes) &&
		    is_wanted(server, settings, entrance_place(door->open)))
			console_release(console, kind);
	}
}

static void release_places(struct server *server, const struct settings *settings)
{
	struct server_board *board;
	struct console *console;

	TAILQ_FOREACH (board, &server->boards, link)
		TAILQ_FOREACH (console, &board->consoles, link)
			release(server, settings, console);
}

static int prepare_consoles(struct server *server, struct server_board *board)
{
	struct console *console;
	int code = EXIT_OK;

	TAILQ_FOREACH (console, &board->consoles, link)
		if (console->next && code == EXIT_OK)
			code = console_prepare(console, &server->operations, board->next);
	for (unsigned i = 0; i < board->next->console_count && code == EXIT_OK; i++) {
		const struct console_settings *settings = &board->next->consoles[i];

		if (board->board.channels[settings->channel])
			continue;
		code = server_add_console(server, board, board->next, settings, &console);
		if (code == EXIT_OK) {
			console->is_new = true;
			console->next = settings;
		}
	}
	return code;
}

static bool is_running(const struct server *server, const char *name)
{
	const struct server_board *board;

	TAILQ_FOREACH (board, &server->boards, link)
		if (strcmp(board->settings->name, name) == 0)
			return true;
	return false;
}

static int prepare_new_board(struct server *server, const struct board_settings *settings)
{
	struct server_board *board = NULL;
	int code = server_add_board(server, settings, &board);
	struct console *console;

	if (board) {
		board->is_new = true;
		board->next = settings;
		TAILQ_FOREACH (console, &board->consoles, link)
			console->next = console->settings;
	}
	return code == EXIT_OK ? server_start_target(server, board) : code;
}

static int prepare(struct server *server, const struct settings *settings)
{
	struct server_board *board;
	int code = EXIT_OK;

	if (settings->log_dir)
		mkdir(settings->log_dir, 0777); /* if it cannot be made, opening a log says why */
	TAILQ_FOREACH (board, &server->boards, link)
		if (board->next && code == EXIT_OK)
			code = prepare_consoles(server, board);
	for (unsigned i = 0; i < settings->board_count && code == EXIT_OK; i++)
		if (!is_running(server, settings->boards[i].name))
			code = prepare_new_board(server, &settings->boards[i]);
	return code;
}

static void abandon(struct server *server)
{
	struct server_board *board = TAILQ_FIRST(&server->boards);
	struct console *console;

	while (board) {
		struct server_board *next_board = TAILQ_NEXT(board, link);

		if (board->is_new) {
			server_remove_board(server, board);
			board = next_board;
			continue;
		}
		console = TAILQ_FIRST(&board->consoles);
		while (console) {
			struct console *next = TAILQ_NEXT(console, link);

			if (console->is_new)
				server_remove_console(board, console);
			else
				console_abort(console);
			console = next;
		}
		board->next = NULL;
		board = next_board;
	}
	TAILQ_FOREACH (board, &server->boards, link)
		TAILQ_FOREACH (console, &board->consoles, link)
			console_restore(console);
}

static void commit_board(struct server *server, struct server_board *board)
{
	bool same_target = settings_same_target(board->settings, board->next);
	struct console *console = TAILQ_FIRST(&board->consoles);

	while (console) {
		struct console *next = TAILQ_NEXT(console, link);

		if (console->next)
			console_commit(console, board->next);
		else
			server_remove_console(board, console);
		console = next;
	}
	board->settings = board->next;
	board->next = NULL;
	board->is_new = false;
	board->board.verbose = server->settings->verbose;
	board->board.target.settings.debug = server->settings->debug;
	if (same_target)
		return;
	server_stop_target(board);
	server_start_target(server, board);
}

static void commit(struct server *server, struct settings *settings)
{
	struct server_board *board = TAILQ_FIRST(&server->boards);
	struct settings *old = server->settings;

	settings->verbose |= old->verbose; /* from the command line, maybe */
	settings->debug |= old->debug;
	server->settings = settings;
	while (board) {
		struct server_board *next = TAILQ_NEXT(board, link);

		if (board->next)
			commit_board(server, board);
		else
			server_remove_board(server, board);
		board = next;
	}
	settings_free(old);
}

int server_reload(struct server *server, struct config_errors *errors)
{
	struct settings *settings;
	int code;

	*errors = (struct config_errors){ .count = 0 };
	if (!server->config) {
		config_error(errors, "the command line", 0, 0,
			     "says it all; only a server started with --config can reload");
		return -1;
	}
	settings = config_load(server->config, errors);
	if (!settings)
		return -1;
	notify_reloading();
	compare(server, settings);
	release_places(server, settings);
	code = prepare(server, settings);
	if (code == EXIT_OK) {
		commit(server, settings);
		report_info("%s applied", server->config);
	} else {
		config_error(errors, server->config, 0, 0, "%s", report_last_error());
		abandon(server);
		settings_free(settings);
	}
	notify_ready();
	return code == EXIT_OK ? 0 : -1;
}

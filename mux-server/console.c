/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/console.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mux-server/options.h"
#include "mux-server/report.h"

enum { WHY_SIZE = 512 };

static void name_partition(struct console *console)
{
	snprintf(console->channel->partition, CHANNEL_NAME_SIZE, "%s",
		 console->settings->partition ? console->settings->partition : "");
}

/* Where the logs are; NULL: nowhere. */
static const char *log_directory(const struct board_settings *board,
				 const struct console_settings *console)
{
	return console->log && !*console->log ? NULL : board->log_dir;
}

/* Open the logs in @directory (NULL: none) as @log; the console may have others open. */
static int open_log(struct console *console, const struct operations *operations,
		    const char *directory, struct log_set **log)
{
	struct log_set_settings settings = {
		.files = { .directory = directory,
			   .rotation = operations->rotation,
			   .writer = operations->log_writer,
			   .worker = operations->log_worker },
		.events = operations->event_lines ? operations->events : NULL,
		.messages = operations->messages,
	};
	char why[WHY_SIZE];

	if ((!directory && !settings.events && !settings.messages) ||
	    log_set_open(log, console->listeners->base, console->channel, &settings, why,
			 sizeof(why)) == 0)
		return EXIT_OK;
	report_error("%s", why);
	return EXIT_LOG;
}

/* Open the way in that @settings ask for, or that was passed for it, if any. */
static int open_door(struct console *console, const struct console_settings *settings,
		     enum place_kind kind, struct entrance **entrance)
{
	struct place place;
	bool wanted = place_of(settings, kind, &place);
	char why[WHY_SIZE];
	int status = entrance_open(entrance, console->listeners, console->board, console->channel,
				   kind, wanted ? &place : NULL, why, sizeof(why));

	if (status == 0)
		return EXIT_OK;
	report_error("%s", why);
	return status == -EACCES ? EXIT_PERMISSION : EXIT_RUNTIME;
}

static int open_stdio(struct console *console, struct event_base *base, struct board *board)
{
	int status;

	if (console->settings->stdio == CONSOLE_STDIO_NONE)
		return EXIT_OK;
	status = stdio_stream_open(&console->stdio, base, board, console->channel,
				   console->settings->stdio);
	if (status == 0)
		return EXIT_OK;
	report_error("cannot use standard input or output for stream %d: %s",
		     console->settings->channel, strerror(-status));
	return EXIT_RUNTIME;
}

/* Clients are served as the settings say, those that are there at once. */
static void serve_clients(struct console *console)
{
	const struct client_settings *clients = &console->settings->clients;
	struct client_terms terms = { .replay = *clients->replay,
				      .telnet = (enum telnet_mode)(*clients->telnet) };

	console->channel->slow_reader = (enum slow_reader)(*clients->slow_reader);
	console->channel->slow_reader_age = *clients->slow_reader_age;
	channel_flush(console->channel);
	for (enum place_kind kind = 0; kind < PLACE_KINDS; kind++)
		if (console->doors[kind].open)
			entrance_set_terms(console->doors[kind].open, &terms);
}

static void set_pace(const struct console *console)
{
	const struct console_settings *settings = console->settings;

	uplink_set_pace(&console->board->uplink, settings->channel,
			settings->pace_char ? *settings->pace_char : 0,
			settings->pace_line ? *settings->pace_line : 0);
}

int console_open(struct console **result, struct listener_set *listeners,
		 const struct operations *operations, struct board *board,
		 const struct board_settings *board_settings,
		 const struct console_settings *settings)
{
	const char *directory = log_directory(board_settings, settings);
	struct console *console = calloc(1, sizeof(*console));
	int code;

	if (console)
		console->channel = board_open_channel(
			board, settings->channel, client_settings_ring_size(&settings->clients));
	if (!console || !console->channel) {
		report_error("no memory for stream %d", settings->channel);
		free(console);
		return EXIT_RUNTIME;
	}
	console->board = board;
	console->listeners = listeners;
	console->board_settings = board_settings;
	console->settings = settings;
	set_pace(console);
	if (directory)
		console->log_dir = strdup(directory);
	snprintf(console->channel->name, CHANNEL_NAME_SIZE, "%s", settings->name);
	snprintf(console->channel->board, CHANNEL_NAME_SIZE, "%s", board_settings->name);
	name_partition(console);
	if (directory && !console->log_dir) {
		report_error("no memory for stream %d", settings->channel);
		code = EXIT_RUNTIME;
	} else {
		code = open_log(console, operations, console->log_dir, &console->log);
	}
	for (enum place_kind kind = 0; kind < PLACE_KINDS && code == EXIT_OK; kind++)
		code = open_door(console, settings, kind, &console->doors[kind].open);
	if (code == EXIT_OK)
		code = open_stdio(console, listeners->base, board);
	if (code != EXIT_OK) {
		console_close(console);
		board_close_channel(board, settings->channel);
		return code;
	}
	serve_clients(console);
	*result = console;
	return EXIT_OK;
}

static void on_room(void *arg)
{
	(void)arg;
}

static void on_unsent(void *arg, size_t len)
{
	(void)arg;
	(void)len;
}

int console_send(struct console *console, const void *data, size_t len)
{
	struct uplink *uplink = &console->board->uplink;
	struct uplink_source *source;
	size_t room;
	uint8_t *to;

	if (len > UPLINK_SOURCE_SIZE || !uplink_keeps(uplink, len))
		return -ENOBUFS;
	source = uplink_source_open(uplink, console->settings->channel, on_room, on_unsent, NULL);
	if (!source)
		return -ENOBUFS;
	to = uplink_source_space(source, &room);
	if (room >= len) {
		memcpy(to, data, len);
		uplink_source_commit(source, len);
	}
	uplink_source_close(source);
	target_kick(&console->board->target);
	return room >= len ? 0 : -ENOBUFS;
}

static int prepare_log(struct console *console, const struct operations *operations,
		       const char *directory)
{
	char *name = console->channel->name;
	int code;

	if (directory && !(console->next_log_dir = strdup(directory))) {
		report_error("no memory for a log");
		return EXIT_RUNTIME;
	}
	/* A log is called as its channel is. */
	snprintf(name, CHANNEL_NAME_SIZE, "%s", console->next->name);
	code = open_log(console, operations, console->next_log_dir, &console->next_log);
	snprintf(name, CHANNEL_NAME_SIZE, "%s", console->settings->name);
	return code;
}

static int prepare_ring(struct console *console)
{
	size_t size = client_settings_ring_size(&console->next->clients);

	if (size == console->channel->ring.size || ring_init(&console->next_ring, size) == 0)
		return EXIT_OK;
	report_error("no memory for the scrollback of stream %d", console->channel->number);
	return EXIT_RUNTIME;
}

int console_prepare(struct console *console, const struct operations *operations,
		    const struct board_settings *next_board)
{
	const char *directory = log_directory(next_board, console->next);
	int code = EXIT_OK;

	console->log_changes = !settings_same_text(console->log_dir, directory) ||
			       !settings_same_text(console->settings->name, console->next->name);
	if (console->log_changes)
		code = prepare_log(console, operations, directory);
	for (enum place_kind kind = 0; kind < PLACE_KINDS && code == EXIT_OK; kind++)
		if (console->doors[kind].changes)
			code = open_door(console, console->next, kind, &console->doors[kind].next);
	if (code == EXIT_OK)
		code = prepare_ring(console);
	return code;
}

void console_compare(struct console *console, const struct console_settings *next)
{
	console->next = next;
	for (enum place_kind kind = 0; kind < PLACE_KINDS; kind++) {
		struct console_door *door = &console->doors[kind];

		door->changes = next && !place_same(console->settings, next, kind) &&
				!(door->open && entrance_is_passed(door->open));
	}
}

void console_release(struct console *console, enum place_kind kind)
{
	struct console_door *door = &console->doors[kind];

	entrance_close(door->open);
	door->open = NULL;
	door->was_closed = true;
}

static void forget_next(struct console *console)
{
	console->next = NULL;
	console->next_log = NULL;
	console->next_log_dir = NULL;
	console->next_ring.memory = NULL;
	console->log_changes = console->is_new = false;
	for (enum place_kind kind = 0; kind < PLACE_KINDS; kind++)
		console->doors[kind] = (struct console_door){ .open = console->doors[kind].open };
}

void console_commit(struct console *console, const struct board_settings *next_board)
{
	for (enum place_kind kind = 0; kind < PLACE_KINDS; kind++) {
		struct console_door *door = &console->doors[kind];

		if (!door->changes)
			continue;
		if (door->open)
			entrance_close(door->open);
		door->open = door->next;
	}
	if (console->log_changes) {
		if (console->log)
			log_set_close(console->log);
		free(console->log_dir);
		console->log = console->next_log;
		console->log_dir = console->next_log_dir;
		snprintf(console->channel->name, CHANNEL_NAME_SIZE, "%s", console->next->name);
	}
	if (console->next_ring.memory)
		ring_replace(&console->channel->ring, &console->next_ring);
	console->settings = console->next;
	set_pace(console);
	name_partition(console);
	serve_clients(console);
	console->board_settings = next_board;
	forget_next(console);
}

void console_abort(struct console *console)
{
	ring_fini(&console->next_ring);
	if (console->next_log)
		log_set_close(console->next_log);
	free(console->next_log_dir);
	for (enum place_kind kind = 0; kind < PLACE_KINDS; kind++) {
		struct console_door *door = &console->doors[kind];

		if (door->next)
			entrance_close(door->next);
		door->next = NULL;
	}
	console->next_log = NULL;
	console->next_log_dir = NULL;
}

void console_restore(struct console *console)
{
	for (enum place_kind kind = 0; kind < PLACE_KINDS; kind++)
		if (console->doors[kind].was_closed)
			open_door(console, console->settings, kind, &console->doors[kind].open);
	forget_next(console);
}

void console_close(struct console *console)
{
	for (enum place_kind kind = 0; kind < PLACE_KINDS; kind++)
		if (console->doors[kind].open)
			entrance_close(console->doors[kind].open);
	client_close_channel(&console->listeners->clients, console->channel);
	if (console->stdio)
		stdio_stream_close(console->stdio);
	if (console->log)
		log_set_close(console->log);
	free(console->log_dir);
	free(console);
}

void console_reopen_logs(struct console *console)
{
	if (console->log)
		log_set_reopen(console->log);
}

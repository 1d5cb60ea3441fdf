/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/console.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mux-server/options.h"
#include "mux-server/report.h"

enum { WHY_SIZE = 512 };

static int open_log(struct console *console, struct event_base *base,
		    const struct operations *operations)
{
	struct log_settings settings = { .directory = console->log_dir,
					 .rotation = operations->rotation,
					 .worker = operations->log_worker };
	struct events *events = operations->event_lines ? operations->events : NULL;
	char why[WHY_SIZE];

	if ((!settings.directory && !events) ||
	    log_set_open(&console->log, base, console->channel, &settings, events, why,
			 sizeof(why)) == 0)
		return EXIT_OK;
	report_error("%s", why);
	return EXIT_LOG;
}

static int open_port(struct console *console, struct listener_set *set, struct board *board)
{
	char why[WHY_SIZE];
	int status;

	if (!console->settings->port)
		return EXIT_OK;
	status = listener_open(&console->port, set, board, console->channel,
			       console->settings->listen, *console->settings->port, why,
			       sizeof(why));
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

int console_open(struct console **result, struct listener_set *listeners,
		 const struct operations *operations, struct board *board,
		 const struct board_settings *board_settings,
		 const struct console_settings *settings)
{
	struct console *console = calloc(1, sizeof(*console));
	int code;

	if (console)
		console->channel = board_open_channel(board, settings->channel);
	if (!console || !console->channel) {
		report_error("no memory for stream %d", settings->channel);
		free(console);
		return EXIT_RUNTIME;
	}
	console->board = board;
	console->listeners = listeners;
	console->board_settings = board_settings;
	console->settings = settings;
	if (board_settings->log_dir)
		console->log_dir = strdup(board_settings->log_dir);
	snprintf(console->channel->name, CHANNEL_NAME_SIZE, "%s", settings->name);
	snprintf(console->channel->board, CHANNEL_NAME_SIZE, "%s", board_settings->name);
	if (board_settings->log_dir && !console->log_dir) {
		report_error("no memory for stream %d", settings->channel);
		code = EXIT_RUNTIME;
	} else {
		code = open_log(console, listeners->base, operations);
	}
	if (code == EXIT_OK)
		code = open_port(console, listeners, board);
	if (code == EXIT_OK)
		code = open_stdio(console, listeners->base, board);
	if (code != EXIT_OK) {
		console_close(console);
		return code;
	}
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

	if (len > UPLINK_SOURCE_SIZE || uplink->orphans + len > UPLINK_ORPHANS_MAX)
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

void console_close(struct console *console)
{
	if (console->port)
		listener_close(console->port);
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

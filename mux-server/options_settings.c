/* SPDX-License-Identifier: BSD-2-Clause */
/* From the command line to settings. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mux-server/names.h"
#include "mux-server/options.h"

static int add_console(struct board_settings *board, const struct stream_spec *spec, int channel)
{
	static const enum console_stdio stdio[] = {
		[STREAM_STDIN] = CONSOLE_STDIN,
		[STREAM_STDOUT] = CONSOLE_STDOUT,
		[STREAM_STDERR] = CONSOLE_STDERR,
	};
	struct console_settings *console;

	if (spec->kind == STREAM_NONE)
		return 0;
	console = settings_add_console(board, (uint8_t)channel, NULL);
	if (!console)
		return -1;
	switch (spec->kind) {
	case STREAM_PORT:
		console->port = settings_port(spec->port);
		return console->port ? 0 : -1;
	case STREAM_SOCKET:
		console->socket = strdup(spec->path);
		return console->socket ? 0 : -1;
	case STREAM_PTY:
		console->pty = strdup(spec->path);
		return console->pty ? 0 : -1;
	default:
		console->stdio = stdio[spec->kind];
		return 0;
	}
}

/* "ttyS0" for "/dev/ttyS0", "lab_7001" for "lab:7001". */
static char *name_of_target(const struct options *options)
{
	const char *slash = strrchr(options->target, '/');
	char name[SETTINGS_NAME_MAX + 1];

	snprintf(name, sizeof(name), "%s",
		 options->exec ? "exec"
		 : slash       ? slash + 1
			       : options->target);
	names_make_valid(name);
	return strdup(name[0] ? name : "board");
}

/* Returns 0, or -1: out of memory. */
static int fill_board(struct board_settings *board, const struct options *options)
{
	board->name = name_of_target(options);
	*(options->exec ? &board->exec : &board->target) = strdup(options->target);
	board->baud = malloc(sizeof(*board->baud));
	board->flow = options->hw ? SERIAL_FLOW_RTS_CTS : SERIAL_FLOW_NONE;
	board->boot_loader = (enum target_boot_loader)options->boot_loader;
	if (options->log_dir)
		board->log_dir = strdup(options->log_dir);
	if (!board->name || !(board->exec || board->target) || !board->baud ||
	    (options->log_dir && !board->log_dir))
		return -1;
	*board->baud = (unsigned)options->baud;
	if (options->pace_char && !(board->pace_char = settings_number(options->pace_char)))
		return -1;
	if (options->pace_line && !(board->pace_line = settings_number(options->pace_line)))
		return -1;
	for (int i = 0; i < options->stream_count; i++)
		if (add_console(board, &options->streams[i], i) < 0)
			return -1;
	return 0;
}

/* Returns 0 or -ENOMEM. */
static int fill_clients(struct client_settings *clients, const struct options *options)
{
	unsigned slow_reader = (unsigned)options->slow_reader, telnet = (unsigned)options->telnet;
	unsigned replay = options->replay;
	const struct client_settings given = {
		.slow_reader = &slow_reader,
		.replay = &replay,
		.telnet = &telnet,
	};

	return client_settings_inherit(clients, &given);
}

static int fill(struct settings *settings, const struct options *options)
{
	settings->verbose = options->verbose;
	settings->debug = options->debug;
	settings->listen = options->listen ? strdup(options->listen) : NULL;
	settings->control = options->control ? strdup(options->control) : NULL;
	settings->boards = calloc(1, sizeof(*settings->boards));
	if (!settings->boards || (options->listen && !settings->listen) ||
	    (options->control && !settings->control) ||
	    fill_clients(&settings->clients, options) < 0)
		return -1;
	settings->board_count = 1;
	return fill_board(&settings->boards[0], options);
}

/* Put a copy of @text in place of *@member, if it is given. */
static int override(char **member, const char *text)
{
	if (!text)
		return 0;
	free(*member);
	*member = strdup(text);
	return *member ? 0 : -1;
}

int options_override(const struct options *options, struct settings *settings)
{
	if (options->log_size)
		settings->log_size = options->log_size;
	if (options->log_age)
		settings->log_age = options->log_age;
	if (options->log_keep)
		settings->log_keep = options->log_keep;
	settings->event_lines |= options->event_lines;
	settings->journald |= options->journald;
	settings->once |= options->once;
	settings->no_sandbox |= options->no_sandbox;
	return override(&settings->control, options->control) < 0 ||
			       override(&settings->events, options->events) < 0 ||
			       override(&settings->syslog, options->syslog) < 0 ||
			       override(&settings->metrics, options->metrics) < 0
		       ? -ENOMEM
		       : 0;
}

struct settings *options_settings(const struct options *options, char *error, size_t error_size)
{
	struct settings *settings = settings_new();
	struct names names = { .count = 0 };
	char why[256];

	if (options->names_from && names_read(&names, options->names_from, why, sizeof(why)) < 0) {
		snprintf(error, error_size, "--names-from: %s: %s", options->names_from, why);
	} else if (settings && fill(settings, options) == 0 &&
		   names_apply(&names, &settings->boards[0]) == 0 &&
		   settings_complete_board(settings, &settings->boards[0]) == 0) {
		return settings;
	} else {
		snprintf(error, error_size, "no memory");
	}
	settings_free(settings);
	return NULL;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/server.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "mux-server/activation.h"
#include "mux-server/options.h"
#include "mux-server/notify.h"
#include "mux-server/report.h"
#include "mux-server/reserve.h"
#include "mux-server/server_metrics.h"

static void on_stop(evutil_socket_t signal_number, short what, void *arg)
{
	struct server *server = arg;

	(void)signal_number;
	(void)what;
	event_base_loopbreak(server->base);
}

static void on_hangup(evutil_socket_t signal_number, short what, void *arg)
{
	static struct config_errors errors;
	struct server *server = arg;
	struct server_board *board;
	struct console *console;

	(void)signal_number;
	(void)what;
	notify_reloading();
	TAILQ_FOREACH (board, &server->boards, link)
		TAILQ_FOREACH (console, &board->consoles, link)
			console_reopen_logs(console);
	operations_reopen(&server->operations);
	if (server->config && server_reload(server, &errors) < 0)
		report_error("nothing was changed:\n%s", errors.text);
	notify_ready();
}

static int start_base(struct server *server)
{
	if (reserve_init() < 0)
		return -1;
	server->base = event_base_new();
	if (!server->base)
		return -1;
	server->stop[0] = evsignal_new(server->base, SIGINT, on_stop, server);
	server->stop[1] = evsignal_new(server->base, SIGTERM, on_stop, server);
	server->hangup = evsignal_new(server->base, SIGHUP, on_hangup, server);
	if (!server->stop[0] || !server->stop[1] || !server->hangup ||
	    listener_set_init(&server->listeners, server->base) < 0)
		return -1;
	event_add(server->stop[0], NULL);
	event_add(server->stop[1], NULL);
	event_add(server->hangup, NULL);
	return 0;
}

int server_start_target(struct server *server, struct server_board *board)
{
	const struct board_settings *settings = board->settings;
	struct target_settings target = {
		.exec = settings->exec != NULL,
		.baud = settings->baud ? (int)*settings->baud : SETTINGS_BAUD,
		.line = { .parity = settings->parity,
			  .stop_bits = settings_stop_bits(settings),
			  .flow = settings->flow },
		.debug = server->settings->debug,
		.once = server->settings->once,
		.boot_loader = settings->boot_loader,
	};
	int status;

	free(board->target_name);
	board->target_name = strdup(settings->exec ? settings->exec : settings->target);
	if (!board->target_name) {
		report_error("no memory for board %s", settings->name);
		return EXIT_RUNTIME;
	}
	target.name = board->target_name;
	report_info("using speed: %d", target.baud);
	status = board_start(&board->board, server->base, &target);
	if (status == -EINVAL)
		report_error("%s is not HOST:PORT; write an IPv6 address as [::1]:9124",
			     target.name);
	else if (status < 0)
		report_error("cannot start on target %s: %s", target.name, strerror(-status));
	board->started = status == 0;
	return status == 0 ? EXIT_OK : status == -EINVAL ? EXIT_USAGE : EXIT_RUNTIME;
}

int server_add_console(struct server *server, struct server_board *board,
		       const struct board_settings *board_settings,
		       const struct console_settings *settings, struct console **console)
{
	int code = console_open(console, &server->listeners, &server->operations, &board->board,
				board_settings, settings);

	if (code == EXIT_OK)
		TAILQ_INSERT_TAIL(&board->consoles, *console, link);
	return code;
}

int server_add_board(struct server *server, const struct board_settings *settings,
		     struct server_board **result)
{
	struct server_board *board = calloc(1, sizeof(*board));
	struct console *console;
	int code = EXIT_OK;

	if (!board) {
		report_error("no memory for board %s", settings->name);
		return EXIT_RUNTIME;
	}
	board->settings = settings;
	board_init(&board->board, settings->name, server->config != NULL,
		   server->settings->verbose);
	TAILQ_INIT(&board->consoles);
	TAILQ_INSERT_TAIL(&server->boards, board, link);
	*result = board;
	for (unsigned i = 0; i < settings->console_count && code == EXIT_OK; i++)
		code = server_add_console(server, board, settings, &settings->consoles[i],
					  &console);
	return code;
}

void server_stop_target(struct server_board *board)
{
	if (board->started)
		board_stop(&board->board);
	board->started = false;
}

void server_remove_console(struct server_board *board, struct console *console)
{
	int number = console->channel->number;

	TAILQ_REMOVE(&board->consoles, console, link);
	console_close(console);
	board_close_channel(&board->board, number);
}

void server_remove_board(struct server *server, struct server_board *board)
{
	struct console *console;

	server_stop_target(board);
	while ((console = TAILQ_FIRST(&board->consoles)) != NULL)
		server_remove_console(board, console);
	board_fini(&board->board);
	TAILQ_REMOVE(&server->boards, board, link);
	free(board->target_name);
	free(board);
}

/* With a file there is a socket in the run directory, named as the file, if nothing else is said;
 * that one may fail. */
static int open_control(struct server *server)
{
	const char *path = server->settings->control;
	char name[SETTINGS_NAME_MAX + 1], why[512];
	int status;

	if (!path && !server->config)
		return EXIT_OK;
	if (!path) {
		const char *slash = strrchr(server->config, '/');

		snprintf(name, sizeof(name), "%s", slash ? slash + 1 : server->config);
		name[strcspn(name, ".")] = '\0';
	}
	status = control_open(&server->control, server->base, server, path ? path : name, why,
			      sizeof(why));
	if (status == 0)
		return EXIT_OK;
	report_error("%s", why);
	if (!path)
		return EXIT_OK;
	return status == -EACCES ? EXIT_PERMISSION : EXIT_RUNTIME;
}

int server_init(struct server *server, struct settings *settings, const char *config)
{
	struct metrics_source metrics = server_metrics_source(server);
	struct server_board *board;
	char why[512];
	int code;

	*server = (struct server){ .settings = settings, .config = config };
	TAILQ_INIT(&server->boards);
	if (start_base(server) < 0) {
		report_error("cannot start the event loop: %s", strerror(errno));
		return EXIT_RUNTIME;
	}
	code = activation_check(settings, why, sizeof(why)) < 0 ? EXIT_CONFIG : EXIT_OK;
	if (code != EXIT_OK)
		report_error("%s", why);
	else
		code = operations_start(&server->operations, server->base, settings, &metrics);
	if (settings->log_dir)
		mkdir(settings->log_dir, 0777); /* if it cannot be made, opening a log says why */
	for (unsigned i = 0; i < settings->board_count && code == EXIT_OK; i++)
		code = server_add_board(server, &settings->boards[i], &board);
	if (code == EXIT_OK)
		code = open_control(server);
	TAILQ_FOREACH (board, &server->boards, link)
		if (code == EXIT_OK)
			code = server_start_target(server, board);
	if (code == EXIT_OK)
		code = operations_ready(settings);
	return code;
}

int server_run(struct server *server)
{
	struct server_board *board;
	int code = EXIT_OK;

	event_base_dispatch(server->base);
	report_info("Cleaning up");
	operations_ending();
	TAILQ_FOREACH (board, &server->boards, link) {
		if (board->started && board->board.target.state == TARGET_ENDED)
			code = EXIT_UNAVAILABLE;
		server_stop_target(board);
	}
	return code;
}

void server_fini(struct server *server)
{
	struct server_board *board;

	if (server->control)
		control_close(server->control);
	while ((board = TAILQ_FIRST(&server->boards)) != NULL)
		server_remove_board(server, board);
	if (server->listeners.resume)
		listener_set_fini(&server->listeners);
	operations_stop(&server->operations);
	for (int i = 0; i < 2; i++)
		if (server->stop[i])
			event_free(server->stop[i]);
	if (server->hangup)
		event_free(server->hangup);
	if (server->base)
		event_base_free(server->base);
	reserve_fini();
	settings_free(server->settings);
}

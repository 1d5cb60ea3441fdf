/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mux_server: one multiplexed serial line in, one console per channel out.
 *
 * Command line and messages are those of Topaz's mux_server; options.h lists the exit codes.
 */
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mux-server/board.h"
#include "mux-server/listener.h"
#include "mux-server/log.h"
#include "mux-server/options.h"
#include "mux-server/report.h"
#include "mux-server/stdio_stream.h"

#define VERSION "2.0"

struct server {
	struct event_base *base;
	struct board board;
	struct listener_set listeners;
	struct log *logs[MUX_HOST_CHANNELS];
	struct stdio_stream *stdio[MUX_HOST_CHANNELS];
	struct event *stop[2]; /* SIGINT, SIGTERM */
	struct event *reopen;  /* SIGHUP */
};

static void on_stop(evutil_socket_t signal_number, short what, void *arg)
{
	struct server *server = arg;

	(void)signal_number;
	(void)what;
	event_base_loopbreak(server->base);
}

static void on_reopen(evutil_socket_t signal_number, short what, void *arg)
{
	struct server *server = arg;

	(void)signal_number;
	(void)what;
	for (int i = 0; i < MUX_HOST_CHANNELS; i++)
		if (server->logs[i])
			log_reopen(server->logs[i]);
}

static int open_stream(struct server *server, const struct options *options, int number)
{
	const struct stream_spec *spec = &options->streams[number];
	struct channel *channel = board_open_channel(&server->board, number);
	char why[512];
	int status;

	if (!channel) {
		report_error("no memory for stream %d", number);
		return EXIT_RUNTIME;
	}
	if (options->log_dir && log_open(&server->logs[number], server->base, channel,
					 options->log_dir, why, sizeof(why)) < 0) {
		report_error("%s", why);
		return EXIT_LOG;
	}
	if (spec->kind == STREAM_PORT) {
		status = listener_open(&server->listeners, &server->board, channel, spec->port, why,
				       sizeof(why));
		if (status < 0)
			report_error("%s", why);
	} else {
		status = stdio_stream_open(&server->stdio[number], server->base, &server->board,
					   channel, spec->kind);
		if (status < 0)
			report_error("cannot use standard input or output for stream %d: %s",
				     number, strerror(-status));
	}
	if (status == -EACCES)
		return EXIT_PERMISSION;
	return status < 0 ? EXIT_RUNTIME : EXIT_OK;
}

static int open_streams(struct server *server, const struct options *options)
{
	for (int i = 0; i < options->stream_count; i++) {
		if (options->streams[i].kind == STREAM_NONE)
			continue;

		int code = open_stream(server, options, i);

		if (code != EXIT_OK)
			return code;
	}
	return EXIT_OK;
}

static int start_target(struct server *server, const struct options *options)
{
	struct target_settings settings = {
		.name = options->target,
		.exec = options->exec,
		.baud = options->baud,
		.hw = options->hw,
		.debug = options->debug,
	};
	int status;

	report_info("using speed: %d", options->baud);
	status = board_start(&server->board, server->base, &settings);
	if (status == -EINVAL)
		report_error("%s is not HOST:PORT; write an IPv6 address as [::1]:9124",
			     options->target);
	else if (status < 0)
		report_error("cannot start on target %s: %s", options->target, strerror(-status));
	return status == 0 ? EXIT_OK : status == -EINVAL ? EXIT_USAGE : EXIT_RUNTIME;
}

static int start_base(struct server *server, const struct options *options)
{
	server->base = event_base_new();
	if (!server->base)
		return -1;
	board_init(&server->board, options->verbose);
	server->stop[0] = evsignal_new(server->base, SIGINT, on_stop, server);
	server->stop[1] = evsignal_new(server->base, SIGTERM, on_stop, server);
	server->reopen = evsignal_new(server->base, SIGHUP, on_reopen, server);
	if (!server->stop[0] || !server->stop[1] || !server->reopen ||
	    listener_set_init(&server->listeners, server->base, options->listen) < 0)
		return -1;
	event_add(server->stop[0], NULL);
	event_add(server->stop[1], NULL);
	event_add(server->reopen, NULL);
	return 0;
}

static void close_streams(struct server *server)
{
	listener_set_fini(&server->listeners);
	for (int i = 0; i < MUX_HOST_CHANNELS; i++) {
		if (server->stdio[i])
			stdio_stream_close(server->stdio[i]);
		if (server->logs[i])
			log_close(server->logs[i]);
	}
	board_fini(&server->board);
	event_free(server->stop[0]);
	event_free(server->stop[1]);
	event_free(server->reopen);
	event_base_free(server->base);
}

static int serve(const struct options *options)
{
	static struct server server;
	int code;

	if (start_base(&server, options) < 0) {
		report_error("cannot start the event loop: %s", strerror(errno));
		return EXIT_RUNTIME;
	}
	code = open_streams(&server, options);
	if (code == EXIT_OK)
		code = start_target(&server, options);
	if (code == EXIT_OK) {
		if (options->listen && strcmp(options->listen, "localhost") != 0)
			report_error(
				"listening on %s: whoever reaches it has the consoles, there is no password",
				options->listen);
		event_base_dispatch(server.base);
		report_info("Cleaning up");
		board_stop(&server.board);
	}
	close_streams(&server);
	return code;
}

/* With a standard descriptor closed, the next socket would take its number, and messages would go
 * there. */
static void fill_standard_descriptors(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		close(fd);
}

int main(int argc, char **argv)
{
	struct options options;
	char error[512];

	fill_standard_descriptors();
	signal(SIGPIPE, SIG_IGN);
	if (argc < 1)
		return EXIT_USAGE;
	report_init(argv[0]);
	if (options_parse(&options, argc, argv, error, sizeof(error)) < 0) {
		report_error("%s", error);
		fprintf(stderr,
			"usage: %s [-s baud] [-exec] [-verbose] [-debug] [-hw] target stream...\n"
			"       %s --help\n",
			argv[0], argv[0]);
		return EXIT_USAGE;
	}
	if (options.help || options.version) {
		if (options.help)
			options_print_help(argv[0]);
		else
			printf("mux_server (Beryl) " VERSION "\n");
		return fflush(stdout) == 0 ? EXIT_OK : EXIT_RUNTIME;
	}
	for (int i = 0; i < options.stream_count; i++)
		if (options.streams[i].kind == STREAM_STDOUT ||
		    options.streams[i].kind == STREAM_STDIN)
			report_leave_stdout();
	return serve(&options);
}

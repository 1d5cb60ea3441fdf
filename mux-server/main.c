/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * mux_server: one multiplexed serial line in, one console per channel out.
 *
 * Command line and messages are those of Topaz's mux_server; options.h lists the exit codes.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "mux-server/activation.h"
#include "mux-server/config.h"
#include "mux-server/options.h"
#include "mux-server/report.h"
#include "mux-server/server.h"

static int serve(struct settings *settings, const char *config)
{
	static struct server server;
	int code = server_init(&server, settings, config);

	if (code == EXIT_OK)
		code = server_run(&server);
	server_fini(&server);
	return code;
}

/* Settings from the file or the command line, or NULL after saying what is wrong. */
static struct settings *read_settings(const struct options *options)
{
	static struct config_errors errors;
	struct settings *settings;
	char error[512];

	if (!options->config) {
		settings = options_settings(options, error, sizeof(error));
		if (!settings)
			report_error("%s", error);
		return settings;
	}
	settings = config_load(options->config, &errors);
	if (!settings) {
		fputs(errors.text, stderr);
		return NULL;
	}
	settings->verbose |= options->verbose;
	settings->debug |= options->debug;
	return settings;
}

static int check(const struct settings *settings, const char *path)
{
	unsigned consoles = 0;

	for (unsigned i = 0; i < settings->board_count; i++)
		consoles += settings->boards[i].console_count;
	printf("%s: %u boards, %u consoles\n", path, settings->board_count, consoles);
	return fflush(stdout) == 0 ? EXIT_OK : EXIT_RUNTIME;
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
	struct settings *settings;
	char error[512];
	int code;

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
	if (options.completion) {
		static const struct completion completion = {
			.program = "mux_server",
			.option = options_text,
			.operands = "'1:target:_files' '*:stream:(stdin stdout stderr)'",
		};

		if (completion_print(&completion, options.completion) < 0) {
			report_error("--completion is for bash, zsh or fish, not %s",
				     options.completion);
			return EXIT_USAGE;
		}
		return fflush(stdout) == 0 ? EXIT_OK : EXIT_RUNTIME;
	}
	if (options.help || options.version) {
		if (options.help)
			options_print_help(argv[0]);
		else
			printf("mux_server (Beryl) " BERYL_VERSION "\n");
		return fflush(stdout) == 0 ? EXIT_OK : EXIT_RUNTIME;
	}
	if (!options.check && activation_init(error, sizeof(error)) < 0) {
		report_error("%s", error);
		return EXIT_CONFIG;
	}
	settings = read_settings(&options);
	if (!settings)
		return EXIT_CONFIG;
	if (options_override(&options, settings) < 0) {
		report_error("no memory");
		settings_free(settings);
		return EXIT_RUNTIME;
	}
	if (options.check) {
		code = check(settings, options.config);
		settings_free(settings);
		return code;
	}
	for (int i = 0; i < options.stream_count; i++)
		if (options.streams[i].kind == STREAM_STDOUT ||
		    options.streams[i].kind == STREAM_STDIN)
			report_leave_stdout();
	return serve(settings, options.config);
}

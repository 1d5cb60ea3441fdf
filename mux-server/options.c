/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/options.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum option_type { OPTION_FLAG, OPTION_TEXT, OPTION_BAUD };

struct option_entry {
	const char *name;     /* with its dashes */
	const char *argument; /* NULL: none */
	enum option_type type;
	size_t offset; /* of its member in struct options */
	const char *help;
};

#define MEMBER(name) offsetof(struct options, name)

static const struct option_entry table[] = {
	{ "-s", "BAUD", OPTION_BAUD, MEMBER(baud),
	  "speed of a serial target, default 115200; 0 = as it is" },
	{ "-exec", NULL, OPTION_FLAG, MEMBER(exec),
	  "target is a command for sh; restarted when it ends" },
	{ "-verbose", NULL, OPTION_FLAG, MEMBER(verbose),
	  "show decoded traffic on standard error" },
	{ "-debug", NULL, OPTION_FLAG, MEMBER(debug), "show raw target traffic on standard error" },
	{ "-hw", NULL, OPTION_FLAG, MEMBER(hw), "RTS/CTS flow control" },
	{ "--log-dir", "DIR", OPTION_TEXT, MEMBER(log_dir), "log channel N to DIR/channel-NN.log" },
	{ "--listen", "ADDR", OPTION_TEXT, MEMBER(listen), "listen on ADDR instead of loopback" },
	{ "--help", NULL, OPTION_FLAG, MEMBER(help), "print this and exit" },
	{ "--version", NULL, OPTION_FLAG, MEMBER(version), "print the version and exit" },
};

enum { TABLE_SIZE = sizeof(table) / sizeof(table[0]) };

/* Levenshtein distance, for names of at most 31 bytes. */
static size_t distance(const char *a, const char *b)
{
	size_t row[32];
	size_t columns = strlen(b);

	for (size_t j = 0; j <= columns; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1] != '\0'; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= columns; j++) {
			size_t best = diagonal + (a[i - 1] != b[j - 1]);

			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			diagonal = row[j];
			row[j] = best;
		}
	}
	return row[columns];
}

static const char *nearest_name(const char *text)
{
	const char *nearest = NULL;
	size_t least = 1 + strcspn(text, "=") / 3;

	for (size_t i = 0; i < TABLE_SIZE; i++) {
		size_t far = distance(text, table[i].name);

		if (far <= least) {
			least = far;
			nearest = table[i].name;
		}
	}
	return nearest;
}

/* The entry that @text names; for "--name=value" also the value. */
static const struct option_entry *find_entry(const char *text, const char **value)
{
	*value = NULL;
	for (size_t i = 0; i < TABLE_SIZE; i++) {
		size_t len = strlen(table[i].name);

		if (strncmp(text, table[i].name, len) != 0)
			continue;
		if (text[len] == '\0')
			return &table[i];
		if (text[len] == '=' && table[i].name[1] == '-' && table[i].argument) {
			*value = text + len + 1;
			return &table[i];
		}
	}
	return NULL;
}

/* A whole C number within 0..@max. */
static bool parse_number(const char *text, long max, long *number)
{
	char *end;

	errno = 0;
	*number = strtol(text, &end, 0);
	return end != text && *end == '\0' && errno == 0 && *number >= 0 && *number <= max;
}

static int set_option(struct options *options, const struct option_entry *entry, const char *value,
		      char *error, size_t error_size)
{
	char *member = (char *)options + entry->offset;
	long number;

	switch (entry->type) {
	case OPTION_FLAG:
		*(bool *)member = true;
		break;
	case OPTION_TEXT:
		if (*value == '\0') {
			snprintf(error, error_size, "%s needs %s", entry->name, entry->argument);
			return -EINVAL;
		}
		*(const char **)member = value;
		break;
	case OPTION_BAUD:
		if (!parse_number(value, INT_MAX, &number)) {
			snprintf(error, error_size, "bad speed specification: %s", value);
			return -EINVAL;
		}
		*(int *)member = (int)number;
		break;
	}
	return 0;
}

static int parse_option(struct options *options, char ***next, char *error, size_t error_size)
{
	const char *text = *(*next)++;
	const char *value;
	const struct option_entry *entry = find_entry(text, &value);

	if (!entry) {
		const char *nearest = nearest_name(text);

		snprintf(error, error_size,
			 nearest ? "unknown option %s; the nearest is %s" : "unknown option %s",
			 text, nearest);
		return -EINVAL;
	}
	if (entry->argument && !value) {
		value = **next;
		if (!value) {
			snprintf(error, error_size, "%s needs %s", entry->name, entry->argument);
			return -EINVAL;
		}
		(*next)++;
	}
	return set_option(options, entry, value, error, error_size);
}

static int parse_stream(struct options *options, const char *text, char *error, size_t error_size)
{
	static const char *const names[] = {
		[STREAM_STDIN] = "stdin",
		[STREAM_STDOUT] = "stdout",
		[STREAM_STDERR] = "stderr",
	};
	struct stream_spec spec = { .kind = STREAM_NONE };
	long port;

	if (strcmp(text, ":") == 0) {
		options->stream_count = (options->stream_count / 8 + 1) * 8;
		return 0;
	}
	for (enum stream_kind kind = STREAM_STDIN; kind <= STREAM_STDERR; kind++)
		if (strcmp(text, names[kind]) == 0)
			spec.kind = kind;
	if (spec.kind == STREAM_NONE && parse_number(text, UINT16_MAX, &port)) {
		spec.kind = STREAM_PORT;
		spec.port = (uint16_t)port;
	}
	if (spec.kind == STREAM_NONE) {
		snprintf(
			error, error_size,
			"Unrecognizable stream spec: '%s'. It is a TCP port (0 = any), stdin, stdout, stderr or :",
			text);
		return -EINVAL;
	}
	if (options->stream_count < MUX_HOST_CHANNELS)
		options->streams[options->stream_count] = spec;
	options->stream_count++;
	return 0;
}

static int check(const struct options *options, char *error, size_t error_size)
{
	int inputs = 0;

	if (!options->target) {
		snprintf(error, error_size, "no target given");
		return -EINVAL;
	}
	if (options->stream_count > MUX_HOST_CHANNELS) {
		snprintf(error, error_size, "%d stream maximum, %d specified", MUX_HOST_CHANNELS,
			 options->stream_count);
		return -EINVAL;
	}
	for (int i = 0; i < options->stream_count; i++)
		inputs += options->streams[i].kind == STREAM_STDIN;
	if (inputs > 1) {
		snprintf(error, error_size, "stdin can serve one stream only, %d specified",
			 inputs);
		return -EINVAL;
	}
	for (int i = 0; i < options->stream_count; i++)
		if (options->streams[i].kind != STREAM_NONE)
			return 0;
	snprintf(error, error_size, "no stream given for target %s", options->target);
	return -EINVAL;
}

int options_parse(struct options *options, int argc, char **argv, char *error, size_t error_size)
{
	char **next = argv + 1;
	bool only_operands = false;

	(void)argc;
	*options = (struct options){ .baud = 115200 };
	while (*next) {
		const char *text = *next;
		int status = 0;

		/* Classic options stand before the target only; those with two dashes anywhere. */
		bool may_be_option = text[0] == '-' && (!options->target || text[1] == '-');

		if (!only_operands && strcmp(text, "--") == 0) {
			only_operands = true;
			next++;
		} else if (!only_operands && may_be_option) {
			status = parse_option(options, &next, error, error_size);
		} else if (!options->target) {
			options->target = text;
			next++;
		} else {
			status = parse_stream(options, text, error, error_size);
			next++;
		}
		if (status < 0)
			return status;
	}
	if (options->help || options->version)
		return 0;
	return check(options, error, error_size);
}

static int fill_console(struct console_settings *console, const struct stream_spec *spec,
			int channel)
{
	static const enum console_stdio stdio[] = {
		[STREAM_STDIN] = CONSOLE_STDIN,
		[STREAM_STDOUT] = CONSOLE_STDOUT,
		[STREAM_STDERR] = CONSOLE_STDERR,
	};

	console->channel = (uint8_t)channel;
	if (asprintf(&console->name, "channel-%02d", channel) < 0) {
		console->name = NULL;
		return -ENOMEM;
	}
	if (spec->kind != STREAM_PORT) {
		console->stdio = stdio[spec->kind];
		return 0;
	}
	console->port = malloc(sizeof(*console->port));
	if (!console->port)
		return -ENOMEM;
	*console->port = spec->port;
	return 0;
}

static int fill_board(struct board_settings *board, const struct options *options)
{
	board->name = strdup("board");
	*(options->exec ? &board->exec : &board->target) = strdup(options->target);
	board->baud = malloc(sizeof(*board->baud));
	board->rts_cts = options->hw;
	if (options->log_dir)
		board->log_dir = strdup(options->log_dir);
	board->consoles = calloc((size_t)options->stream_count, sizeof(*board->consoles));
	if (!board->name || !(board->exec || board->target) || !board->baud ||
	    (options->log_dir && !board->log_dir) || !board->consoles)
		return -ENOMEM;
	*board->baud = (unsigned)options->baud;
	for (int i = 0; i < options->stream_count; i++)
		if (options->streams[i].kind != STREAM_NONE &&
		    fill_console(&board->consoles[board->console_count++], &options->streams[i],
				 i) < 0)
			return -ENOMEM;
	return 0;
}

int options_settings(const struct options *options, struct settings *settings)
{
	*settings = (struct settings){
		.verbose = options->verbose,
		.debug = options->debug,
		.boards = calloc(1, sizeof(*settings->boards)),
		.listen = options->listen ? strdup(options->listen) : NULL,
	};
	if (settings->boards) {
		settings->board_count = 1;
		if ((!options->listen || settings->listen) &&
		    fill_board(&settings->boards[0], options) == 0)
			return 0;
	}
	settings_free(settings);
	return -ENOMEM;
}

void options_print_help(const char *program)
{
	printf("usage: %s [OPTION...] TARGET STREAM...\n"
	       "Turn one multiplexed serial line back into one console per channel.\n\n"
	       "TARGET  serial device, unix socket, HOST:PORT, or with -exec a command\n"
	       "STREAM  for channel 0, 1, ...: a TCP port (0 = any), stdin, stdout, stderr;\n"
	       "        : goes on at the next multiple of 8\n\n",
	       program);
	for (size_t i = 0; i < TABLE_SIZE; i++) {
		const struct option_entry *entry = &table[i];
		const char *argument = entry->argument ? entry->argument : "";

		printf("  %s %-*s%s\n", entry->name, (int)(15 - strlen(entry->name)), argument,
		       entry->help);
	}
	printf("\n  %s /dev/ttyS0 18900 18901 18902\n"
	       "  %s --log-dir /var/log/board1 boardserver:7001 18900 18901\n"
	       "  %s -exec 'ssh lab cat /dev/ttyUSB0' stdout 18901\n"
	       "then attach with: socat -,raw,echo=0 tcp:localhost:18900\n",
	       program, program, program);
}

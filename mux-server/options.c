/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/options.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "mux-server/message_address.h"
#include "mux-server/channel.h"
#include "mux-server/nearest.h"
#include "mux-server/telnet.h"

enum option_type { OPTION_FLAG, OPTION_TEXT, OPTION_CHOICE, OPTION_NUMBER, OPTION_BAUD };

struct option_entry {
	const char *name;     /* with its dashes */
	const char *argument; /* NULL: none */
	enum option_type type;
	size_t offset; /* of its member in struct options */
	const char *help;
	bool common; /* explained by --help, which is to fit a screen */
};

#define MEMBER(name) offsetof(struct options, name)

static const struct option_entry table[] = {
	{ "-s", "BAUD", OPTION_BAUD, MEMBER(baud),
	  "speed of a serial target, default 115200; 0 = as it is", true },
	{ "-exec", NULL, OPTION_FLAG, MEMBER(exec),
	  "target is a command for sh; restarted when it ends", true },
	{ "-verbose", NULL, OPTION_FLAG, MEMBER(verbose), "show decoded traffic on standard error",
	  false },
	{ "-debug", NULL, OPTION_FLAG, MEMBER(debug), "show raw target traffic on standard error",
	  false },
	{ "-hw", NULL, OPTION_FLAG, MEMBER(hw), "RTS/CTS flow control", true },
	{ "--boot-loader", "auto|first|never", OPTION_CHOICE, MEMBER(boot_loader),
	  "whether the target begins with one", false },
	{ "--pace-char", "MS", OPTION_NUMBER, MEMBER(pace_char),
	  "wait after each character that is typed to the target", false },
	{ "--pace-line", "MS", OPTION_NUMBER, MEMBER(pace_line), "and after each line", false },
	{ "--once", NULL, OPTION_FLAG, MEMBER(once), "exit when the target is lost", true },
	{ "--log-dir", "DIR", OPTION_TEXT, MEMBER(log_dir), "log channel N to DIR/channel-NN.log",
	  true },
	{ "--listen", "ADDR", OPTION_TEXT, MEMBER(listen), "listen on ADDR instead of loopback",
	  true },
	{ "--config", "FILE", OPTION_TEXT, MEMBER(config),
	  "serve the boards that FILE lists, not TARGET STREAM...", true },
	{ "--check", NULL, OPTION_FLAG, MEMBER(check), "only check that FILE is right", true },
	{ "--replay", "BYTES", OPTION_NUMBER, MEMBER(replay),
	  "new clients begin with so much of what was printed", false },
	{ "--slow-reader", "skip|drop|block", OPTION_CHOICE, MEMBER(slow_reader),
	  "what happens to clients that do not read", false },
	{ "--telnet", "off|auto|on", OPTION_CHOICE, MEMBER(telnet),
	  "do clients speak telnet; auto: who begins with it", false },
	{ "--names-from", "DTB", OPTION_TEXT, MEMBER(names_from),
	  "name channels as the hypervisor's tree does", true },
	{ "--control", "SOCKET", OPTION_TEXT, MEMBER(control), "listen for muxctl there", false },
	{ "--log-size", "MIB", OPTION_NUMBER, MEMBER(log_size), "rotate a log of that size",
	  false },
	{ "--log-age", "HOURS", OPTION_NUMBER, MEMBER(log_age), "rotate a log of that age", false },
	{ "--log-keep", "N", OPTION_NUMBER, MEMBER(log_keep),
	  "rotated logs to keep of each; default all", false },
	{ "--events", "WHERE", OPTION_TEXT, MEMBER(events),
	  "tell events as JSON lines: FILE, - or unix:PATH", false },
	{ "--event-lines", NULL, OPTION_FLAG, MEMBER(event_lines),
	  "what channels print is an event too", false },
	{ "--syslog", "WHERE", OPTION_TEXT, MEMBER(syslog),
	  "send lines to /dev/log, unix:PATH, udp:|tcp:HOST:PORT", false },
	{ "--journald", NULL, OPTION_FLAG, MEMBER(journald), "send lines to the journal", false },
	{ "--metrics", "[HOST:]PORT", OPTION_TEXT, MEMBER(metrics),
	  "serve /metrics and /healthz there", false },
	{ "--no-sandbox", NULL, OPTION_FLAG, MEMBER(no_sandbox),
	  "allow all system calls, to see what fails", false },
	{ "--completion", "bash|zsh|fish", OPTION_TEXT, MEMBER(completion),
	  "print completion for a shell and exit", false },
	{ "--help", NULL, OPTION_FLAG, MEMBER(help), "print this and exit", false },
	{ "--version", NULL, OPTION_FLAG, MEMBER(version), "print the version and exit", false },
};

enum { HELP_COLUMN = 24, HELP_WIDTH = 79 };
enum { TABLE_SIZE = sizeof(table) / sizeof(table[0]) };

bool options_text(size_t index, struct option_text *text)
{
	if (index >= TABLE_SIZE)
		return false;
	*text = (struct option_text){ .name = table[index].name,
				      .argument = table[index].argument,
				      .help = table[index].help };
	return true;
}

static const char *nearest_name(const char *text)
{
	struct nearest nearest;

	nearest_start(&nearest, text);
	for (size_t i = 0; i < TABLE_SIZE; i++)
		nearest_try(&nearest, table[i].name);
	return nearest.name;
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

/* Which of @choices, separated by bars, is @text? */
static bool parse_choice(const char *text, const char *choices, int *choice)
{
	size_t len = strlen(text);

	for (*choice = 0; *choices; ++*choice) {
		size_t choice_len = strcspn(choices, "|");

		if (len == choice_len && strncmp(text, choices, len) == 0)
			return true;
		choices += choice_len + (choices[choice_len] != '\0');
	}
	return false;
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
	case OPTION_NUMBER:
		if (!parse_number(value, INT_MAX, &number) || number == 0) {
			snprintf(error, error_size, "%s needs a number from 1 up, not %s",
				 entry->name, value);
			return -EINVAL;
		}
		*(unsigned *)member = (unsigned)number;
		break;
	case OPTION_CHOICE:
		if (!parse_choice(value, entry->argument, (int *)member)) {
			snprintf(error, error_size, "%s is one of %s, not %s", entry->name,
				 entry->argument, value);
			return -EINVAL;
		}
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
		[STREAM_STDIN] = "stdin",  [STREAM_STDOUT] = "stdout", [STREAM_STDERR] = "stderr",
		[STREAM_SOCKET] = "unix:", [STREAM_PTY] = "pty:",
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
	for (enum stream_kind kind = STREAM_SOCKET; kind <= STREAM_PTY; kind++) {
		size_t len = strlen(names[kind]);

		if (strncmp(text, names[kind], len) == 0 && text[len]) {
			spec.kind = kind;
			spec.path = text + len;
		}
	}
	if (spec.kind == STREAM_NONE && parse_number(text, UINT16_MAX, &port)) {
		spec.kind = STREAM_PORT;
		spec.port = (uint16_t)port;
	}
	if (spec.kind == STREAM_NONE) {
		snprintf(
			error, error_size,
			"Unrecognizable stream spec: '%s'. It is a TCP port (0 = any), unix:PATH, pty:PATH, stdin, stdout, stderr or :",
			text);
		return -EINVAL;
	}
	if (options->stream_count < MUX_HOST_CHANNELS)
		options->streams[options->stream_count] = spec;
	options->stream_count++;
	return 0;
}

/* With a file, the file says what the boards are. */
static int check_config(const struct options *options, char *error, size_t error_size)
{
	const char *surplus = options->target				 ? options->target
			      : options->exec				 ? "-exec"
			      : options->hw				 ? "-hw"
			      : options->baud != SETTINGS_BAUD		 ? "-s"
			      : options->log_dir			 ? "--log-dir"
			      : options->listen				 ? "--listen"
			      : options->names_from			 ? "--names-from"
			      : options->pace_char			 ? "--pace-char"
			      : options->pace_line			 ? "--pace-line"
			      : options->replay				 ? "--replay"
			      : options->slow_reader != SLOW_READER_SKIP ? "--slow-reader"
			      : options->telnet != TELNET_AUTO		 ? "--telnet"
									 : NULL;

	if (!surplus)
		return 0;
	snprintf(error, error_size, "%s cannot be given with --config; %s says it", surplus,
		 options->config);
	return -EINVAL;
}

static int check(const struct options *options, char *error, size_t error_size)
{
	int inputs = 0;

	if (options->syslog && !message_address_valid(options->syslog)) {
		snprintf(error, error_size, "--syslog needs " MESSAGE_ADDRESS_USAGE ", not %s",
			 options->syslog);
		return -EINVAL;
	}
	if (options->config)
		return check_config(options, error, error_size);
	if (options->check) {
		snprintf(error, error_size, "--check needs --config FILE");
		return -EINVAL;
	}
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
	*options = (struct options){ .baud = SETTINGS_BAUD, .telnet = TELNET_AUTO };
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
	if (options->help || options->version || options->completion)
		return 0;
	return check(options, error, error_size);
}

/* An option that most people need, with what it does. */
static void print_explained(const struct option_entry *entry)
{
	int width = printf("  %s %s", entry->name, entry->argument ? entry->argument : "");

	printf("%*s%s\n", HELP_COLUMN - width, "", entry->help);
}

/* The others, as many on a line as fit. */
static void print_others(void)
{
	int column = 0;

	for (size_t i = 0; i < TABLE_SIZE; i++) {
		const struct option_entry *entry = &table[i];
		const char *argument = entry->argument ? entry->argument : "";
		int width = (int)(strlen(entry->name) + strlen(argument)) + 2 + (*argument != '\0');

		if (entry->common)
			continue;
		if (column + width > HELP_WIDTH)
			column = printf("\n") - 1;
		column += printf("  %s%s%s", entry->name, *argument ? " " : "", argument);
	}
	printf("\n");
}

void options_print_help(const char *program)
{
	printf("usage: %s [OPTION...] TARGET STREAM...\n"
	       "       %s [OPTION...] --config FILE\n"
	       "Turn one multiplexed serial line back into one console per channel.\n"
	       "TARGET  serial device, unix socket, HOST:PORT, or with -exec a command\n"
	       "STREAM  for channel 0, 1, ...: a TCP port (0 = any), unix:PATH, pty:PATH,\n"
	       "        stdin, stdout, stderr; : goes on at the next multiple of 8\n",
	       program, program);
	for (size_t i = 0; i < TABLE_SIZE; i++)
		if (table[i].common)
			print_explained(&table[i]);
	printf("More, told by mux_server(1):\n");
	print_others();
	printf("Example: %s --log-dir log /dev/ttyS0 18900 18901\n"
	       "         socat -,raw,echo=0 tcp:localhost:18900\n",
	       program);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command line.  One table says what options there are; parsing, help and "did you mean" follow
 * from it.
 */
#ifndef MUX_SERVER_OPTIONS_H
#define MUX_SERVER_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "mux-server/completion.h"
#include "mux-server/settings.h"
#include "protocol/mux.h"

/* Exit codes; the larger ones are those of sysexits.h. */
enum {
	EXIT_OK = 0,
	EXIT_RUNTIME = 1, /* a port is in use, memory is short */
	EXIT_USAGE = 2,
	EXIT_UNAVAILABLE = 69, /* --once: the target cannot be opened, or is lost */
	EXIT_LOG = 73,	       /* the log directory or a log cannot be made */
	EXIT_PERMISSION = 77,  /* not allowed to listen there */
	EXIT_CONFIG = 78,      /* the configuration file, or the tree of --names-from, is wrong */
};

enum stream_kind {
	STREAM_NONE, /* a channel number that `:` skipped */
	STREAM_PORT,
	STREAM_STDIN,
	STREAM_STDOUT,
	STREAM_STDERR,
	STREAM_SOCKET,
	STREAM_PTY,
};

struct stream_spec {
	enum stream_kind kind;
	uint16_t port;	  /* STREAM_PORT: 0 lets the kernel choose */
	const char *path; /* STREAM_SOCKET, STREAM_PTY */
};

struct options {
	int baud; /* 0: leave the line as it is */
	bool exec;
	bool verbose;
	bool debug;
	bool hw;
	bool check;
	unsigned pace_char; /* milliseconds */
	unsigned pace_line;
	int boot_loader; /* enum target_boot_loader */
	int slow_reader; /* enum slow_reader */
	int telnet;	 /* enum telnet_mode */
	unsigned replay; /* bytes */
	bool help;
	bool version;
	const char *log_dir; /* NULL: no logs */
	const char *listen;  /* NULL: loopback only */
	const char *config;  /* NULL: the command line says it all */
	const char *names_from;
	const char *control;
	unsigned log_size;
	unsigned log_age;
	unsigned log_keep;
	const char *events;
	bool event_lines;
	const char *syslog;
	bool journald;
	const char *metrics;
	bool once;
	bool no_sandbox;
	const char *completion; /* NULL, or for which shell */
	const char *target;
	struct stream_spec streams[MUX_HOST_CHANNELS]; /* by channel number */
	int stream_count;
};

/*
 * Parse a command line; strings are kept by reference.  Returns 0, or -EINVAL with one sentence in
 * @error. With --help or --version, target and streams may be missing.
 */
int options_parse(struct options *options, int argc, char **argv, char *error, size_t error_size);

/*
 * The settings that the command line asks for, without --config: one board, which is called as the
 * last part of its target.  The caller frees them.  NULL, with one sentence in @error: no memory,
 * or the tree of --names-from is no good.
 */
struct settings *options_settings(const struct options *options, char *error, size_t error_size);

/*
 * Let options about logs, events, metrics and the sandbox override @settings from a file.  Returns
 * 0 or -ENOMEM.
 */
int options_override(const struct options *options, struct settings *settings);

/* Row @index of the table, for those who describe it.  false: there are fewer. */
bool options_text(size_t index, struct option_text *text);

/* Print the help, at most one screen, on standard output. */
void options_print_help(const char *program);

#endif

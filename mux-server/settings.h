/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a server is to be: boards, their targets and their consoles.  The command line and the
 * configuration file both end up here, and everything is built from here.
 *
 * A new setting is a member here and a row in settings_schema.c; reading it from the file, its
 * error messages, freeing it and noticing that it changed follow from the row.
 */
#ifndef MUX_SERVER_SETTINGS_H
#define MUX_SERVER_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "mux-server/client_settings.h"
#include "mux-server/serial.h"
#include "mux-server/target.h"

struct cyaml_schema_value;

/* A channel that the server's own standard descriptors serve; from the command line only. */
enum console_stdio { CONSOLE_STDIO_NONE, CONSOLE_STDIN, CONSOLE_STDOUT, CONSOLE_STDERR };

/* One console of a board.  What is behind pointers is owned; NULL: not given. */
struct console_settings {
	uint8_t channel; /* 0..94 */
	char *name;	 /* never NULL in settings that are complete */
	char *partition; /* whose console it is, if that is known */
	char *listen;	 /* where its ports are; NULL: as all */
	uint16_t *port;	 /* TCP; 0: any that is free */
	uint16_t *read_only_port;
	char *socket;	     /* unix socket: a path; until completed a name, or true or false */
	char *pty;	     /* link to a pseudo terminal; likewise */
	char *socket_group;  /* of socket and pty; NULL: the server's */
	unsigned *pace_char; /* milliseconds after each character that is sent; NULL: 0 */
	unsigned *pace_line; /* after each line */
	bool *log;	     /* in the board's log directory; NULL: true */
	enum console_stdio stdio;
	struct client_settings clients;
};

struct board_settings {
	char *name;
	char *target; /* serial device, unix socket or host:port; or */
	char *exec;   /* a command for sh */
	unsigned *baud;
	enum serial_parity parity;
	unsigned *stop_bits;
	enum serial_flow flow;
	unsigned *pace_char; /* of consoles that do not say it themselves */
	unsigned *pace_line;
	enum target_boot_loader boot_loader;
	char *log_dir;
	char *names_from;     /* a configuration tree of the hypervisor */
	uint16_t *first_port; /* the port of channel 0, where a console has none of its own */
	bool sockets;	      /* each console has one, unless it says false */
	bool ptys;
	char *socket_group;
	struct client_settings clients;
	struct console_settings *consoles;
	unsigned console_count;
};

struct settings {
	bool verbose;
	bool debug;
	char *listen;	       /* where TCP ports are; NULL: loopback */
	char *log_dir;	       /* of boards that have none: a directory for each in it */
	char *control;	       /* path of the control socket */
	unsigned log_size;     /* MiB at which a log is rotated; 0: any */
	unsigned log_age;      /* hours; 0: any */
	unsigned log_keep;     /* generations; 0: all */
	char *events;	       /* where the event stream goes: FILE, - or unix:PATH */
	bool event_lines;      /* with what channels print */
	char *syslog;	       /* where lines go as RFC 5424 syslog, see message_address.h */
	bool journald;	       /* lines go to the journal too */
	char *journald_socket; /* its socket; NULL: the usual one */
	char *metrics;	       /* address that serves them */
	bool once;	       /* end with the first target that is lost or cannot be opened */
	bool no_sandbox;
	struct client_settings clients;
	struct board_settings *boards;
	unsigned board_count;
};

enum {
	SETTINGS_BAUD = 115200,
	SETTINGS_PACE_MAX = 60000,
	SETTINGS_BOARDS_MAX = 256,
	SETTINGS_NAME_MAX = 63,
};

/* The root of the table of all settings that a file can have. */
const struct cyaml_schema_value *settings_schema(void);

/* Make empty settings.  NULL: out of memory. */
struct settings *settings_new(void);

/* Free settings with all that they own; NULL is fine. */
void settings_free(struct settings *settings);

/*
 * Append a console for @channel, without a name if @name is NULL; it stays valid until the next one
 * is appended.  NULL: out of memory.
 */
struct console_settings *settings_add_console(struct board_settings *board, uint8_t channel,
					      const char *name);

/*
 * Give @board what it leaves to defaults: names, addresses and ports of its consoles, and a log
 * directory in that of all @settings.  Returns 0 or -ENOMEM.
 */
int settings_complete_board(const struct settings *settings, struct board_settings *board);

/* A copy of @number in memory of its own, for the members that are pointers.  NULL: no memory. */
uint16_t *settings_port(uint16_t number);

/* 1 or 2. */
unsigned settings_stop_bits(const struct board_settings *board);

/* What the board's consoles and logs do not depend on: is its target described the same way? */
bool settings_same_target(const struct board_settings *a, const struct board_settings *b);

/* A copy of @number in memory of its own.  NULL: no memory. */
unsigned *settings_number(unsigned number);

/* Are strings or numbers that may be NULL the same? */
bool settings_same_text(const char *a, const char *b);
bool settings_same_port(const uint16_t *a, const uint16_t *b);

#endif

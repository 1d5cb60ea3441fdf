/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a server is to be: boards, their targets and their consoles.  The command line and the
 * configuration file both end up here, and everything is built from here.
 */
#ifndef MUX_SERVER_SETTINGS_H
#define MUX_SERVER_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

/* A channel that the server's own standard descriptors serve; from the command line only. */
enum console_stdio { CONSOLE_STDIO_NONE, CONSOLE_STDIN, CONSOLE_STDOUT, CONSOLE_STDERR };

/* One console of a board.  Strings and numbers behind pointers are owned; NULL: not given. */
struct console_settings {
	uint8_t channel; /* 0..94 */
	char *name;
	uint16_t *port; /* TCP; 0: any that is free */
	enum console_stdio stdio;
};

struct board_settings {
	char *name;
	char *target; /* serial device, unix socket or host:port; or */
	char *exec;   /* a command for sh */
	unsigned *baud;
	bool rts_cts;
	char *log_dir;
	struct console_settings *consoles;
	unsigned console_count;
};

struct settings {
	bool verbose;
	bool debug;
	char *listen; /* where TCP ports are; NULL: loopback */
	struct board_settings *boards;
	unsigned board_count;
};

enum { SETTINGS_BAUD = 115200 };

/* Free what the settings own, and make them empty. */
void settings_free(struct settings *settings);

#endif

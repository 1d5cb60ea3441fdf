/* SPDX-License-Identifier: BSD-2-Clause */
/* The commands of muxctl.  Each returns an exit status. */
#ifndef HOST_TOOLS_MUXCTL_H
#define HOST_TOOLS_MUXCTL_H

#include <stdbool.h>
#include <stddef.h>

#include "host-tools/muxctl_server.h"

enum {
	MUXCTL_OK = 0,
	MUXCTL_FAILED = 1,
	MUXCTL_USAGE = 2,
	MUXCTL_TIMEOUT = 124,	/* as timeout(1) */
	MUXCTL_TEXT_MAX = 4096, /* bytes that can be sent at once */
};

/* How an answer is printed. */
enum muxctl_format {
	MUXCTL_TEXT,
	MUXCTL_JSON,
	MUXCTL_NAMES,	  /* list: nothing but names */
	MUXCTL_LABGRID,	  /* list: an exporter's file */
	MUXCTL_CONSERVER, /* list: a part of conserver.cf */
};

/* What a command line says, as far as the command may have it. */
struct muxctl_arguments {
	struct muxctl_servers servers;
	enum muxctl_format format;
	bool follow;
	bool all;	     /* wait: what was printed before counts too */
	const char *regex;   /* wait */
	const char *send;    /* wait: type this first */
	double timeout;	     /* wait, seconds; negative: none */
	unsigned long bytes; /* tail, attach: how many of the last */
	const char *name;    /* of the console, or of the board */
	const char *text;    /* to send */
};

int muxctl_list(struct muxctl_arguments *arguments);
int muxctl_stats(struct muxctl_arguments *arguments);
int muxctl_log(struct muxctl_arguments *arguments);

int muxctl_attach(struct muxctl_arguments *arguments);
int muxctl_tail(struct muxctl_arguments *arguments);
int muxctl_wait(struct muxctl_arguments *arguments);
int muxctl_send(struct muxctl_arguments *arguments);

int muxctl_kick(struct muxctl_arguments *arguments);
int muxctl_reload(struct muxctl_arguments *arguments);

int muxctl_suspend(struct muxctl_arguments *arguments);
int muxctl_resume(struct muxctl_arguments *arguments);
int muxctl_break(struct muxctl_arguments *arguments);

/*
 * Open a stream of a console by the request @command ("attach", "follow") with the last @bytes
 * bytes. Returns a descriptor or -1 after saying what is wrong.
 */
int muxctl_open_stream(const struct muxctl_console *console, const char *command,
		       unsigned long bytes);

/* Type @text, in which \n, \r, \t, \e, \xHH and \\ are as in C, at a console.  Returns 0 or -1. */
int muxctl_type(const struct muxctl_console *console, const char *text);

#endif

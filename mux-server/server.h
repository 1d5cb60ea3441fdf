/* SPDX-License-Identifier: BSD-2-Clause */
/* A running server: boards and their consoles, built from settings, in one event loop. */
#ifndef MUX_SERVER_SERVER_H
#define MUX_SERVER_SERVER_H

#include <event2/event.h>
#include <sys/queue.h>

#include "mux-server/board.h"
#include "mux-server/console.h"
#include "mux-server/control.h"
#include "mux-server/listener.h"
#include "mux-server/operations.h"
#include "mux-server/settings.h"

struct server_board {
	TAILQ_ENTRY(server_board) link;
	const struct board_settings *settings;
	struct board board;
	char *target_name; /* while started */
	bool started;	   /* its target */
	TAILQ_HEAD(, console) consoles;
};

struct server {
	struct event_base *base;
	struct event *stop[2]; /* SIGINT, SIGTERM */
	struct event *hangup;  /* SIGHUP */
	struct listener_set listeners;
	struct operations operations;
	struct settings *settings;
	struct control *control; /* NULL: there is none */
	const char *config;	 /* the file they come from, or NULL */
	TAILQ_HEAD(, server_board) boards;
};

/*
 * Build what @settings describe, which are the server's from now on.  @config: the file that they
 * were read from, kept by reference, or NULL.  Returns an exit code, and reports what is wrong.  In
 * any case server_fini() has to follow.
 */
int server_init(struct server *server, struct settings *settings, const char *config);

/* Serve until a signal says to stop; then stop the targets. */
void server_run(struct server *server);

/* Write out what is left and free everything. */
void server_fini(struct server *server);

#endif

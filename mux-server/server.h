/* SPDX-License-Identifier: BSD-2-Clause */
/* A running server: boards and their consoles, built from settings, in one event loop. */
#ifndef MUX_SERVER_SERVER_H
#define MUX_SERVER_SERVER_H

#include <event2/event.h>
#include <sys/queue.h>

#include "mux-server/board.h"
#include "mux-server/config.h"
#include "mux-server/console.h"
#include "mux-server/control.h"
#include "mux-server/listener.h"
#include "mux-server/operations.h"
#include "mux-server/settings.h"

struct server_board {
	TAILQ_ENTRY(server_board) link;
	const struct board_settings *settings;
	const struct board_settings *next; /* while a changed configuration is prepared, or NULL */
	bool is_new;			   /* then: it was not there before */
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

/*
 * Read the configuration file again and apply what changed: all of it, or nothing.  What did not
 * change does not notice.  Without a file there is nothing to read.  Returns 0, or -1 with what is
 * wrong in @errors.
 */
int server_reload(struct server *server, struct config_errors *errors);

/* For building and rebuilding: each returns an exit code, and reports what is wrong. */
int server_add_board(struct server *server, const struct board_settings *settings,
		     struct server_board **board);
int server_start_target(struct server *server, struct server_board *board);
int server_add_console(struct server *server, struct server_board *board,
		       const struct board_settings *board_settings,
		       const struct console_settings *settings, struct console **console);

/* Stop the target; what the board's channels have stays. */
void server_stop_target(struct server_board *board);

/* Close a board, or a console, with all that it has. */
void server_remove_board(struct server *server, struct server_board *board);
void server_remove_console(struct server_board *board, struct console *console);

/* Serve until a signal, or a lost target with --once, says to stop; then stop the targets.  Returns
 * an exit code. */
int server_run(struct server *server);

/* Write out what is left and free everything. */
void server_fini(struct server *server);

#endif

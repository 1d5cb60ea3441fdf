/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A console: one channel of a board with all that serves it.  What reads a channel or types to it
 * (ports, logs, standard streams) is opened and closed here and nowhere else.
 */
#ifndef MUX_SERVER_CONSOLE_H
#define MUX_SERVER_CONSOLE_H

#include <event2/event.h>
#include <sys/queue.h>

#include "mux-server/board.h"
#include "mux-server/entrance.h"
#include "mux-server/log_set.h"
#include "mux-server/operations.h"
#include "mux-server/settings.h"
#include "mux-server/stdio_stream.h"

/* One of the ways in; in all but @open while a changed configuration is being prepared. */
struct console_door {
	struct entrance *open; /* NULL: there is none */
	struct entrance *next; /* what it becomes, if it changes */
	bool changes;
	bool was_closed; /* its port or path is wanted by another */
};

struct console {
	TAILQ_ENTRY(console) link;
	const struct board_settings *board_settings;
	const struct console_settings *settings;
	struct listener_set *listeners;
	struct board *board;
	struct channel *channel;
	struct console_door doors[PLACE_KINDS];
	char *log_dir; /* of the log; NULL: there is none */
	struct log_set *log;
	struct stdio_stream *stdio;

	/* While a changed configuration is being prepared: */
	const struct console_settings *next; /* NULL: it goes */
	bool is_new;
	bool log_changes;
	char *next_log_dir;
	struct log_set *next_log;
	struct ring next_ring; /* without memory: the ring stays */
};

/*
 * Open what @settings ask for on @board; they are kept by reference.  @result is set on success.
 * Returns an exit code, and reports what is wrong.
 */
int console_open(struct console **result, struct listener_set *listeners,
		 const struct operations *operations, struct board *board,
		 const struct board_settings *board_settings,
		 const struct console_settings *settings);

/*
 * Type @len bytes at the console.  Returns 0, or -ENOBUFS: they are more than fit, or too much of
 * what was sent before still waits for the target.
 */
int console_send(struct console *console, const void *data, size_t len);

/*
 * Note in @console->next and in each door what they are to become with @next, NULL if it goes; and
 * forget what was noted before.
 */
void console_compare(struct console *console, const struct console_settings *next);

/*
 * Open beside what is open what differs in @next and @next_board, so that nothing can go wrong when
 * console_commit() puts it in place; or console_abort() closes it again.  Returns an exit code, and
 * reports what is wrong.
 */
int console_prepare(struct console *console, const struct operations *operations,
		    const struct board_settings *next_board);

/* Another console wants that port or path: close it before its time.  console_restore() opens
 * it again. */
void console_release(struct console *console, enum place_kind kind);

void console_commit(struct console *console, const struct board_settings *next_board);

/* Close what was prepared; when that is done for all consoles, console_restore() opens what was
 * released. */
void console_abort(struct console *console);
void console_restore(struct console *console);

/* Close all of it.  The channel stays with the board, without sinks. */
void console_close(struct console *console);

/* Logs were renamed: open them anew. */
void console_reopen_logs(struct console *console);

#endif

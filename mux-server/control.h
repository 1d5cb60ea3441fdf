/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The control socket, for muxctl and scripts: each line is a request (control_line.h), answered by
 * one line of JSON with "ok": true, or false and "error".  The requests are in control_commands.c.
 *
 * The socket's owner and root may do everything; its group may look.  After `attach` and `follow`
 * the connection is that console's, byte by byte.
 */
#ifndef MUX_SERVER_CONTROL_H
#define MUX_SERVER_CONTROL_H

#include <event2/event.h>
#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "mux-server/control_line.h"

enum { CONTROL_CONNECTIONS_MAX = 32 };

struct server;
struct control;
struct console;

/* What answers a request: to be filled in. */
struct control_answer {
	json_t *json;		/* an object; owned by whoever asked */
	struct console *attach; /* if set, the connection becomes this console's afterwards */
	size_t replay;		/* with attach: begin with that many bytes */
	bool read_only;		/* with attach */
	struct console *tail;	/* if set, the last @replay bytes of it follow the answer */
};

/*
 * Listen on @path; a name without a slash is NAME.sock in the user's run directory.  @result is set
 * on success.  Returns 0 or -errno, with one sentence in @why.
 */
int control_open(struct control **result, struct event_base *base, struct server *server,
		 const char *path, char *why, size_t why_size);

/* Close the socket and all its connections, and remove it. */
void control_close(struct control *control);

/* Carry out a request.  @may_change: the peer may do more than look. */
void control_execute(struct server *server, const struct control_line *line, bool may_change,
		     struct control_answer *answer);

/* The bytes that @answer's tail asks for, for the connection to send. */
int control_tail_pieces(const struct control_answer *answer, struct iovec iov[2]);

/* @text for an answer; JSON is UTF-8, so in a text that is not, every byte beyond ASCII becomes
 * '?'. NULL: no memory. */
json_t *control_text(const char *text);

/* Make the answer an error. */
void control_fail(struct control_answer *answer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif

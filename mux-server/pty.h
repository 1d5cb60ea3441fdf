/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A pseudo terminal that stands in for a channel's serial line, for programs that want a device:
 * tio, picocom, minicom, screen.  A link leads to it.
 *
 * Whoever opens it is a client from then until the last one closes it.  While nobody has it open
 * nothing is written to it, so that nobody finds old text in it; what was typed before it was
 * closed is still sent.  A client that the server disconnects sees the line hang up.
 */
#ifndef MUX_SERVER_PTY_H
#define MUX_SERVER_PTY_H

#include <event2/event.h>
#include <sys/queue.h>

#include "mux-server/board.h"
#include "mux-server/client.h"

struct pty;

/* All pseudo terminals of a server: one inotify instance tells when any is opened or closed. */
struct pty_set {
	struct event_base *base;
	struct client_list *clients;
	int watch_fd; /* -1: not needed yet */
	struct event *watched;
	TAILQ_HEAD(, pty) ptys;
};

/* Make an empty set, whose clients will be in @clients. */
void pty_set_init(struct pty_set *set, struct event_base *base, struct client_list *clients);

/* Free what the set has.  All of its pseudo terminals must be closed. */
void pty_set_fini(struct pty_set *set);

/*
 * Make a pseudo terminal for @channel, for the server's user and @group (NULL: the server's), and
 * the link @path to it; a link to another terminal is replaced, anything else is not.  @result is
 * set on success.  Returns 0 or -errno, with one sentence in @why.
 */
int pty_open(struct pty **result, struct pty_set *set, struct board *board, struct channel *channel,
	     const char *path, const char *group, char *why, size_t why_size);

/* Grant @terms to who opens it from now on. */
void pty_set_terms(struct pty *pty, const struct client_terms *terms);

/* Hang up, and remove the link if it still leads here. */
void pty_close(struct pty *pty);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Listening sockets that the service manager has opened: LISTEN_FDS, sd_listen_fds(3).  Each is
 * called as the console that it is for, CONSOLE or BOARD/CONSOLE, or `control` or `metrics`; a TCP
 * socket serves as the console's port, a unix socket as its socket.  They stay open until the
 * server ends.
 */
#ifndef MUX_SERVER_ACTIVATION_H
#define MUX_SERVER_ACTIVATION_H

#include <stddef.h>

#include "mux-server/place.h"

/*
 * Take over what was passed, if anything was, and hide it from programs that the server starts.
 * Returns 0, or -EINVAL: one of them cannot be used, with a sentence in @why.
 */
int activation_init(char *why, size_t why_size);

/* Is each for exactly one console of @settings, or for the control socket?  Returns 0, or -EINVAL
 * with a sentence in @why. */
int activation_check(const struct settings *settings, char *why, size_t why_size);

/*
 * Copies of the sockets for a console that can be its @kind, non-blocking and close-on-exec, at
 * most
 * @max.  Returns how many, or -errno.
 */
int activation_take(const char *board, const char *console, enum place_kind kind, int fds[],
		    int max);

/* Names of what is for no console. */
#define ACTIVATION_CONTROL "control" /* a unix socket */
#define ACTIVATION_METRICS "metrics" /* a TCP socket */

/* A copy of the socket that is for @service, one of these, or -1: there is none. */
int activation_take_service(const char *service);

/* The path of a unix socket, which the caller frees; NULL: it has none. */
char *activation_path(int fd);

#endif

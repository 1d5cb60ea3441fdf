/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the settings of a console say that clients can come in. */
#ifndef MUX_SERVER_PLACE_H
#define MUX_SERVER_PLACE_H

#include "mux-server/settings.h"

enum place_kind {
	PLACE_PORT,
	PLACE_READ_ONLY_PORT,
	PLACE_SOCKET, /* a unix socket */
	PLACE_PTY,    /* a pseudo terminal, known by a link to it */
	PLACE_KINDS,
};

enum { PLACE_PATH_MAX = 107 }; /* as long as a unix socket's can be */

struct place {
	enum place_kind kind;
	const char *key;     /* of its setting */
	const char *address; /* of a port; NULL: loopback */
	uint16_t port;	     /* 0: any */
	const char *path;    /* of a socket or link; NULL: it is a port */
	const char *group;   /* who may use it, beside the owner; NULL: the server's */
};

/* The place of that kind, with strings of the settings.  Returns false if none is asked for. */
bool place_of(const struct console_settings *settings, enum place_kind kind, struct place *place);

/* Do two consoles ask for the same place of that kind, or both for none? */
bool place_same(const struct console_settings *a, const struct console_settings *b,
		enum place_kind kind);

/* Do both want a port or path that only one can have?  Ports of different addresses may get along,
 * but not with "all addresses". */
bool place_collides(const struct place *a, const struct place *b);

/* Can its path be used at all?  Returns 0, or -EINVAL with what would be right in @why. */
int place_check(const struct place *place, char *why, size_t why_size);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How clients of a console are served.  The same keys can be given for a console, for a board and
 * for the whole server; the nearest one counts.
 */
#ifndef MUX_SERVER_CLIENT_SETTINGS_H
#define MUX_SERVER_CLIENT_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

enum {
	CLIENT_SLOW_READER_AGE = 300, /* seconds, if nothing is said */
	CLIENT_SCROLLBACK = 64,	      /* KiB, if nothing is said, and at least */
	CLIENT_SCROLLBACK_MAX = 16384,
};

/* What is behind pointers is owned; NULL: not given. */
struct client_settings {
	unsigned *slow_reader;	   /* enum slow_reader */
	unsigned *slow_reader_age; /* seconds; 0: any */
	unsigned *replay;	   /* bytes that a new client begins with */
	unsigned *scrollback;	   /* KiB that are kept of a channel: a power of two */
	unsigned *telnet;	   /* enum telnet_mode */
};

/* Give what is not given in @settings the value in @from.  Returns 0 or -ENOMEM. */
int client_settings_inherit(struct client_settings *settings, const struct client_settings *from);

/* Give what is not given its default.  Returns 0 or -ENOMEM. */
int client_settings_complete(struct client_settings *settings);

/* Can so many KiB be kept? */
bool client_settings_scrollback_valid(unsigned kib);

/* The size of the ring that complete @settings ask for, in bytes. */
size_t client_settings_ring_size(const struct client_settings *settings);

#endif

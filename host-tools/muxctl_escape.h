/* SPDX-License-Identifier: BSD-2-Clause */
/* The escapes of an attached terminal, as in ssh: ~ at the beginning of a line, and one more key.
 */
#ifndef HOST_TOOLS_MUXCTL_ESCAPE_H
#define HOST_TOOLS_MUXCTL_ESCAPE_H

#include <stddef.h>

enum muxctl_action {
	MUXCTL_NOTHING,
	MUXCTL_DETACH,	/* ~. */
	MUXCTL_HELP,	/* ~? */
	MUXCTL_BREAK,	/* ~b */
	MUXCTL_SUSPEND, /* ~^Z */
};

/* Begins as all zero. */
struct muxctl_escape {
	enum { MUXCTL_LINE_START, MUXCTL_IN_LINE, MUXCTL_TILDE } state;
};

/*
 * Take typed bytes until an escape is complete, or all.  What is for the console goes to @out,
 * which has room for @len + 1 bytes, and its length to *@out_len.  Returns how many bytes were
 * taken.
 */
size_t muxctl_escape_take(struct muxctl_escape *escape, const char *in, size_t len, char *out,
			  size_t *out_len, enum muxctl_action *action);

/* What can be typed, for the person who typed ~?. */
extern const char muxctl_escape_help[];

#endif

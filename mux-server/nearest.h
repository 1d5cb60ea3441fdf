/* SPDX-License-Identifier: BSD-2-Clause */
/* "Did you mean": the name nearest to one that was mistyped. */
#ifndef MUX_SERVER_NEAREST_H
#define MUX_SERVER_NEAREST_H

#include <stddef.h>

struct nearest {
	const char *text; /* what was typed */
	const char *name; /* the best so far; NULL: none is near enough */
	size_t far;	  /* its distance */
};

/* Begin to look for @text, kept by reference; what follows a '=' does not count as typed. */
void nearest_start(struct nearest *nearest, const char *text);

/* Consider @name, kept by reference; of at most 31 bytes, or it is passed over. */
void nearest_try(struct nearest *nearest, const char *name);

#endif

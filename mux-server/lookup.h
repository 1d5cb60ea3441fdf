/* SPDX-License-Identifier: BSD-2-Clause */
/* Host names to addresses in a thread of its own, so that a slow name server stops nobody. */
#ifndef MUX_SERVER_LOOKUP_H
#define MUX_SERVER_LOOKUP_H

#include <netdb.h>

struct lookup;

/* Begin to look @host and @port up.  NULL: out of memory, descriptors or threads; errno says which.
 */
struct lookup *lookup_start(const char *host, const char *port);

/* Becomes readable when the answer is there. */
int lookup_fd(const struct lookup *lookup);

/* The answer, once lookup_fd() is readable: 0 or an EAI_ code; *@addresses belong to the lookup. */
int lookup_answer(const struct lookup *lookup, struct addrinfo **addresses);

/* Forget the lookup, finished or not. */
void lookup_drop(struct lookup *lookup);

#endif

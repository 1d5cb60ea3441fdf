/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory for the event loop when there is none.
 *
 * That an event could not be added cannot be made good where it happens: a client or target would
 * wait for ever.  So libevent, which needs little, has a reserve, which is given back to the system
 * when an allocation fails and tried once more, and taken again as soon as there is memory.
 */
#ifndef MUX_SERVER_RESERVE_H
#define MUX_SERVER_RESERVE_H

enum { RESERVE_SIZE = 65536 };

/* Have libevent allocate this way; before anything else of it is used.  Returns 0 or -ENOMEM. */
int reserve_init(void);

/* Free the reserve, at the end. */
void reserve_fini(void);

#endif

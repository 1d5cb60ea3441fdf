/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the server tells a service manager: sd_notify(3)'s datagrams, without its library.  Without
 * a manager ($NOTIFY_SOCKET is not set) nothing is said.
 */
#ifndef MUX_SERVER_NOTIFY_H
#define MUX_SERVER_NOTIFY_H

#include <event2/event.h>

/*
 * Find the manager, and keep its watchdog content from the event loop if it has one.  The
 * environment is cleared of it, so that commands of -exec do not speak for the server.  Returns 0,
 * or -errno: there is a manager, but it cannot be spoken to.
 */
int notify_init(struct event_base *base);

/* Serving: all ports are open.  Also ends a reload. */
void notify_ready(void);

void notify_reloading(void);
void notify_stopping(void);

/* One line for `systemctl status`. */
void notify_status(const char *format, ...) __attribute__((format(printf, 1, 2)));

void notify_fini(void);

#endif

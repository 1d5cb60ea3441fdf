/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The thread that tidies up generations of logs, at the lowest priority.  It is started with the
 * first request, so that a server that does not rotate has none.
 */
#ifndef MUX_SERVER_LOG_WORKER_H
#define MUX_SERVER_LOG_WORKER_H

#include <event2/event.h>

#include "mux-server/rotate.h"

struct log_worker;

/* Make a worker that has nothing to do.  NULL: out of memory or descriptors. */
struct log_worker *log_worker_new(struct event_base *base);

/* Have rotate_tidy() done to the log @path.  If it cannot be done, that is reported. */
void log_worker_post(struct log_worker *worker, const char *path, const struct rotation *rotation);

/* Stop: what is being compressed is left as it was, for the next start to do. */
void log_worker_free(struct log_worker *worker);

#endif

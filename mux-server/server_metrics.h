/* SPDX-License-Identifier: BSD-2-Clause */
/* The counters of a server, for monitoring. */
#ifndef MUX_SERVER_SERVER_METRICS_H
#define MUX_SERVER_SERVER_METRICS_H

#include "mux-server/metrics.h"
#include "mux-server/server.h"

struct metrics_source server_metrics_source(struct server *server);

#endif

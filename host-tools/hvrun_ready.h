/* SPDX-License-Identifier: BSD-2-Clause */
/* Watches the logs until everybody who is expected to print has printed. */
#ifndef HOST_TOOLS_HVRUN_READY_H
#define HOST_TOOLS_HVRUN_READY_H

#include <event2/event.h>
#include <stdbool.h>

#include "host-tools/hvrun_table.h"

struct ready {
	const struct table *table;
	int notify;
	struct event *changed;
	struct event *late;
	bool seen[HVRUN_MAX_PORTS];
	bool ended; /* the hypervisor has said its last words */
	/* Called once, with the number of the first channel that stayed silent, or -1. */
	void (*done)(void *ctx, int silent);
	void *ctx;
};

/*
 * Watch the logs in @log_dir, which is there before anything writes to it.  Returns 0, or -1 after
 * reporting. ready_close() is due in both cases.
 */
int ready_open(struct ready *ready, struct event_base *base, const struct table *table,
	       const char *log_dir, void (*done)(void *ctx, int silent), void *ctx);

void ready_close(struct ready *ready);

#endif

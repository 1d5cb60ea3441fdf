/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a server does beside serving: it tidies its logs, streams events and messages, answers
 * monitoring, speaks to its service manager, and locks itself in.
 */
#ifndef MUX_SERVER_OPERATIONS_H
#define MUX_SERVER_OPERATIONS_H

#include <event2/event.h>

#include "mux-server/events.h"
#include "mux-server/log_worker.h"
#include "mux-server/log_writer.h"
#include "mux-server/messages.h"
#include "mux-server/metrics.h"
#include "mux-server/rotate.h"
#include "mux-server/settings.h"

struct operations {
	struct rotation rotation;
	struct log_writer *log_writer;
	struct log_worker *log_worker;
	struct events *events;	   /* NULL: none */
	bool event_lines;	   /* what channels print is an event */
	struct messages *messages; /* NULL: none */
	struct metrics *metrics;
	char *events_where;
	char *syslog_where, *journald_where;
};

/*
 * Start all that @settings ask for; nothing of them is kept.  Returns an exit code, and reports
 * what is wrong.  operations_stop() has to follow in any case.
 */
int operations_start(struct operations *operations, struct event_base *base,
		     const struct settings *settings, const struct metrics_source *metrics);

/* Everything is open: enter the sandbox, and tell the service manager.  Returns an exit code. */
int operations_ready(const struct settings *settings);

/* Files were renamed: open them anew. */
void operations_reopen(struct operations *operations);

/* Tell the service manager that the server ends. */
void operations_ending(void);

void operations_stop(struct operations *operations);

#endif

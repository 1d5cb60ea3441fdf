/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/operations.h"

#include <stdlib.h>
#include <string.h>

#include "mux-server/journal.h"
#include "mux-server/activation.h"
#include "mux-server/notify.h"
#include "mux-server/options.h"
#include "mux-server/report.h"
#include "mux-server/sandbox.h"

enum { WHY_SIZE = 512, MIB = 1 << 20, HOUR_S = 3600 };

static int start_events(struct operations *operations, struct event_base *base, const char *where)
{
	char why[WHY_SIZE];

	if (!where)
		return EXIT_OK;
	if (strcmp(where, "-") == 0)
		report_leave_stdout();
	operations->events_where = strdup(where);
	if (!operations->events_where) {
		report_error("no memory for events");
		return EXIT_RUNTIME;
	}
	if (events_open(&operations->events, base, operations->events_where, why, sizeof(why)) == 0)
		return EXIT_OK;
	report_error("%s", why);
	return EXIT_LOG;
}

static int start_messages(struct operations *operations, struct event_base *base,
			  const struct settings *settings)
{
	const char *journald =
		settings->journald_socket ? settings->journald_socket : JOURNAL_SOCKET;
	char why[WHY_SIZE];

	if (!settings->syslog && !settings->journald)
		return EXIT_OK;
	if (settings->syslog)
		operations->syslog_where = strdup(settings->syslog);
	if (settings->journald)
		operations->journald_where = strdup(journald);
	if ((settings->syslog && !operations->syslog_where) ||
	    (settings->journald && !operations->journald_where)) {
		report_error("no memory for messages");
		return EXIT_RUNTIME;
	}
	if (messages_open(&operations->messages, base,
			  (const char *const[]){ [MESSAGES_SYSLOG] = operations->syslog_where,
						 [MESSAGES_JOURNALD] = operations->journald_where },
			  why, sizeof(why)) == 0)
		return EXIT_OK;
	report_error("%s", why);
	return EXIT_RUNTIME;
}

static int start_metrics(struct operations *operations, struct event_base *base,
			 const char *address, const struct metrics_source *source)
{
	int passed = activation_take_service(ACTIVATION_METRICS);
	char why[WHY_SIZE];

	if ((!address && passed < 0) || metrics_open(&operations->metrics, base, address, passed,
						     source, why, sizeof(why)) == 0)
		return EXIT_OK;
	report_error("%s", why);
	return EXIT_RUNTIME;
}

int operations_start(struct operations *operations, struct event_base *base,
		     const struct settings *settings, const struct metrics_source *metrics)
{
	int status = notify_init(base);
	int code;

	operations->rotation = (struct rotation){
		.max_bytes = (uint64_t)settings->log_size * MIB,
		.max_age_s = (uint64_t)settings->log_age * HOUR_S,
		.keep = settings->log_keep,
		.compress = true,
	};
	if (status < 0)
		report_error("the service manager is not told anything: %s", strerror(-status));
	operations->log_writer = log_writer_new(base);
	if (!operations->log_writer) {
		report_error("no memory to write logs");
		return EXIT_RUNTIME;
	}
	if (settings->log_size || settings->log_age) {
		operations->log_worker = log_worker_new(base);
		if (!operations->log_worker) {
			report_error("no memory to rotate logs");
			return EXIT_RUNTIME;
		}
	}
	operations->event_lines = settings->event_lines;
	code = start_events(operations, base, settings->events);
	if (code == EXIT_OK)
		code = start_messages(operations, base, settings);
	if (code == EXIT_OK)
		code = start_metrics(operations, base, settings->metrics, metrics);
	return code;
}

static bool runs_commands(const struct settings *settings)
{
	for (unsigned i = 0; i < settings->board_count; i++)
		if (settings->boards[i].exec)
			return true;
	return false;
}

int operations_ready(const struct settings *settings)
{
	char why[WHY_SIZE];

	/* Commands would inherit the sandbox, and could not do what they are for. */
	if (!settings->no_sandbox && !runs_commands(settings) &&
	    sandbox_enter(why, sizeof(why)) < 0) {
		report_error("%s", why);
		return EXIT_RUNTIME;
	}
	notify_status("%u boards", settings->board_count);
	notify_ready();
	return EXIT_OK;
}

void operations_reopen(struct operations *operations)
{
	if (operations->events)
		events_reopen(operations->events);
}

void operations_ending(void)
{
	notify_stopping();
}

void operations_stop(struct operations *operations)
{
	if (operations->metrics)
		metrics_close(operations->metrics);
	if (operations->events)
		events_close(operations->events);
	if (operations->messages)
		messages_close(operations->messages);
	if (operations->log_writer)
		log_writer_free(operations->log_writer);
	if (operations->log_worker)
		log_worker_free(operations->log_worker);
	free(operations->events_where);
	free(operations->syslog_where);
	free(operations->journald_where);
	notify_fini();
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/server_metrics.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "mux-server/log_set.h"
#include "mux-server/metrics_text.h"

static uint64_t started_s; /* since 1970 */

static uint64_t target_up(const struct board *board)
{
	return board->target.state == TARGET_UP;
}

static uint64_t target_opened_times(const struct board *board)
{
	return board->target.opened ? board->target.opened - 1 : 0;
}

static uint64_t bad_commands(const struct board *board)
{
	return board->bad_commands;
}

static uint64_t channel_switches(const struct board *board)
{
	return board->switches + board->decoder.switches;
}

static uint64_t unknown_channel_bytes(const struct board *board)
{
	return board->discarded;
}

static uint64_t unsent_bytes(const struct board *board)
{
	return board->uplink.dropped;
}

static uint64_t rx_bytes(const struct console *console)
{
	return console->channel->ring.head;
}

static uint64_t tx_bytes(const struct console *console)
{
	return console->board->uplink.lanes[console->channel->number].sent;
}

static uint64_t client_dropped_bytes(const struct console *console)
{
	return console->channel->skipped;
}

static uint64_t clients_dropped(const struct console *console)
{
	return console->channel->dropped;
}

static uint64_t clients(const struct console *console)
{
	return client_count(&console->listeners->clients, console->channel);
}

static uint64_t log_errors(const struct console *console)
{
	return console->log ? log_set_errors(console->log) : 0;
}

static const struct {
	const char *name, *type, *help;
	uint64_t (*value)(const struct board *board);
} board_families[] = {
	{ "mux_target_up", "gauge", "1 while the target is open.", target_up },
	{ "mux_target_reconnects_total", "counter", "Times the target was opened again.",
	  target_opened_times },
	{ "mux_channel_switches_total", "counter", "Announcements of a channel by the target.",
	  channel_switches },
	{ "mux_bad_commands_total", "counter", "Commands from the target that mean nothing.",
	  bad_commands },
	{ "mux_unknown_channel_bytes_total", "counter",
	  "Bytes from the target for channels that no console has.", unknown_channel_bytes },
	{ "mux_tx_dropped_bytes_total", "counter", "Bytes typed that were not sent.",
	  unsent_bytes },
};

static const struct {
	const char *name, *type, *help;
	uint64_t (*value)(const struct console *console);
} console_families[] = {
	{ "mux_rx_bytes_total", "counter", "Bytes that the channel printed.", rx_bytes },
	{ "mux_tx_bytes_total", "counter", "Bytes typed that were sent to the channel.", tx_bytes },
	{ "mux_client_dropped_bytes_total", "counter",
	  "Bytes that clients skipped because they did not read.", client_dropped_bytes },
	{ "mux_clients_dropped_total", "counter",
	  "Clients that were disconnected because they did not read.", clients_dropped },
	{ "mux_clients", "gauge", "Clients that are connected.", clients },
	{ "mux_log_errors_total", "counter", "Times that a log could not be written.", log_errors },
};

static void collect_consoles(struct evbuffer *out, const struct server_board *board, size_t family)
{
	const struct console *console;
	char number[12];

	TAILQ_FOREACH (console, &board->consoles, link) {
		const char *labels[] = { "board",     console->channel->board,
					 "channel",   number,
					 "partition", channel_partition(console->channel),
					 NULL };

		snprintf(number, sizeof(number), "%d", console->channel->number);
		metrics_text_sample(out, console_families[family].name, labels,
				    console_families[family].value(console));
	}
}

static void collect_messages(struct evbuffer *out, const struct messages *messages)
{
	metrics_text_family(out, "mux_messages_lost_total", "counter",
			    "Messages that a service did not get.");
	for (enum messages_service i = 0; i < MESSAGES_SERVICES; i++) {
		const char *labels[] = { "service", messages_name(messages, i), NULL };

		if (labels[1])
			metrics_text_sample(out, "mux_messages_lost_total", labels,
					    messages_lost(messages, i));
	}
}

static void collect(struct evbuffer *out, void *arg)
{
	const struct server *server = arg;
	const struct server_board *board;

	metrics_text_family(out, "mux_build_info", "gauge", "The version of the server.");
	metrics_text_sample(out, "mux_build_info",
			    (const char *const[]){ "version", BERYL_VERSION, NULL }, 1);
	metrics_text_family(out, "process_start_time_seconds", "gauge",
			    "When the server was started, in seconds since 1970.");
	metrics_text_sample(out, "process_start_time_seconds", (const char *const[]){ NULL },
			    started_s);
	for (size_t i = 0; i < sizeof(board_families) / sizeof(board_families[0]); i++) {
		metrics_text_family(out, board_families[i].name, board_families[i].type,
				    board_families[i].help);
		TAILQ_FOREACH (board, &server->boards, link)
			metrics_text_sample(
				out, board_families[i].name,
				(const char *const[]){ "board", board->settings->name, NULL },
				board_families[i].value(&board->board));
	}
	for (size_t i = 0; i < sizeof(console_families) / sizeof(console_families[0]); i++) {
		metrics_text_family(out, console_families[i].name, console_families[i].type,
				    console_families[i].help);
		TAILQ_FOREACH (board, &server->boards, link)
			collect_consoles(out, board, i);
	}
	if (server->operations.messages)
		collect_messages(out, server->operations.messages);
	if (server->operations.events) {
		metrics_text_family(out, "mux_events_lost_total", "counter",
				    "Events that a reader of the event stream did not get.");
		metrics_text_sample(out, "mux_events_lost_total", (const char *const[]){ NULL },
				    events_lost(server->operations.events));
	}
}

/* Of one board: {"name":"p4080-1","target":"up"}; a target that is not has its "trouble". */
static json_t *board_health(const struct server_board *board)
{
	static const char *const states[] = {
		[TARGET_WAITING] = "down",	  [TARGET_OPENING] = "down", [TARGET_UP] = "up",
		[TARGET_SUSPENDED] = "suspended", [TARGET_ENDED] = "down",
	};
	const struct target *target = &board->board.target;
	json_t *health = json_pack("{s:s, s:s}", "name", board->settings->name, "target",
				   states[target->state]);

	if (target->state != TARGET_UP && target->trouble[0])
		json_object_set_new(health, "trouble", json_string(target->trouble));
	return health;
}

static bool check_health(struct evbuffer *out, void *arg)
{
	const struct server *server = arg;
	const struct server_board *board;
	json_t *boards = json_array(), *health;
	bool well = true;
	char *text;

	TAILQ_FOREACH (board, &server->boards, link) {
		well &= board->board.target.state == TARGET_UP;
		json_array_append_new(boards, board_health(board));
	}
	health = json_pack("{s:s, s:o}", "status", well ? "ok" : "down", "boards", boards);
	text = health ? json_dumps(health, JSON_COMPACT) : NULL;
	if (text)
		evbuffer_add_printf(out, "%s\n", text);
	free(text);
	json_decref(health);
	return well;
}

struct metrics_source server_metrics_source(struct server *server)
{
	started_s = (uint64_t)time(NULL);
	return (struct metrics_source){ .collect = collect,
					.check_health = check_health,
					.arg = server };
}

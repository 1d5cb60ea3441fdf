/* SPDX-License-Identifier: BSD-2-Clause */
/* The requests of the control socket: one table, one function each. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "mux-server/console.h"
#include "mux-server/control.h"
#include "mux-server/log_stamp.h"
#include "mux-server/nearest.h"
#include "mux-server/server.h"

struct request {
	struct server *server;
	const struct control_word *words; /* behind the command */
	unsigned count;
	struct console *console; /* that the first word names, if it is to name one */
	struct control_answer *answer;
};

struct command {
	const char *name;
	bool names_console; /* with its first word */
	unsigned most;	    /* words behind the command */
	bool changes;
	void (*run)(struct request *request);
};

static void set(json_t *json, const char *key, json_t *value)
{
	json_object_set_new(json, key, value);
}

static json_t *text_or_null(const char *text)
{
	return text ? control_text(text) : json_null();
}

static const char *state_of(const struct board *board)
{
	static const char *const names[] = {
		[TARGET_WAITING] = "waiting",	  [TARGET_OPENING] = "opening", [TARGET_UP] = "up",
		[TARGET_SUSPENDED] = "suspended", [TARGET_ENDED] = "ended",
	};

	if (board->target.state == TARGET_UP && flow_level(&board->flow) == FLOW_STOP)
		return "blocked";
	return names[board->target.state];
}

/* "port" always, what else there is by the name of its setting. */
static void describe_doors(json_t *json, const struct console *console)
{
	static const char *const keys[PLACE_KINDS] = { "port", "read-only-port", "socket", "pty" };

	set(json, keys[PLACE_PORT], json_null());
	for (enum place_kind kind = 0; kind < PLACE_KINDS; kind++) {
		const struct entrance *entrance = console->doors[kind].open;
		const struct place *place = entrance ? entrance_place(entrance) : NULL;

		if (place)
			set(json, keys[kind],
			    place->path ? json_string(place->path) : json_integer(place->port));
	}
}

static void describe_client(void *arg, const struct client_info *client)
{
	char since[LOG_STAMP_SIZE];

	log_stamp_format(since, client->since_us);
	json_array_append_new(
		arg,
		json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:b, s:b, s:b}", "peer", client->peer,
			  "since", since, "sent", (json_int_t)client->sent, "received",
			  (json_int_t)client->received, "skipped", (json_int_t)client->skipped,
			  "behind", (json_int_t)client->behind, "full", client->full, "read_only",
			  client->read_only, "telnet", client->telnet));
}

static json_t *describe_console(const struct server *server, const struct console *console)
{
	json_t *json = json_pack("{s:s, s:i}", "name", console->settings->name, "channel",
				 console->settings->channel);
	json_t *connections = json_array();

	set(json, "partition", text_or_null(console->settings->partition));
	describe_doors(json, console);
	set(json, "listen", text_or_null(console->settings->listen));
	set(json, "clients",
	    json_integer(client_count(&server->listeners.clients, console->channel)));
	set(json, "bytes", json_integer((json_int_t)console->channel->ring.head));
	set(json, "skipped", json_integer((json_int_t)console->channel->skipped));
	set(json, "dropped_clients", json_integer((json_int_t)console->channel->dropped));
	set(json, "connections", connections);
	client_visit(&server->listeners.clients, console->channel, describe_client, connections);
	return json;
}

static json_t *describe_board(const struct server *server, const struct server_board *board)
{
	json_t *consoles = json_array();
	const struct console *console;
	json_t *json = json_pack("{s:s, s:o, s:s, s:o}", "name", board->settings->name, "target",
				 control_text(board->target_name), "state", state_of(&board->board),
				 "consoles", consoles);

	TAILQ_FOREACH (console, &board->consoles, link)
		json_array_append_new(consoles, describe_console(server, console));
	return json;
}

static void run_list(struct request *request)
{
	json_t *boards = json_array();
	struct server_board *board;

	TAILQ_FOREACH (board, &request->server->boards, link)
		json_array_append_new(boards, describe_board(request->server, board));
	set(request->answer->json, "boards", boards);
}

static void run_stats(struct request *request)
{
	json_t *boards = json_array();
	struct server_board *board;

	TAILQ_FOREACH (board, &request->server->boards, link) {
		const struct board *b = &board->board;
		json_t *json = describe_board(request->server, board);

		set(json, "discarded_bytes", json_integer((json_int_t)b->discarded));
		set(json, "bad_commands", json_integer((json_int_t)b->bad_commands));
		set(json, "unsent_bytes", json_integer((json_int_t)b->uplink.dropped));
		json_array_append_new(boards, json);
	}
	set(request->answer->json, "boards", boards);
}

static void run_log(struct request *request)
{
	json_t *logs = json_array();
	struct server_board *board;
	struct console *console;

	TAILQ_FOREACH (board, &request->server->boards, link) {
		TAILQ_FOREACH (console, &board->consoles, link) {
			if (!console->log)
				continue;
			json_array_append_new(logs,
					      json_pack("{s:s, s:s, s:o, s:s, s:I}", "board",
							board->settings->name, "console",
							console->settings->name, "directory",
							control_text(console->log_dir), "name",
							console->channel->name, "errors",
							(json_int_t)log_set_errors(console->log)));
		}
	}
	set(request->answer->json, "logs", logs);
}

static void run_kick(struct request *request)
{
	struct client_list *clients = &request->server->listeners.clients;
	struct channel *channel = request->console->channel;

	set(request->answer->json, "kicked", json_integer(client_count(clients, channel)));
	client_close_channel(clients, channel);
}

static void run_suspend(struct request *request)
{
	target_suspend(&request->console->board->target);
}

static void run_resume(struct request *request)
{
	target_resume(&request->console->board->target);
}

static void run_break(struct request *request)
{
	int status = target_send_break(&request->console->board->target);

	if (status < 0)
		control_fail(request->answer, "%s", target_explain_break(status));
}

static void run_reload(struct request *request)
{
	static struct config_errors errors;

	if (server_reload(request->server, &errors) < 0)
		control_fail(request->answer, "nothing was changed:\n%s", errors.text);
}

/* A number of bytes in word @index, or @otherwise.  False, with an error answer, if it is none. */
static bool bytes_in(struct request *request, unsigned index, size_t otherwise, size_t *bytes)
{
	const char *text;
	char *end;
	unsigned long number;

	*bytes = otherwise;
	if (index >= request->count)
		return true;
	text = request->words[index].text;
	number = strtoul(text, &end, 10);
	if (*text < '0' || *text > '9' || *end || number > CONTROL_TAIL_MAX) {
		control_fail(request->answer, "%s is not a number of bytes up to %d", text,
			     CONTROL_TAIL_MAX);
		return false;
	}
	*bytes = number;
	return true;
}

static void run_attach(struct request *request)
{
	if (bytes_in(request, 1, 0, &request->answer->replay))
		request->answer->attach = request->console;
}

static void run_follow(struct request *request)
{
	run_attach(request);
	request->answer->read_only = true;
}

static void run_tail(struct request *request)
{
	const struct ring *ring = &request->console->channel->ring;
	size_t bytes;

	if (!bytes_in(request, 1, CONTROL_TAIL_MAX, &bytes))
		return;
	if (bytes > ring_kept(ring))
		bytes = ring_kept(ring);
	request->answer->tail = request->console;
	request->answer->replay = bytes;
	set(request->answer->json, "bytes", json_integer((json_int_t)bytes));
}

int control_tail_pieces(const struct control_answer *answer, struct iovec iov[2])
{
	const struct ring *ring = &answer->tail->channel->ring;
	struct ring_reader reader = { .at = 0 };

	ring_reader_rewind(ring, &reader, answer->replay);
	return ring_reader_peek(ring, &reader, iov);
}

static void run_send(struct request *request)
{
	const struct control_word *text = &request->words[1];

	if (request->count < 2)
		control_fail(request->answer, "send needs a console and a text");
	else if (console_send(request->console, text->text, text->len) < 0)
		control_fail(request->answer,
			     "%s takes no more input now; what was sent before is still waiting",
			     request->console->settings->name);
}

static const struct command commands[] = {
	{ "list", false, 0, false, run_list },	  { "stats", false, 0, false, run_stats },
	{ "log", false, 0, false, run_log },	  { "tail", true, 2, false, run_tail },
	{ "follow", true, 2, false, run_follow }, { "attach", true, 2, true, run_attach },
	{ "send", true, 2, true, run_send },	  { "kick", true, 1, true, run_kick },
	{ "reload", false, 0, true, run_reload }, { "suspend", true, 1, true, run_suspend },
	{ "resume", true, 1, true, run_resume },  { "break", true, 1, true, run_break },
};

enum { COMMAND_COUNT = sizeof(commands) / sizeof(commands[0]) };

static const struct command *find_command(struct request *request, const char *name)
{
	struct nearest nearest;

	nearest_start(&nearest, name);
	for (size_t i = 0; i < COMMAND_COUNT; i++) {
		if (strcmp(name, commands[i].name) == 0)
			return &commands[i];
		nearest_try(&nearest, commands[i].name);
	}
	control_fail(request->answer,
		     nearest.name ? "unknown command %s; the nearest is %s" : "unknown command %s",
		     name, nearest.name);
	return NULL;
}

static bool is_named(const struct console *console, const char *name)
{
	char *end;
	long number = strtol(name, &end, 10);

	return strcmp(console->settings->name, name) == 0 ||
	       (*name >= '0' && *name <= '9' && !*end && number == console->settings->channel);
}

/* The console called BOARD/NAME or NAME, or BOARD/NUMBER or NUMBER; an error answer if that is none
 * or several. */
static bool find_console(struct request *request, const char *name)
{
	const char *slash = strchr(name, '/');
	struct server_board *board;
	struct console *console;
	struct nearest nearest;
	unsigned found = 0;

	nearest_start(&nearest, slash ? slash + 1 : name);
	TAILQ_FOREACH (board, &request->server->boards, link) {
		const char *own = board->settings->name;

		if (slash &&
		    (strncmp(own, name, (size_t)(slash - name)) != 0 || own[slash - name] != '\0'))
			continue;
		TAILQ_FOREACH (console, &board->consoles, link) {
			nearest_try(&nearest, console->settings->name);
			if (!is_named(console, slash ? slash + 1 : name))
				continue;
			request->console = console;
			found++;
		}
	}
	if (found > 1)
		control_fail(request->answer, "%s is a console of several boards; write BOARD/%s",
			     name, name);
	else if (found == 0)
		control_fail(request->answer,
			     nearest.name ? "there is no console %s; the nearest is %s"
					  : "there is no console %s",
			     name, nearest.name);
	return found == 1;
}

void control_execute(struct server *server, const struct control_line *line, bool may_change,
		     struct control_answer *answer)
{
	struct request request = {
		.server = server,
		.words = line->words + 1,
		.count = line->count - 1,
		.answer = answer,
	};
	const struct command *command = find_command(&request, line->words[0].text);

	if (!command)
		return;
	if (request.count > command->most)
		control_fail(answer, "%s is followed by at most %u words", command->name,
			     command->most);
	else if (command->names_console && request.count == 0)
		control_fail(answer, "%s needs a console", command->name);
	else if (command->changes && !may_change)
		control_fail(answer, "%s is for the server's user and root only", command->name);
	else if (!command->names_console || find_console(&request, line->words[1].text))
		command->run(&request);
}

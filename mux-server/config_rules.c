/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/config_rules.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "mux-server/config_places.h"
#include "mux-server/message_address.h"
#include "mux-server/names.h"
#include "mux-server/nearest.h"

struct rules {
	struct config_document *document;
	struct settings *settings;
	struct config_errors *errors;
	yaml_node_t *node;	      /* of the board being checked */
	struct board_settings *board; /* that board */
	struct names names;	      /* of it, if it has names-from */
};

#define ERROR(rules, node, ...) CONFIG_ERROR((rules)->document, (rules)->errors, node, __VA_ARGS__)

static yaml_node_t *board_node(const struct rules *rules, unsigned index)
{
	yaml_node_t *root = yaml_document_get_root_node(&rules->document->yaml);

	return config_document_entry(rules->document, root, "boards", index);
}

/* Where @key of console @index stands, or else the console, or else (from the tree) the board. */
static yaml_node_t *console_node(const struct rules *rules, unsigned index, const char *key)
{
	yaml_node_t *console =
		config_document_entry(rules->document, rules->node, "consoles", index);
	yaml_node_t *value = config_document_get(rules->document, console, key);

	return value ? value : console ? console : rules->node;
}

static void check_name(struct rules *rules, yaml_node_t *node, const char *name)
{
	if (!names_valid(name))
		ERROR(rules, node,
		      "name: \"%s\" does not do; letters, digits and . _ - + @, beginning with "
		      "none of . and -",
		      name);
}

static void check_target(struct rules *rules)
{
	const struct board_settings *board = rules->board;
	yaml_node_t *node = config_document_get(rules->document, rules->node, "target");
	const char *colon;

	if (!board->target == !board->exec) {
		ERROR(rules, rules->node, "board %s needs %s", board->name,
		      board->target ? "target: or exec:, not both"
				    : "a target: (device, unix socket or host:port) or exec: "
				      "(command)");
		return;
	}
	if (!board->target || strchr(board->target, '/'))
		return;
	colon = strrchr(board->target, ':');
	if (colon && (colon == board->target || colon[1] == '\0'))
		ERROR(rules, node, "target: \"%s\" is neither HOST:PORT nor a path", board->target);
}

/* The channel of a console that is given by its partition. */
static void find_channel(struct rules *rules, unsigned index)
{
	struct console_settings *console = &rules->board->consoles[index];
	yaml_node_t *node = console_node(rules, index, "partition");
	struct nearest nearest;

	if (!console->partition || !rules->board->names_from) {
		ERROR(rules, console_node(rules, index, "name"),
		      "a console needs a channel: number, or with names-from: its partition:");
		return;
	}
	nearest_start(&nearest, console->partition);
	for (unsigned i = 0; i < rules->names.count; i++) {
		const struct names_entry *entry = &rules->names.entries[i];

		if (strcmp(entry->partition, console->partition) == 0) {
			console->channel = entry->channel;
			return;
		}
		nearest_try(&nearest, entry->partition);
	}
	ERROR(rules, node, "partition: %s has no channel in %s%s%s", console->partition,
	      rules->board->names_from, nearest.name ? "; the nearest is " : "",
	      nearest.name ? nearest.name : "");
}

static void check_line(struct rules *rules)
{
	const struct board_settings *board = rules->board;

	if (board->stop_bits && *board->stop_bits != 1 && *board->stop_bits != 2)
		ERROR(rules, config_document_get(rules->document, rules->node, "stop-bits"),
		      "stop-bits: %u is neither 1 nor 2", *board->stop_bits);
	if (board->flow == SERIAL_FLOW_XON_XOFF)
		ERROR(rules, config_document_get(rules->document, rules->node, "flow"),
		      "flow: xon-xoff takes the bytes 11 and 13 (hex) out of what is sent and printed; "
		      "use rts-cts or none");
}

static void check_pace(struct rules *rules, yaml_node_t *node, const char *key,
		       const unsigned *pace)
{
	yaml_node_t *value = config_document_get(rules->document, node, key);

	if (pace && *pace > SETTINGS_PACE_MAX)
		ERROR(rules, value ? value : node, "%s: %u is too large; at most %d milliseconds",
		      key, *pace, SETTINGS_PACE_MAX);
}

static void check_paces(struct rules *rules)
{
	const struct board_settings *board = rules->board;

	check_pace(rules, rules->node, "pace-char", board->pace_char);
	check_pace(rules, rules->node, "pace-line", board->pace_line);
	for (unsigned i = 0; i < board->console_count; i++) {
		yaml_node_t *node =
			config_document_entry(rules->document, rules->node, "consoles", i);

		check_pace(rules, node, "pace-char", board->consoles[i].pace_char);
		check_pace(rules, node, "pace-line", board->consoles[i].pace_line);
	}
}

static void check_channels(struct rules *rules)
{
	int owner[UINT8_MAX + 1]; /* the console that has it, plus 1 */

	memset(owner, 0, sizeof(owner));
	for (unsigned i = 0; i < rules->board->console_count; i++) {
		struct console_settings *console = &rules->board->consoles[i];
		yaml_node_t *entry =
			config_document_entry(rules->document, rules->node, "consoles", i);

		if (!config_document_get(rules->document, entry, "channel"))
			find_channel(rules, i);
		if (console->channel >= MUX_HOST_CHANNELS)
			ERROR(rules, console_node(rules, i, "channel"),
			      "channel: %u is too large; at most %d", console->channel,
			      MUX_HOST_CHANNELS - 1);
		else if (owner[console->channel])
			ERROR(rules, console_node(rules, i, "channel"),
			      "channel: %u is used twice; line %zu has it too", console->channel,
			      console_node(rules, (unsigned)owner[console->channel] - 1, "channel")
					      ->start_mark.line +
				      1);
		owner[console->channel] = (int)i + 1;
	}
}

static void read_names(struct rules *rules)
{
	yaml_node_t *node = config_document_get(rules->document, rules->node, "names-from");
	char why[256];

	rules->names.count = 0;
	if (rules->board->names_from &&
	    names_read(&rules->names, rules->board->names_from, why, sizeof(why)) < 0)
		ERROR(rules, node, "names-from: %s: %s", rules->board->names_from, why);
}

static void check_console_names(struct rules *rules)
{
	const struct board_settings *board = rules->board;

	for (unsigned i = 0; i < board->console_count; i++) {
		yaml_node_t *node = console_node(rules, i, "name");

		check_name(rules, node, board->consoles[i].name);
		for (unsigned j = 0; j < i; j++)
			if (strcmp(board->consoles[i].name, board->consoles[j].name) == 0)
				ERROR(rules, node,
				      "name: %s is used for two consoles, channels %u and %u",
				      board->consoles[i].name, board->consoles[j].channel,
				      board->consoles[i].channel);
	}
}

/* @clients are what @node says. */
static void check_scrollback(struct rules *rules, yaml_node_t *node,
			     const struct client_settings *clients)
{
	if (clients->scrollback && !client_settings_scrollback_valid(*clients->scrollback))
		ERROR(rules, config_document_get(rules->document, node, "scrollback"),
		      "scrollback: %u does not do; a power of two from %d to %d (KiB)",
		      *clients->scrollback, CLIENT_SCROLLBACK, CLIENT_SCROLLBACK_MAX);
}

static void check_clients(struct rules *rules)
{
	check_scrollback(rules, rules->node, &rules->board->clients);
	for (unsigned i = 0; i < rules->board->console_count; i++)
		check_scrollback(rules,
				 config_document_entry(rules->document, rules->node, "consoles", i),
				 &rules->board->consoles[i].clients);
}

static void check_board(struct rules *rules, unsigned index)
{
	unsigned before = rules->errors->count;

	rules->board = &rules->settings->boards[index];
	rules->node = board_node(rules, index);
	check_name(rules, config_document_get(rules->document, rules->node, "name"),
		   rules->board->name);
	for (unsigned i = 0; i < index; i++)
		if (strcmp(rules->settings->boards[i].name, rules->board->name) == 0)
			ERROR(rules, config_document_get(rules->document, rules->node, "name"),
			      "name: %s is used for two boards; line %zu has it too",
			      rules->board->name, board_node(rules, i)->start_mark.line + 1);
	check_target(rules);
	check_clients(rules);
	check_line(rules);
	check_paces(rules);
	if (rules->board->first_port &&
	    *rules->board->first_port > UINT16_MAX - (MUX_HOST_CHANNELS - 1))
		ERROR(rules, config_document_get(rules->document, rules->node, "first-port"),
		      "first-port: %u is too large; at most %d, for the port of channel %d",
		      *rules->board->first_port, UINT16_MAX - (MUX_HOST_CHANNELS - 1),
		      MUX_HOST_CHANNELS - 1);
	read_names(rules);
	if (rules->errors->count > before)
		return;
	check_channels(rules);
	if (rules->errors->count > before)
		return;
	if (names_apply(&rules->names, rules->board) < 0 ||
	    settings_complete_board(rules->settings, rules->board) < 0) {
		ERROR(rules, rules->node, "no memory");
		return;
	}
	if (rules->board->console_count == 0)
		ERROR(rules, rules->node,
		      "board %s has no console; list its consoles:, or say names-from: which tree",
		      rules->board->name);
	check_console_names(rules);
}

static void check_messages(struct rules *rules)
{
	yaml_node_t *root = yaml_document_get_root_node(&rules->document->yaml);

	if (rules->settings->syslog && !message_address_valid(rules->settings->syslog))
		ERROR(rules, config_document_get(rules->document, root, "syslog"),
		      "syslog: %s is not " MESSAGE_ADDRESS_USAGE, rules->settings->syslog);
}

void config_rules_apply(struct config_document *document, struct settings *settings,
			struct config_errors *errors)
{
	struct rules rules = { .document = document, .settings = settings, .errors = errors };

	check_messages(&rules);
	check_scrollback(&rules, yaml_document_get_root_node(&document->yaml), &settings->clients);
	for (unsigned i = 0; i < settings->board_count; i++)
		check_board(&rules, i);
	if (errors->count == 0)
		config_places_check(document, settings, errors);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/config_places.h"

#include <stdlib.h>
#include <string.h>

#include "mux-server/place.h"

/* A place and whose it is. */
struct use {
	struct place place;
	unsigned board, console;
};

struct uses {
	struct config_document *document;
	struct config_errors *errors;
	const struct settings *settings;
	struct use *list;
	size_t count;
};

/* The key of the place, or else its console, or else (from the tree) the board. */
static yaml_node_t *node_of(const struct uses *uses, const struct use *use)
{
	struct config_document *document = uses->document;
	yaml_node_t *root = yaml_document_get_root_node(&document->yaml);
	yaml_node_t *board = config_document_entry(document, root, "boards", use->board);
	yaml_node_t *console = config_document_entry(document, board, "consoles", use->console);
	yaml_node_t *value = config_document_get(document, console, use->place.key);

	return value ? value : console ? console : board;
}

static void add(struct uses *uses, unsigned board, unsigned console)
{
	const struct console_settings *settings = &uses->settings->boards[board].consoles[console];
	struct use use = { .board = board, .console = console };
	char why[512];

	for (enum place_kind kind = 0; kind < PLACE_KINDS; kind++) {
		if (!place_of(settings, kind, &use.place))
			continue;
		if (place_check(&use.place, why, sizeof(why)) < 0)
			CONFIG_ERROR(uses->document, uses->errors, node_of(uses, &use), "%s", why);
		uses->list[uses->count++] = use;
	}
}

static int compare_text(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "");
}

/* Those that are the same become neighbours. */
static int compare_places(const struct place *a, const struct place *b)
{
	int order = compare_text(a->path, b->path);

	if (order == 0)
		order = a->port - b->port;
	return order ? order : compare_text(a->address, b->address);
}

/* By place, then as they stand in the file. */
static int compare(const void *left, const void *right)
{
	const struct use *a = left, *b = right;
	int order = compare_places(&a->place, &b->place);

	if (order == 0)
		order = (a->board > b->board) - (a->board < b->board);
	if (order == 0)
		order = (a->console > b->console) - (a->console < b->console);
	return order ? order : (int)a->place.kind - (int)b->place.kind;
}

static const char *name_of(const struct uses *uses, const struct use *use)
{
	return uses->settings->boards[use->board].consoles[use->console].name;
}

static void check_neighbours(const struct uses *uses, const struct use *a, const struct use *b)
{
	const struct place *place = &b->place;

	if (compare_places(&a->place, place) != 0 || !place_collides(&a->place, place))
		return;
	if (place->path)
		CONFIG_ERROR(uses->document, uses->errors, node_of(uses, b),
			     "%s: %s is used for two consoles, %s and %s", place->key, place->path,
			     name_of(uses, a), name_of(uses, b));
	else
		CONFIG_ERROR(uses->document, uses->errors, node_of(uses, b),
			     "%s: %u is used for two consoles, %s and %s", place->key, place->port,
			     name_of(uses, a), name_of(uses, b));
}

void config_places_check(struct config_document *document, const struct settings *settings,
			 struct config_errors *errors)
{
	struct uses uses = { .document = document, .errors = errors, .settings = settings };
	size_t consoles = 0;

	for (unsigned b = 0; b < settings->board_count; b++)
		consoles += settings->boards[b].console_count;
	uses.list = malloc((consoles + 1) * PLACE_KINDS * sizeof(*uses.list));
	if (!uses.list) {
		config_error(errors, document->path, 0, 0, "no memory");
		return;
	}
	for (unsigned b = 0; b < settings->board_count; b++)
		for (unsigned c = 0; c < settings->boards[b].console_count; c++)
			add(&uses, b, c);
	qsort(uses.list, uses.count, sizeof(*uses.list), compare);
	for (size_t i = 1; i < uses.count; i++)
		check_neighbours(&uses, &uses.list[i - 1], &uses.list[i]);
	free(uses.list);
}

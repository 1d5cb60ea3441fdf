// SPDX-License-Identifier: BSD-2-Clause
/* Which console of which board of which server a name stands for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/muxctl_server.h"
#include "host-tools/say.h"
#include "mux-server/nearest.h"

struct wanted {
	char server[128]; /* empty: any */
	char board[128];
	const char *console;
	char *end; /* of a number: a channel */
	long channel;
	unsigned found;
	struct nearest nearest;
	char near[128]; /* a copy of its name */
	struct muxctl_console *result;
};

/* Split [SERVER/][BOARD/]CONSOLE.  Returns 0 or -1. */
static int split(struct wanted *wanted, const char *name)
{
	const char *last = strrchr(name, '/'), *first = strchr(name, '/');
	const char *board = name;
	int len;

	wanted->console = last ? last + 1 : name;
	wanted->channel = strtol(wanted->console, &wanted->end, 10);
	if (last && first != last) {
		board = first + 1;
		if (memchr(board, '/', (size_t)(last - board)))
			return -1;
		len = snprintf(wanted->server, sizeof(wanted->server), "%.*s", (int)(first - name),
			       name);
		if (len >= (int)sizeof(wanted->server))
			return -1;
	}
	len = last ? snprintf(wanted->board, sizeof(wanted->board), "%.*s", (int)(last - board),
			      board)
		   : 0;
	return len < (int)sizeof(wanted->board) ? 0 : -1;
}

static void look_at(struct wanted *wanted, const struct muxctl_server *server, const char *board,
		    const json_t *console)
{
	const char *name = json_string_value(json_object_get(console, "name"));
	const char *before = wanted->nearest.name;

	if (!name)
		return;
	nearest_try(&wanted->nearest, name);
	if (wanted->nearest.name != before) {
		snprintf(wanted->near, sizeof(wanted->near), "%s", name);
		wanted->nearest.name = wanted->near;
	}
	if (strcmp(name, wanted->console) != 0 &&
	    (*wanted->end || wanted->end == wanted->console ||
	     json_integer_value(json_object_get(console, "channel")) != wanted->channel))
		return;
	wanted->found++;
	wanted->result->server = server;
	snprintf(wanted->result->name, sizeof(wanted->result->name), "%.126s/%.126s", board, name);
}

static int look_in(struct wanted *wanted, const struct muxctl_server *server)
{
	json_t *answer = muxctl_ask_once(server, "list");
	const json_t *board, *console;
	size_t i, j;

	if (!answer)
		return -1;
	json_array_foreach(json_object_get(answer, "boards"), i, board)
	{
		const char *name = json_string_value(json_object_get(board, "name"));

		if (!name || (wanted->board[0] && strcmp(wanted->board, name) != 0))
			continue;
		json_array_foreach(json_object_get(board, "consoles"), j, console)
			look_at(wanted, server, name, console);
	}
	json_decref(answer);
	return 0;
}

int muxctl_find(struct muxctl_servers *servers, const char *name, struct muxctl_console *console)
{
	struct wanted wanted = { .result = console };

	if (split(&wanted, name) < 0) {
		say_error("%s is not [SERVER/][BOARD/]CONSOLE", name);
		return -1;
	}
	nearest_start(&wanted.nearest, wanted.console);
	for (unsigned i = 0; i < servers->count; i++)
		if (!wanted.server[0] || strcmp(wanted.server, servers->list[i].name) == 0)
			if (look_in(&wanted, &servers->list[i]) < 0)
				return -1;
	if (wanted.found == 1)
		return 0;
	if (wanted.found > 1)
		say_error("%s stands for %u consoles; write BOARD/CONSOLE or SERVER/BOARD/CONSOLE",
			  name, wanted.found);
	else if (wanted.nearest.name)
		say_error("there is no console %s; the nearest is %s", name, wanted.nearest.name);
	else
		say_error("there is no console %s; `muxctl list` shows all", name);
	return -1;
}

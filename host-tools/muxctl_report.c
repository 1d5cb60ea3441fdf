// SPDX-License-Identifier: BSD-2-Clause
/* What is asked of whole servers: stats, log, reload. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/muxctl.h"
#include "host-tools/say.h"

static const char *text(const json_t *object, const char *key)
{
	const char *value = json_string_value(json_object_get(object, key));

	return value ? value : "-";
}

static json_int_t number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

/* Ask every server; with --json print the answers, one a line, else let @print show each. */
static int for_each(struct muxctl_arguments *arguments, const char *request,
		    void (*print)(const char *server, const json_t *answer))
{
	int status = MUXCTL_OK;

	for (unsigned i = 0; i < arguments->servers.count; i++) {
		const struct muxctl_server *server = &arguments->servers.list[i];
		json_t *answer = muxctl_ask_once(server, request);

		if (!answer) {
			status = MUXCTL_FAILED;
			continue;
		}
		if (arguments->format == MUXCTL_JSON) {
			json_object_set_new(answer, "server", json_string(server->name));
			json_dumpf(answer, stdout, JSON_COMPACT);
			putchar('\n');
		} else {
			print(server->name, answer);
		}
		json_decref(answer);
	}
	return fflush(stdout) == 0 ? status : MUXCTL_FAILED;
}

/* Every number of each board, console and client, one a line. */
static void print_numbers(const char *prefix, const json_t *object)
{
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)object, key, value) if (json_is_integer(value))
		printf("%s.%s %" JSON_INTEGER_FORMAT "\n", prefix, key, json_integer_value(value));
	else if (json_is_string(value) && strcmp(key, "name") != 0)
		printf("%s.%s %s\n", prefix, key, json_string_value(value));
}

static void print_console(const char *board, const json_t *console)
{
	char *name = say_format("%s/%s", board, text(console, "name"));
	const json_t *client;
	size_t i;

	print_numbers(name, console);
	json_array_foreach(json_object_get(console, "connections"), i, client)
	{
		char *prefix = say_format("%s.connections.%zu", name, i);

		print_numbers(prefix, client);
		free(prefix);
	}
	free(name);
}

static void print_stats(const char *server, const json_t *answer)
{
	const json_t *board, *console;
	size_t i, j;

	json_array_foreach(json_object_get(answer, "boards"), i, board)
	{
		char *prefix = say_format("%s/%s", server, text(board, "name"));

		print_numbers(prefix, board);
		json_array_foreach(json_object_get(board, "consoles"), j, console)
			print_console(prefix, console);
		free(prefix);
	}
}

int muxctl_stats(struct muxctl_arguments *arguments)
{
	return for_each(arguments, "stats", print_stats);
}

static void print_logs(const char *server, const json_t *answer)
{
	const json_t *log;
	size_t i;

	json_array_foreach(json_object_get(answer, "logs"), i, log)
	{
		json_int_t errors = number(log, "errors");

		printf("%s/%s/%s %s/%s.log", server, text(log, "board"), text(log, "console"),
		       text(log, "directory"), text(log, "name"));
		if (errors)
			printf(" (trouble %" JSON_INTEGER_FORMAT " times)", errors);
		putchar('\n');
	}
}

int muxctl_log(struct muxctl_arguments *arguments)
{
	return for_each(arguments, "log", print_logs);
}

static void print_reloaded(const char *server, const json_t *answer)
{
	(void)answer;
	printf("%s: reloaded\n", server);
}

int muxctl_reload(struct muxctl_arguments *arguments)
{
	return for_each(arguments, "reload", print_reloaded);
}

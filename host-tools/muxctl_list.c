// SPDX-License-Identifier: BSD-2-Clause
/* `muxctl list`: the consoles of all servers, for people and for programs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* The host under which others reach a port that listens on @address. */
static json_t *host_of(const json_t *console)
{
	const char *address = json_string_value(json_object_get(console, "listen"));
	char self[256] = "localhost";

	if (!address)
		return json_string("localhost");
	if (strcmp(address, "0.0.0.0") != 0 && strcmp(address, "::") != 0)
		return json_string(address);
	gethostname(self, sizeof(self) - 1);
	return json_string(self);
}

/* Append what @server says of its consoles, each with what it says of the board. */
static void add_consoles(json_t *consoles, const char *server, const json_t *answer)
{
	const json_t *board;
	json_t *console;
	size_t i, j;

	json_array_foreach(json_object_get(answer, "boards"), i, board)
	{
		json_array_foreach(json_object_get(board, "consoles"), j, console)
		{
			json_t *all =
				json_pack("{s:s, s:s, s:s, s:s}", "server", server, "board",
					  text(board, "name"), "target", text(board, "target"),
					  "state", text(board, "state"));

			json_object_update(all, console);
			json_object_del(all, "listen");
			json_object_set_new(all, "host", host_of(console));
			json_array_append_new(consoles, all);
		}
	}
}

/* Is there another console with the same @keys? */
static bool is_ambiguous(const json_t *consoles, const json_t *console, const char *const keys[])
{
	const json_t *other;
	size_t i;

	json_array_foreach(consoles, i, other)
	{
		bool same = other != console;

		for (size_t k = 0; keys[k]; k++)
			same = same && strcmp(text(other, keys[k]), text(console, keys[k])) == 0;
		if (same)
			return true;
	}
	return false;
}

/* The shortest name that stands for @console alone; the caller frees it. */
static char *short_name(const json_t *consoles, const json_t *console)
{
	const char *server = text(console, "server"), *board = text(console, "board"),
		   *name = text(console, "name");

	if (!is_ambiguous(consoles, console, (const char *const[]){ "name", NULL }))
		return say_format("%s", name);
	if (!is_ambiguous(consoles, console, (const char *const[]){ "board", "name", NULL }))
		return say_format("%s/%s", board, name);
	return say_format("%s/%s/%s", server, board, name);
}

static void print_row(const json_t *console)
{
	char *name = say_format("%s/%s/%s", text(console, "server"), text(console, "board"),
				text(console, "name"));
	char port[24] = "-";

	if (json_is_integer(json_object_get(console, "port")))
		snprintf(port, sizeof(port), "%" JSON_INTEGER_FORMAT, number(console, "port"));
	printf("%-32s %7" JSON_INTEGER_FORMAT "  %-9s %5s %7" JSON_INTEGER_FORMAT
	       " %12" JSON_INTEGER_FORMAT "\n",
	       name, number(console, "channel"), text(console, "state"), port,
	       number(console, "clients"), number(console, "bytes"));
	free(name);
}

/* A stanza for another program that reaches the console by its port, if it has one. */
static void print_stanza(const json_t *console, enum muxctl_format format)
{
	char *name = say_format("%s-%s", text(console, "board"), text(console, "name"));
	json_int_t port = number(console, "port");

	if (port && format == MUXCTL_LABGRID)
		printf("%s:\n  NetworkSerialPort:\n    host: '%s'\n"
		       "    port: %" JSON_INTEGER_FORMAT "\n    speed: 115200\n"
		       "    protocol: raw\n",
		       name, text(console, "host"), port);
	else if (port)
		printf("console %s {\n\tmaster localhost;\n\ttype host;\n\thost %s;\n"
		       "\tport %" JSON_INTEGER_FORMAT ";\n\tprotocol raw;\n}\n",
		       name, text(console, "host"), port);
	free(name);
}

static void print_all(const json_t *consoles, enum muxctl_format format)
{
	const json_t *console;
	size_t i;

	json_array_foreach(consoles, i, console)
	{
		if (format == MUXCTL_NAMES) {
			char *name = short_name(consoles, console);

			puts(name);
			free(name);
		} else if (format == MUXCTL_TEXT) {
			print_row(console);
		} else {
			print_stanza(console, format);
		}
	}
}

int muxctl_list(struct muxctl_arguments *arguments)
{
	json_t *consoles = json_array();
	json_t *document = json_pack("{s:i, s:o}", "version", 1, "consoles", consoles);
	int status = MUXCTL_OK;

	for (unsigned i = 0; i < arguments->servers.count; i++) {
		const struct muxctl_server *server = &arguments->servers.list[i];
		json_t *answer = muxctl_ask_once(server, "list");

		if (answer)
			add_consoles(consoles, server->name, answer);
		else
			status = MUXCTL_FAILED;
		json_decref(answer);
	}
	if (arguments->format == MUXCTL_JSON) {
		json_dumpf(document, stdout, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
		putchar('\n');
	} else {
		if (arguments->format == MUXCTL_TEXT)
			printf("%-32s %7s  %-9s %5s %7s %12s\n", "SERVER/BOARD/CONSOLE", "CHANNEL",
			       "TARGET", "PORT", "CLIENTS", "BYTES");
		print_all(consoles, arguments->format);
	}
	json_decref(document);
	return fflush(stdout) == 0 ? status : MUXCTL_FAILED;
}

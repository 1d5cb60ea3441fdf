/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/place.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

bool place_of(const struct console_settings *settings, enum place_kind kind, struct place *place)
{
	const uint16_t *port = NULL;

	*place = (struct place){ .kind = kind };
	switch (kind) {
	case PLACE_PORT:
		place->key = "port";
		port = settings->port;
		break;
	case PLACE_READ_ONLY_PORT:
		place->key = "read-only-port";
		port = settings->read_only_port;
		break;
	case PLACE_SOCKET:
		place->key = "socket";
		place->path = settings->socket;
		break;
	case PLACE_PTY:
		place->key = "pty";
		place->path = settings->pty;
		break;
	case PLACE_KINDS:
		break;
	}
	if (port) {
		place->port = *port;
		place->address = settings->listen;
	}
	if (place->path)
		place->group = settings->socket_group;
	return port || place->path;
}

bool place_same(const struct console_settings *a, const struct console_settings *b,
		enum place_kind kind)
{
	struct place pa, pb;
	bool has_a = place_of(a, kind, &pa), has_b = place_of(b, kind, &pb);

	if (!has_a || !has_b)
		return has_a == has_b;
	return pa.port == pb.port && settings_same_text(pa.address, pb.address) &&
	       settings_same_text(pa.path, pb.path) && settings_same_text(pa.group, pb.group);
}

bool place_collides(const struct place *a, const struct place *b)
{
	if (a->path || b->path)
		return settings_same_text(a->path, b->path);
	return a->port != 0 && a->port == b->port;
}

int place_check(const struct place *place, char *why, size_t why_size)
{
	if (!place->path)
		return 0;
	if (!strchr(place->path, '/'))
		snprintf(
			why, why_size,
			"%s: there is no run directory for %s; set XDG_RUNTIME_DIR, or give a path "
			"with a /",
			place->key, place->path);
	else if (place->path[strlen(place->path) - 1] == '/')
		snprintf(why, why_size, "%s: %s is a directory; name a file in it", place->key,
			 place->path);
	else if (strlen(place->path) > PLACE_PATH_MAX)
		snprintf(why, why_size, "%s: %s has %zu bytes; at most %d", place->key, place->path,
			 strlen(place->path), PLACE_PATH_MAX);
	else
		return 0;
	return -EINVAL;
}

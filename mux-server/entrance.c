/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/entrance.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mux-server/activation.h"
#include "mux-server/control_path.h"
#include "mux-server/report.h"
#include "mux-server/socket_file.h"

struct entrance {
	struct place place;
	char *path;		   /* that place.path points to */
	bool passed;		   /* by the service manager */
	struct listener *listener; /* or */
	struct pty *pty;	   /* one of them */
	struct socket_file file;   /* of a socket that was not passed */
};

/* A directory in the run directory is made for what is in it, and goes with the last of it. */
static bool in_run_directory(const char *path, char *directory, size_t size)
{
	char run[PLACE_PATH_MAX + 1];
	const char *slash = strrchr(path, '/');
	size_t len;

	if (!slash || control_path_directory(run, sizeof(run)) < 0)
		return false;
	len = strlen(run);
	if (strncmp(path, run, len) != 0 || path[len] != '/' || slash <= path + len)
		return false;
	return snprintf(directory, size, "%.*s", (int)(slash - path), path) < (int)size;
}

/* If one cannot be made, opening what should be in it says why. */
static void make_directory(const char *path)
{
	char run[PLACE_PATH_MAX + 1], directory[PLACE_PATH_MAX + 1];

	if (!in_run_directory(path, directory, sizeof(directory)))
		return;
	if (control_path_directory(run, sizeof(run)) == 0)
		mkdir(run, 0755);
	mkdir(directory, 0755);
}

static void remove_directory(const char *path)
{
	char directory[PLACE_PATH_MAX + 1];

	if (in_run_directory(path, directory, sizeof(directory)))
		rmdir(directory);
}

static void warn(struct listener_set *set, const char *address)
{
	if (!address || strcmp(address, "localhost") == 0 ||
	    strncmp(address, set->wide, sizeof(set->wide) - 1) == 0)
		return;
	snprintf(set->wide, sizeof(set->wide), "%s", address);
	report_error("listening on %s: whoever reaches it has the consoles, there is no password",
		     address);
}

static int listen_on(struct entrance *entrance, struct listener_set *set, struct board *board,
		     struct channel *channel, const int fds[], int count, char *why,
		     size_t why_size)
{
	struct client_terms terms = { .read_only = false };
	int status = listener_open(&entrance->listener, set, board, channel, fds, count);

	if (status < 0)
		snprintf(why, why_size, "no memory for stream %d", channel->number);
	else
		entrance_set_terms(entrance, &terms);
	return status;
}

static int open_port(struct entrance *entrance, struct listener_set *set, struct board *board,
		     struct channel *channel, char *why, size_t why_size)
{
	int fds[TCP_PORT_SOCKETS_MAX];
	struct place *place = &entrance->place;
	int count = tcp_port_open(place->address, place->port, fds, why, why_size);

	if (count < 0)
		return count;
	place->port = tcp_port_of(fds[0]);
	return listen_on(entrance, set, board, channel, fds, count, why, why_size);
}

static int open_socket(struct entrance *entrance, struct listener_set *set, struct board *board,
		       struct channel *channel, char *why, size_t why_size)
{
	int status = socket_file_open(&entrance->file, entrance->path, entrance->place.group, why,
				      why_size);

	if (status < 0)
		return status;
	status = listen_on(entrance, set, board, channel, &entrance->file.fd, 1, why, why_size);
	if (status < 0)
		socket_file_remove(&entrance->file);
	return status;
}

static int open_place(struct entrance *entrance, struct listener_set *set, struct board *board,
		      struct channel *channel, char *why, size_t why_size)
{
	const struct place *place = &entrance->place;

	if (!place->path)
		return open_port(entrance, set, board, channel, why, why_size);
	if (place_check(place, why, why_size) < 0)
		return -EINVAL;
	make_directory(place->path);
	if (place->kind == PLACE_SOCKET)
		return open_socket(entrance, set, board, channel, why, why_size);
	return pty_open(&entrance->pty, &set->ptys, board, channel, place->path, place->group, why,
			why_size);
}

static void tell(const struct entrance *entrance, const struct channel *channel)
{
	const struct place *place = &entrance->place;
	int number = channel->number;

	if (place->path)
		report_info("IO Channel %d %s %s for stream %d%s", number,
			    entrance->pty ? "has terminal" : "listening on socket", place->path,
			    number, channel->of);
	else
		report_info("IO Channel %d listening on port %u for stream %d%s%s", number,
			    place->port, number, channel->of,
			    place->kind == PLACE_READ_ONLY_PORT ? ", read-only" : "");
}

/* What the service manager has opened for this console.  Returns how many sockets, or -errno. */
static int take_passed(struct entrance *entrance, const struct channel *channel,
		       int fds[TCP_PORT_SOCKETS_MAX])
{
	int count = activation_take(channel->board, channel->name, entrance->place.kind, fds,
				    TCP_PORT_SOCKETS_MAX);

	if (count <= 0)
		return count;
	entrance->passed = true;
	entrance->place.port = tcp_port_of(fds[0]);
	if (entrance->place.kind == PLACE_SOCKET) {
		free(entrance->path);
		entrance->path = activation_path(fds[0]);
		entrance->place.path = entrance->path ? entrance->path : "";
	}
	return count;
}

int entrance_open(struct entrance **result, struct listener_set *set, struct board *board,
		  struct channel *channel, enum place_kind kind, const struct place *place,
		  char *why, size_t why_size)
{
	struct entrance *entrance = calloc(1, sizeof(*entrance));
	int fds[TCP_PORT_SOCKETS_MAX];
	int status = 0;

	*result = NULL;
	if (entrance && place) {
		entrance->place = *place;
		entrance->path = place->path ? strdup(place->path) : NULL;
		entrance->place.path = entrance->path;
	}
	if (!entrance || (place && place->path && !entrance->path)) {
		snprintf(why, why_size, "no memory for stream %d", channel->number);
		free(entrance);
		return -ENOMEM;
	}
	entrance->place.kind = kind;
	status = take_passed(entrance, channel, fds);
	if (status < 0)
		snprintf(why, why_size, "cannot use what was passed for stream %d: %s",
			 channel->number, strerror(-status));
	else if (status > 0)
		status = listen_on(entrance, set, board, channel, fds, status, why, why_size);
	else if (place)
		status = open_place(entrance, set, board, channel, why, why_size);
	if (status < 0 || (!place && !entrance->passed)) {
		if (entrance->path)
			remove_directory(entrance->path);
		free(entrance->path);
		free(entrance);
		return status;
	}
	tell(entrance, channel);
	warn(set, entrance->place.address);
	entrance->place.address = entrance->place.group = NULL;
	*result = entrance;
	return 0;
}

const struct place *entrance_place(const struct entrance *entrance)
{
	return &entrance->place;
}

bool entrance_is_passed(const struct entrance *entrance)
{
	return entrance->passed;
}

void entrance_set_terms(struct entrance *entrance, const struct client_terms *terms)
{
	struct client_terms own = *terms;

	own.read_only |= entrance->place.kind == PLACE_READ_ONLY_PORT;
	if (entrance->place.kind == PLACE_SOCKET || entrance->place.kind == PLACE_PTY)
		own.telnet = TELNET_OFF;
	if (entrance->place.kind == PLACE_SOCKET || entrance->place.kind == PLACE_PTY)
		own.telnet = TELNET_OFF;
	if (entrance->pty)
		pty_set_terms(entrance->pty, &own);
	else
		listener_set_terms(entrance->listener, &own);
}

void entrance_close(struct entrance *entrance)
{
	if (entrance->listener)
		listener_close(entrance->listener);
	if (entrance->pty)
		pty_close(entrance->pty);
	if (!entrance->passed && entrance->place.kind == PLACE_SOCKET)
		socket_file_remove(&entrance->file);
	if (!entrance->passed && entrance->path)
		remove_directory(entrance->path);
	free(entrance->path);
	free(entrance);
}

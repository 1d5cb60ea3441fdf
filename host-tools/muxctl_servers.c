// SPDX-License-Identifier: BSD-2-Clause
/* Which servers there are: their control sockets are found by name or by directory. */
#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host-tools/muxctl_server.h"
#include "host-tools/say.h"
#include "mux-server/control_path.h"

/* A service has a run directory of its own, which is in the one that all look into. */
#define OF_SERVICE "mux_server"

struct search {
	struct muxctl_servers *servers;
	const char *name; /* of the server that is looked for; NULL: all */
	unsigned found;
	char denied[MUXCTL_PATH_MAX]; /* a socket that is there but not for us */
};

static int add_socket(struct muxctl_servers *servers, const char *path)
{
	struct muxctl_server *server = &servers->list[servers->count];
	const char *slash = strrchr(path, '/');
	size_t len;

	if (servers->count == MUXCTL_SERVERS_MAX || strlen(path) >= sizeof(server->path)) {
		say_error("%s: too many servers, or too long a path", path);
		return -1;
	}
	snprintf(server->path, sizeof(server->path), "%s", path);
	snprintf(server->name, sizeof(server->name), "%s", slash ? slash + 1 : path);
	len = strlen(server->name);
	if (len > strlen(CONTROL_SUFFIX) &&
	    strcmp(server->name + len - strlen(CONTROL_SUFFIX), CONTROL_SUFFIX) == 0)
		server->name[len - strlen(CONTROL_SUFFIX)] = '\0';
	servers->count++;
	return 0;
}

/* Is @file the socket of a server that is looked for? */
static bool is_wanted(const struct search *search, const char *file)
{
	size_t len = strlen(file), suffix = strlen(CONTROL_SUFFIX);

	if (len <= suffix || strcmp(file + len - suffix, CONTROL_SUFFIX) != 0)
		return false;
	return !search->name || (strlen(search->name) == len - suffix &&
				 strncmp(search->name, file, len - suffix) == 0);
}

/* Sockets of servers that have died are passed over. */
static int try_socket(struct search *search, const char *path)
{
	int fd = muxctl_connect(path);

	if (fd < 0) {
		if (errno == EACCES)
			snprintf(search->denied, sizeof(search->denied), "%s", path);
		return 0;
	}
	close(fd);
	search->found++;
	return add_socket(search->servers, path);
}

/* Look into @directory, and with @services also into those of services in it. */
static int search_directory(struct search *search, const char *directory, bool services)
{
	struct dirent **entries;
	int count = scandir(directory, &entries, NULL, alphasort);
	int status = 0;

	for (int i = 0; i < count; i++) {
		const char *file = entries[i]->d_name;
		char *path = say_format("%s/%s", directory, file);

		if (status == 0 && is_wanted(search, file)) {
			status = try_socket(search, path);
		} else if (status == 0 && services && file[0] != '.') {
			char *inner = say_format("%s/%s", path, OF_SERVICE);

			status = search_directory(search, inner, false);
			free(inner);
		}
		free(path);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return status;
}

/* Say why nothing was found in @directory. */
static int nothing_found(const struct search *search, const char *directory)
{
	if (search->denied[0])
		say_error("%s: Permission denied; it is for root, the server's user and its group",
			  search->denied);
	else if (search->name)
		say_error("%s is neither a control socket, nor a directory of them, nor a server "
			  "with one in %s",
			  search->name, directory);
	else
		say_error("no server has a control socket in %s; say -s SOCKET, or start "
			  "mux_server with --config or --control",
			  directory);
	return -1;
}

int muxctl_servers_add(struct muxctl_servers *servers, const char *path)
{
	struct search search = { .servers = servers };
	char own[MUXCTL_PATH_MAX];
	const char *directory = own;
	struct stat st;

	if (path && stat(path, &st) == 0 && !S_ISDIR(st.st_mode))
		return add_socket(servers, path);
	if (path && stat(path, &st) == 0) {
		directory = path;
	} else if (path && strchr(path, '/')) {
		say_error("%s: %s", path, strerror(errno));
		return -1;
	} else {
		search.name = path;
		if (control_path_directory(own, sizeof(own)) < 0) {
			say_error("XDG_RUNTIME_DIR is not set; say -s SOCKET");
			return -1;
		}
	}
	if (search_directory(&search, directory, true) < 0)
		return -1;
	return search.found ? 0 : nothing_found(&search, directory);
}

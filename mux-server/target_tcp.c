/* SPDX-License-Identifier: BSD-2-Clause */
/* A target behind host:port: every address of the host is tried in turn. */
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mux-server/lookup.h"
#include "mux-server/report.h"
#include "mux-server/sockets.h"
#include "mux-server/target.h"

enum { CONNECT_TIMEOUT_S = 10, IDLE_S = 10 };

struct tcp {
	char host[256];
	char port[32];
	struct lookup *lookup;
	struct addrinfo *next; /* to try when this one fails; part of the lookup */
	int fd;
	struct event *event; /* the look-up or the connection being made */
};

static void connect_next(struct target *target, int error);

static void on_connected(evutil_socket_t fd, short what, void *arg)
{
	struct target *target = arg;
	struct tcp *tcp = target->link;
	int error = 0;
	socklen_t len = sizeof(error);

	event_free(tcp->event);
	tcp->event = NULL;
	if (what & EV_TIMEOUT)
		error = ETIMEDOUT;
	else if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) < 0)
		error = errno;
	if (error) {
		close(tcp->fd);
		tcp->fd = -1;
		connect_next(target, error);
		return;
	}
	lookup_drop(tcp->lookup);
	tcp->lookup = NULL;
	socket_tune_tcp(tcp->fd, IDLE_S);
	target_opened(target, tcp->fd, tcp->fd, true);
}

/* Try the next address; @error is why the one before failed. */
static void connect_next(struct target *target, int error)
{
	struct tcp *tcp = target->link;
	struct timeval patience = { .tv_sec = CONNECT_TIMEOUT_S };

	for (struct addrinfo *to = tcp->next; to; to = to->ai_next) {
		tcp->fd = socket(to->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		if (tcp->fd < 0) {
			error = errno;
			continue;
		}
		if (connect(tcp->fd, to->ai_addr, to->ai_addrlen) == 0 || errno == EINPROGRESS) {
			tcp->next = to->ai_next;
			tcp->event =
				event_new(target->base, tcp->fd, EV_WRITE, on_connected, target);
			if (tcp->event && event_add(tcp->event, &patience) == 0)
				return;
			errno = ENOMEM;
		}
		error = errno;
		close(tcp->fd);
		tcp->fd = -1;
	}
	target_failed(target, "connect() failed for target (host \"%s\", port %s): %s", tcp->host,
		      tcp->port, strerror(error));
}

static void on_looked_up(evutil_socket_t fd, short what, void *arg)
{
	struct target *target = arg;
	struct tcp *tcp = target->link;
	int status = lookup_answer(tcp->lookup, &tcp->next);

	(void)fd;
	(void)what;
	event_free(tcp->event);
	tcp->event = NULL;
	if (status != 0)
		target_failed(target, "unknown target host: %s (port %s): %s", tcp->host, tcp->port,
			      gai_strerror(status));
	else
		connect_next(target, 0);
}

/* Split at the last colon; an IPv6 address may stand in brackets. */
static int split(struct tcp *tcp, const char *name)
{
	const char *colon = strrchr(name, ':');
	size_t len = (size_t)(colon - name);

	if (len > 2 && name[0] == '[' && name[len - 1] == ']') {
		name++;
		len -= 2;
	}
	if (len == 0 || len >= sizeof(tcp->host) || colon[1] == '\0' ||
	    strlen(colon + 1) >= sizeof(tcp->port))
		return -EINVAL;
	memcpy(tcp->host, name, len);
	tcp->host[len] = '\0';
	strcpy(tcp->port, colon + 1);
	return 0;
}

static int prepare(struct target *target)
{
	struct tcp *tcp = calloc(1, sizeof(*tcp));

	if (!tcp)
		return -ENOMEM;
	tcp->fd = -1;
	if (split(tcp, target->settings.name) < 0) {
		free(tcp);
		return -EINVAL;
	}
	target->link = tcp;
	return 0;
}

static void open_tcp(struct target *target)
{
	struct tcp *tcp = target->link;

	if (target->trouble[0] == '\0')
		report_info("connecting to target (host \"%s\", port %s)", tcp->host, tcp->port);
	tcp->lookup = lookup_start(tcp->host, tcp->port);
	if (tcp->lookup)
		tcp->event = event_new(target->base, lookup_fd(tcp->lookup), EV_READ, on_looked_up,
				       target);
	if (!tcp->event || event_add(tcp->event, NULL) < 0)
		target_failed(target, "cannot look up %s: %s", tcp->host, strerror(errno));
}

static void close_tcp(struct target *target)
{
	struct tcp *tcp = target->link;

	if (tcp->event)
		event_free(tcp->event);
	if (tcp->lookup)
		lookup_drop(tcp->lookup);
	if (tcp->fd >= 0)
		close(tcp->fd);
	tcp->event = NULL;
	tcp->lookup = NULL;
	tcp->next = NULL;
	tcp->fd = -1;
}

static void destroy(struct target *target)
{
	free(target->link);
}

const struct target_kind target_kind_tcp = {
	.prepare = prepare,
	.open = open_tcp,
	.close = close_tcp,
	.destroy = destroy,
};

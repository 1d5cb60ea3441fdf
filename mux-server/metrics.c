/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/metrics.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mux-server/http.h"
#include "mux-server/report.h"

struct metrics {
	struct metrics_source source;
	struct http *http;
};

static int write_metrics(struct evbuffer *body, void *arg)
{
	struct metrics *metrics = arg;

	metrics->source.collect(body, metrics->source.arg);
	return 200;
}

static int write_health(struct evbuffer *body, void *arg)
{
	struct metrics *metrics = arg;

	return metrics->source.check_health(body, metrics->source.arg) ? 200 : 503;
}

static const struct http_page pages[] = {
	{ "/metrics", "text/plain; version=0.0.4; charset=utf-8", write_metrics },
	{ "/healthz", "application/json", write_health },
	{ NULL, NULL, NULL },
};

/* Returns a listening socket, or -errno. */
static int listen_on(const char *host, const char *port)
{
	struct addrinfo hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
	struct addrinfo *addresses;
	int error = EADDRNOTAVAIL, one = 1, fd = -1;

	if (getaddrinfo(host, port, &hints, &addresses) != 0)
		return -EADDRNOTAVAIL;
	for (struct addrinfo *a = addresses; a && fd < 0; a = a->ai_next) {
		fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		if (fd < 0)
			continue;
		setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
		if (bind(fd, a->ai_addr, a->ai_addrlen) < 0 || listen(fd, 16) < 0) {
			error = errno;
			close(fd);
			fd = -1;
		}
	}
	freeaddrinfo(addresses);
	return fd < 0 ? -error : fd;
}

/* Split "HOST:PORT", "[HOST]:PORT" or "PORT". */
static int open_address(const char *address)
{
	char host[256];
	const char *colon = strrchr(address, ':');
	size_t len;

	if (!colon)
		return listen_on("127.0.0.1", address);
	len = (size_t)(colon - address);
	if (len >= 2 && address[0] == '[' && address[len - 1] == ']') {
		address++;
		len -= 2;
	}
	if (len == 0 || len >= sizeof(host))
		return -EINVAL;
	snprintf(host, sizeof(host), "%.*s", (int)len, address);
	return listen_on(host, colon + 1);
}

static unsigned port_of(int fd)
{
	struct sockaddr_storage at;
	socklen_t len = sizeof(at);

	if (getsockname(fd, (struct sockaddr *)&at, &len) < 0)
		return 0;
	return ntohs(at.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&at)->sin6_port
					      : ((struct sockaddr_in *)&at)->sin_port);
}

int metrics_open(struct metrics **result, struct event_base *base, const char *address, int passed,
		 const struct metrics_source *source, char *why, size_t why_size)
{
	struct metrics *metrics = calloc(1, sizeof(*metrics));
	int fd = passed >= 0 ? passed : open_address(address);
	int status = fd < 0 ? fd : -ENOMEM;
	unsigned port = 0;

	if (fd >= 0 && !metrics) {
		close(fd);
	} else if (fd >= 0) {
		metrics->source = *source;
		port = port_of(fd);
		metrics->http = http_open(base, fd, pages, metrics);
	}
	if (metrics && metrics->http) {
		report_info("metrics on port %u", port);
		*result = metrics;
		return 0;
	}
	free(metrics);
	snprintf(why, why_size, "cannot serve metrics on %s: %s; it is HOST:PORT or PORT",
		 address ? address : "the passed socket", strerror(-status));
	return status;
}

void metrics_close(struct metrics *metrics)
{
	http_close(metrics->http);
	free(metrics);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/metrics.h"

#include <errno.h>
#include <event2/http.h>
#include <event2/listener.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "mux-server/report.h"

enum { HEADERS_MAX = 8192, IDLE_S = 10, RESUME_S = 1 };

struct metrics {
	struct metrics_source source;
	struct evhttp *http;
	struct evconnlistener *listener;
	bool bound; /* @listener belongs to @http */
};

static struct event *resume; /* pending: out of descriptors, nobody is accepted */

static void answer(struct evhttp_request *request, int code, const char *reason, const char *type,
		   struct evbuffer *body)
{
	struct evkeyvalq *headers = evhttp_request_get_output_headers(request);

	evhttp_add_header(headers, "Content-Type", type);
	evhttp_add_header(headers, "Connection", "close");
	evhttp_send_reply(request, code, reason, body);
}

static void on_metrics(struct evhttp_request *request, void *arg)
{
	struct metrics *metrics = arg;
	struct evbuffer *body = evbuffer_new();

	if (!body) {
		evhttp_send_error(request, HTTP_INTERNAL, "out of memory");
		return;
	}
	metrics->source.collect(body, metrics->source.arg);
	answer(request, HTTP_OK, "OK", "text/plain; version=0.0.4; charset=utf-8", body);
	evbuffer_free(body);
}

static void on_health(struct evhttp_request *request, void *arg)
{
	struct metrics *metrics = arg;
	struct evbuffer *body = evbuffer_new();
	char why[256] = "ok";
	bool healthy = metrics->source.healthy(why, sizeof(why), metrics->source.arg);

	if (!body) {
		evhttp_send_error(request, HTTP_INTERNAL, "out of memory");
		return;
	}
	evbuffer_add_printf(body, "%s\n", why);
	answer(request, healthy ? HTTP_OK : HTTP_SERVUNAVAIL, healthy ? "OK" : "Unavailable",
	       "text/plain; charset=utf-8", body);
	evbuffer_free(body);
}

static void on_other(struct evhttp_request *request, void *arg)
{
	(void)arg;
	evhttp_send_error(request, HTTP_NOTFOUND, "there are /metrics and /healthz");
}

static void on_resume(evutil_socket_t fd, short what, void *arg)
{
	struct metrics *metrics = arg;

	(void)fd;
	(void)what;
	evconnlistener_enable(metrics->listener);
}

/* Out of descriptors: the connection stays in the backlog and would be reported for ever. */
static void on_accept_error(struct evconnlistener *listener, void *arg)
{
	struct timeval wait = { .tv_sec = RESUME_S };

	(void)arg; /* is evhttp's */
	evconnlistener_disable(listener);
	event_add(resume, &wait);
}

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

static int start(struct metrics *metrics, struct event_base *base, int fd)
{
	resume = evtimer_new(base, on_resume, metrics);
	metrics->http = evhttp_new(base);
	metrics->listener = evconnlistener_new(
		base, NULL, NULL, LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
	if (!metrics->listener)
		close(fd);
	if (!resume || !metrics->http || !metrics->listener)
		return -ENOMEM;
	evhttp_set_allowed_methods(metrics->http, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD);
	evhttp_set_max_headers_size(metrics->http, HEADERS_MAX);
	evhttp_set_max_body_size(metrics->http, 0);
	evhttp_set_timeout(metrics->http, IDLE_S);
	evhttp_set_cb(metrics->http, "/metrics", on_metrics, metrics);
	evhttp_set_cb(metrics->http, "/healthz", on_health, metrics);
	evhttp_set_gencb(metrics->http, on_other, NULL);
	metrics->bound = evhttp_bind_listener(metrics->http, metrics->listener) != NULL;
	if (!metrics->bound)
		return -ENOMEM;
	evconnlistener_set_error_cb(metrics->listener, on_accept_error);
	report_info("metrics on port %u", port_of(fd));
	return 0;
}

int metrics_open(struct metrics **result, struct event_base *base, const char *address,
		 const struct metrics_source *source, char *why, size_t why_size)
{
	struct metrics *metrics = calloc(1, sizeof(*metrics));
	int fd = metrics ? open_address(address) : -ENOMEM;
	int status = fd;

	if (fd >= 0) {
		metrics->source = *source;
		status = start(metrics, base, fd);
		if (status == 0) {
			*result = metrics;
			return 0;
		}
		metrics_close(metrics);
	} else {
		free(metrics);
	}
	snprintf(why, why_size, "cannot serve metrics on %s: %s; it is HOST:PORT or PORT", address,
		 strerror(-status));
	return status;
}

void metrics_close(struct metrics *metrics)
{
	if (metrics->http)
		evhttp_free(metrics->http);
	if (metrics->listener && !metrics->bound)
		evconnlistener_free(metrics->listener);
	if (resume)
		event_free(resume);
	resume = NULL;
	free(metrics);
}

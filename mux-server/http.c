/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/http.h"

#include <event2/bufferevent.h>
#include <event2/listener.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <unistd.h>

enum { RESUME_S = 1 };

struct visit {
	TAILQ_ENTRY(visit) link;
	struct http *http;
	struct bufferevent *socket;
	struct event *end; /* of its time */
};

struct http {
	struct event_base *base;
	struct evconnlistener *listener;
	struct event *resume; /* pending: out of descriptors, nobody is accepted */
	const struct http_page *pages;
	void *arg;
	TAILQ_HEAD(, visit) visits;
	unsigned visit_count;
};

static void visit_close(struct visit *visit)
{
	struct http *http = visit->http;

	if (visit->end)
		event_free(visit->end);
	if (visit->socket)
		bufferevent_free(visit->socket);
	TAILQ_REMOVE(&http->visits, visit, link);
	free(visit);
	if (http->visit_count-- == HTTP_CONNECTIONS_MAX &&
	    !event_pending(http->resume, EV_TIMEOUT, NULL))
		evconnlistener_enable(http->listener);
}

static void on_end(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	visit_close(arg);
}

static void on_event(struct bufferevent *socket, short what, void *arg)
{
	(void)socket;
	(void)what;
	visit_close(arg);
}

static void on_sent(struct bufferevent *socket, void *arg)
{
	(void)socket;
	visit_close(arg);
}

static const char *reason_of(int status)
{
	switch (status) {
	case 200:
		return "OK";
	case 404:
		return "Not Found";
	case 405:
		return "Method Not Allowed";
	case 503:
		return "Service Unavailable";
	default:
		return "Bad Request";
	}
}

/* Say it, and hang up when it is said. */
static void answer(struct visit *visit, int status, const char *type, struct evbuffer *body,
		   bool only_head)
{
	struct evbuffer *out = bufferevent_get_output(visit->socket);

	bufferevent_disable(visit->socket, EV_READ);
	bufferevent_setcb(visit->socket, NULL, on_sent, on_event, visit);
	evbuffer_add_printf(out,
			    "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
			    "Connection: close\r\n\r\n",
			    status, reason_of(status), type, evbuffer_get_length(body));
	if (!only_head)
		evbuffer_add_buffer(out, body);
}

static const struct http_page *find_page(const struct http *http, const char *path)
{
	size_t len = strcspn(path, "?");

	for (const struct http_page *page = http->pages; page->path; page++)
		if (strlen(page->path) == len && strncmp(page->path, path, len) == 0)
			return page;
	return NULL;
}

/* Returns the status; with a page's, *@type is set. */
static int write_page(struct http *http, const char *line, struct evbuffer *body, const char **type)
{
	char method[8], path[256], version[16];
	const struct http_page *page;

	if (sscanf(line, "%7s %255s %15s", method, path, version) != 3 ||
	    strncmp(version, "HTTP/1.", 7) != 0)
		return 400;
	if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
		return 405;
	page = find_page(http, path);
	if (!page)
		return 404;
	*type = page->type;
	return page->write(body, http->arg);
}

static void respond(struct visit *visit, const char *line)
{
	const char *type = "text/plain";
	struct evbuffer *body = evbuffer_new();
	int status;

	if (!body) {
		visit_close(visit);
		return;
	}
	status = write_page(visit->http, line, body, &type);
	if (evbuffer_get_length(body) == 0)
		for (const struct http_page *page = visit->http->pages; page->path; page++)
			evbuffer_add_printf(body, "GET %s\n", page->path);
	answer(visit, status, type, body, strncmp(line, "HEAD ", 5) == 0);
	evbuffer_free(body);
}

/* The header fields say nothing of interest; their end says that the request is whole. */
static void on_input(struct bufferevent *socket, void *arg)
{
	struct evbuffer *in = bufferevent_get_input(socket);
	struct visit *visit = arg;
	size_t len = evbuffer_get_length(in);
	char *line;

	if (evbuffer_search(in, "\r\n\r\n", 4, NULL).pos < 0 &&
	    evbuffer_search(in, "\n\n", 2, NULL).pos < 0) {
		if (len >= HTTP_REQUEST_MAX)
			visit_close(visit);
		return;
	}
	line = evbuffer_readln(in, NULL, EVBUFFER_EOL_CRLF);
	if (!line) {
		visit_close(visit);
		return;
	}
	respond(visit, line);
	free(line);
}

static void on_accept(struct evconnlistener *listener, evutil_socket_t fd, struct sockaddr *peer,
		      int peer_len, void *arg)
{
	struct timeval patience = { .tv_sec = HTTP_CONNECTION_S };
	struct http *http = arg;
	struct visit *visit = calloc(1, sizeof(*visit));

	(void)peer;
	(void)peer_len;
	if (!visit) {
		close(fd);
		return;
	}
	visit->http = http;
	TAILQ_INSERT_TAIL(&http->visits, visit, link);
	if (++http->visit_count == HTTP_CONNECTIONS_MAX)
		evconnlistener_disable(listener);
	visit->end = evtimer_new(http->base, on_end, visit);
	visit->socket = bufferevent_socket_new(http->base, fd, BEV_OPT_CLOSE_ON_FREE);
	if (!visit->socket)
		close(fd);
	if (!visit->end || !visit->socket) {
		visit_close(visit);
		return;
	}
	event_add(visit->end, &patience);
	bufferevent_setcb(visit->socket, on_input, NULL, on_event, visit);
	bufferevent_setwatermark(visit->socket, EV_READ, 0, HTTP_REQUEST_MAX);
	bufferevent_enable(visit->socket, EV_READ);
}

static void on_resume(evutil_socket_t fd, short what, void *arg)
{
	struct http *http = arg;

	(void)fd;
	(void)what;
	if (http->visit_count < HTTP_CONNECTIONS_MAX)
		evconnlistener_enable(http->listener);
}

/* Out of descriptors: the connection stays in the backlog and would be reported for ever. */
static void on_accept_error(struct evconnlistener *listener, void *arg)
{
	struct timeval wait = { .tv_sec = RESUME_S };
	struct http *http = arg;

	evconnlistener_disable(listener);
	event_add(http->resume, &wait);
}

struct http *http_open(struct event_base *base, int fd, const struct http_page *pages, void *arg)
{
	struct http *http = calloc(1, sizeof(*http));

	if (!http) {
		close(fd);
		return NULL;
	}
	http->base = base;
	http->pages = pages;
	http->arg = arg;
	TAILQ_INIT(&http->visits);
	http->resume = evtimer_new(base, on_resume, http);
	http->listener = evconnlistener_new(base, on_accept, http,
					    LEV_OPT_CLOSE_ON_FREE | LEV_OPT_CLOSE_ON_EXEC, 0, fd);
	if (!http->listener)
		close(fd);
	if (!http->resume || !http->listener) {
		http_close(http);
		return NULL;
	}
	evconnlistener_set_error_cb(http->listener, on_accept_error);
	return http;
}

void http_close(struct http *http)
{
	struct visit *visit;

	while ((visit = TAILQ_FIRST(&http->visits)) != NULL)
		visit_close(visit);
	if (http->listener)
		evconnlistener_free(http->listener);
	if (http->resume)
		event_free(http->resume);
	free(http);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * HTTP/1 for monitoring: GET and HEAD, one request to a connection, answered at once.
 *
 * At most HTTP_CONNECTIONS_MAX are served at a time, the others wait in the backlog.  None lasts
 * longer than HTTP_CONNECTION_S, however slowly it speaks or reads.
 */
#ifndef MUX_SERVER_HTTP_H
#define MUX_SERVER_HTTP_H

#include <event2/buffer.h>
#include <event2/event.h>

enum { HTTP_CONNECTIONS_MAX = 16, HTTP_CONNECTION_S = 5, HTTP_REQUEST_MAX = 8192 };

struct http;

/* What is at a path, ended by one whose path is NULL. */
struct http_page {
	const char *path;
	const char *type; /* Content-Type */
	/* Append the page to @body.  Returns its status: 200, or 503 for a page that says what is
	 * wrong. */
	int (*write)(struct evbuffer *body, void *arg);
};

/* Serve @pages, kept by reference, on the listening socket @fd, which is closed in any case in the
 * end.  NULL: out of memory. */
struct http *http_open(struct event_base *base, int fd, const struct http_page *pages, void *arg);

void http_close(struct http *http);

#endif

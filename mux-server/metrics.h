/* SPDX-License-Identifier: BSD-2-Clause */
/* The HTTP port for monitoring: GET /metrics for Prometheus, GET /healthz for a load balancer. */
#ifndef MUX_SERVER_METRICS_H
#define MUX_SERVER_METRICS_H

#include <event2/buffer.h>
#include <event2/event.h>
#include <stdbool.h>
#include <stddef.h>

struct metrics;

struct metrics_source {
	/* Append all families. */
	void (*collect)(struct evbuffer *out, void *arg);
	/* Does everything work?  Append what does and what does not, as JSON. */
	bool (*check_health)(struct evbuffer *out, void *arg);
	void *arg;
};

/*
 * Listen on @address: "HOST:PORT", or "PORT" for loopback; port 0 is any.  Which port it is is
 * said.  Or serve on the listening socket @passed, if that is not -1; it is closed in the end, also
 * on failure.  @source is copied.  @result is set on success.  Returns 0 or -errno, with one
 * sentence in
 * @why.
 */
int metrics_open(struct metrics **result, struct event_base *base, const char *address, int passed,
		 const struct metrics_source *source, char *why, size_t why_size);

void metrics_close(struct metrics *metrics);

#endif

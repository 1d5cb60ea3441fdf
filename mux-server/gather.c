/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/gather.h"

#include <errno.h>
#include <time.h>

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void on_event(evutil_socket_t fd, short what, void *arg)
{
	struct gather *gather = arg;

	(void)fd;
	(void)what;
	gather->ready(gather->arg);
}

int gather_open(struct gather *gather, struct event_base *base, int fd, bool paused,
		void (*ready)(void *arg), void *arg)
{
	*gather = (struct gather){ .paused = paused, .ready = ready, .arg = arg };
	gather->typed_at = now_ms();
	gather->readable = event_new(base, fd, EV_READ | EV_PERSIST, on_event, gather);
	gather->tick = event_new(base, -1, EV_PERSIST, on_event, gather);
	if (gather->readable && gather->tick && (paused || event_add(gather->readable, NULL) == 0))
		return 0;
	gather_close(gather);
	return -ENOMEM;
}

static void start_ticking(struct gather *gather)
{
	const struct timeval interval = { .tv_usec = GATHER_TICK_MS * 1000 };

	gather->ticking = true;
	event_del(gather->readable);
	event_add(gather->tick, &interval);
}

static void stop_ticking(struct gather *gather)
{
	if (!gather->ticking)
		return;
	gather->ticking = false;
	event_del(gather->tick);
	event_add(gather->readable, NULL);
}

void gather_read(struct gather *gather, size_t len)
{
	int64_t now = now_ms();
	bool is_run = now - gather->read_at <= GATHER_RUN_MS;

	gather->read_at = now;
	if (gather->paused)
		return;
	if (gather->ticking && (len == 0 || len >= GATHER_TICK_MAX))
		stop_ticking(gather);
	else if (!gather->ticking && len > 0 && len <= GATHER_PIECE && is_run &&
		 now - gather->typed_at >= GATHER_TYPED_MS)
		start_ticking(gather);
}

void gather_typed(struct gather *gather)
{
	gather->typed_at = now_ms();
	stop_ticking(gather);
}

void gather_pause(struct gather *gather, bool pause)
{
	if (pause == gather->paused)
		return;
	stop_ticking(gather);
	gather->paused = pause;
	if (pause)
		event_del(gather->readable);
	else
		event_add(gather->readable, NULL);
}

void gather_close(struct gather *gather)
{
	if (gather->readable)
		event_free(gather->readable);
	if (gather->tick)
		event_free(gather->tick);
	gather->readable = gather->tick = NULL;
}

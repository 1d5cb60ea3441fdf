/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/inlet.h"

#include <errno.h>
#include <unistd.h>

#include "mux-server/report.h"

static int wait_readable(struct inlet *inlet)
{
	static const struct timeval at_once;

	return event_add(inlet->readable, inlet->always_ready ? &at_once : NULL);
}

static void on_room(void *arg)
{
	wait_readable(arg);
}

static void on_unsent(void *arg, size_t len)
{
	struct inlet *inlet = arg;

	outlet_tell_unsent(inlet->answer, len);
}

/* Read once.  Returns what read() does, or -1 with EAGAIN if there is no room. */
static ssize_t read_some(struct inlet *inlet)
{
	size_t room;
	uint8_t *to = uplink_source_space(inlet->source, &room);
	ssize_t len;

	if (room == 0) {
		errno = EAGAIN;
		return -1;
	}
	len = read(inlet->fd, to, room);
	if (len > 0) {
		if (inlet->board->verbose)
			report_dump(to, (size_t)len, "%02d <", inlet->channel);
		uplink_source_commit(inlet->source, (size_t)len);
		target_kick(&inlet->board->target);
	}
	return len;
}

static void on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct inlet *inlet = arg;
	ssize_t len = read_some(inlet);
	size_t room;

	(void)fd;
	(void)what;
	if (len == 0 || (len < 0 && errno != EAGAIN && errno != EINTR)) {
		event_del(inlet->readable);
		inlet->ended(inlet, len == 0 ? 0 : errno);
		return;
	}
	uplink_source_space(inlet->source, &room);
	if (room == 0)
		event_del(inlet->readable); /* until on_room() */
	else if (inlet->always_ready)
		wait_readable(inlet);
}

int inlet_open(struct inlet *inlet, struct event_base *base, struct board *board,
	       struct outlet *answer, int fd, void (*ended)(struct inlet *inlet, int error))
{
	int channel = answer->sink.channel->number;

	*inlet = (struct inlet){
		.board = board, .channel = channel, .fd = fd, .ended = ended, .answer = answer
	};
	inlet->source = uplink_source_open(&board->uplink, channel, on_room, on_unsent, inlet);
	inlet->readable = event_new(base, fd, EV_READ | EV_PERSIST, on_readable, inlet);
	if (inlet->readable && inlet->source && wait_readable(inlet) < 0) {
		event_free(inlet->readable);
		inlet->always_ready = true;
		inlet->readable = evtimer_new(base, on_readable, inlet);
		if (inlet->readable)
			wait_readable(inlet);
	}
	if (inlet->readable && inlet->source)
		return 0;
	if (inlet->readable)
		event_free(inlet->readable);
	if (inlet->source)
		uplink_source_close(inlet->source);
	return -ENOMEM;
}

void inlet_read_rest(struct inlet *inlet)
{
	while (read_some(inlet) > 0)
		;
}

void inlet_close(struct inlet *inlet)
{
	event_free(inlet->readable);
	uplink_source_close(inlet->source);
}

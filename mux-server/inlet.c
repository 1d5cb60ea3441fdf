/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/inlet.h"

#include <errno.h>
#include <string.h>
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

/* @len bytes of input stand at @data, where the source wants them. */
static void commit(struct inlet *inlet, const uint8_t *data, size_t len)
{
	if (len == 0)
		return;
	if (inlet->board->verbose)
		report_dump(data, len, "%02d <", inlet->channel);
	inlet->received += len;
	uplink_source_commit(inlet->source, len);
	target_kick(&inlet->board->target);
}

static void take_span(struct inlet *inlet, const struct telnet_span *span, uint8_t *to, size_t *len)
{
	if (span->event == TELNET_EVENT_DATA) {
		memcpy(to + *len, span->data, span->len);
		*len += span->len;
	} else if (span->event != TELNET_EVENT_NONE) {
		inlet->event(inlet, span->event);
	}
}

/*
 * Read once and take the telnet protocol off.  What comes out is no longer than what was read,
 * unless the opening was kept back; then nothing was typed yet, so that there is room.
 */
static ssize_t read_telnet(struct inlet *inlet, uint8_t *to, size_t room)
{
	uint8_t heard[TELNET_READ];
	ssize_t len = read(inlet->fd, heard, room < sizeof(heard) ? room : sizeof(heard));
	struct telnet_span span;
	size_t typed = 0;

	if (len == 0) {
		telnet_end(inlet->telnet, &span);
		take_span(inlet, &span, to, &typed);
	}
	for (ssize_t at = 0; at < len;) {
		at += (ssize_t)telnet_decode(inlet->telnet, heard + at, (size_t)(len - at), &span);
		take_span(inlet, &span, to, &typed);
	}
	commit(inlet, to, typed);
	if (telnet_has_answers(inlet->telnet))
		outlet_wake(inlet->answer);
	return len;
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
	if (inlet->telnet && inlet->telnet->mode != TELNET_OFF)
		return read_telnet(inlet, to, room);
	len = read(inlet->fd, to, room);
	if (len > 0)
		commit(inlet, to, (size_t)len);
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

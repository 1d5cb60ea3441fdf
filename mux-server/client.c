/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/client.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include "mux-server/inlet.h"
#include "mux-server/log_stamp.h"
#include "mux-server/outlet.h"
#include "mux-server/notice.h"
#include "mux-server/report.h"
#include "mux-server/sockets.h"

enum { IDLE_S = 60, CHECK_S = 1 };

struct client {
	TAILQ_ENTRY(client) link;
	struct client_list *list;
	int fd;
	char peer[SOCKET_PEER_SIZE];
	struct outlet outlet;
	struct inlet inlet;
	struct client_seat *seat; /* or NULL */
	bool gone;		  /* it has left by itself */
	struct event *discard;	  /* set: read-only, what is typed is thrown away; no inlet */
	struct event *check;	  /* set: it has ended its input, but may still listen; no inlet */
	struct telnet telnet;
	int64_t since_us;
};

#define CLIENT_OF(member_pointer, member)                                                          \
	((struct client *)((char *)(member_pointer)-offsetof(struct client, member)))

static void describe(const struct client *client, struct client_info *info)
{
	const struct sink *sink = &client->outlet.sink;

	*info = (struct client_info){
		.peer = client->peer,
		.since_us = client->since_us,
		.sent = client->outlet.taken,
		.received = client->inlet.received,
		.skipped = sink->reader.missed,
		.behind = ring_reader_behind(&sink->channel->ring, &sink->reader),
		.full = client->outlet.full,
		.read_only = client->discard != NULL,
		.telnet = client->outlet.telnet != NULL,
	};
}

static void tell(const struct client *client, enum notice_kind kind)
{
	const struct sink *sink = &client->outlet.sink;
	struct notice_client numbers = { .since_us = client->since_us,
					 .sent = client->outlet.taken,
					 .received = client->inlet.received };

	notice_post(&(struct notice){
		.kind = kind,
		.board = sink->channel->board,
		.channel = sink->channel,
		.text = client->peer,
		.bytes = sink->reader.missed,
		.client = kind == NOTICE_CLIENT_LEAVE ? &numbers : NULL,
	});
}

static void close_input(struct client *client)
{
	if (client->discard)
		event_free(client->discard);
	else
		inlet_close(&client->inlet);
	client->discard = NULL;
}

void client_mute(struct client *client, bool muted)
{
	outlet_mute(&client->outlet, muted);
}

void client_close(struct client *client)
{
	struct client_list *list = client->list;
	const struct channel *channel = client->outlet.sink.channel;
	struct client_seat *seat = client->seat;
	bool sent_away = !client->gone;

	tell(client, NOTICE_CLIENT_LEAVE);
	outlet_close(&client->outlet);
	if (client->check)
		event_free(client->check);
	else
		close_input(client);
	close(client->fd);
	report_info("detach tcp stream %d%s", channel->number, channel->of);
	TAILQ_REMOVE(&list->clients, client, link);
	free(client);
	if (seat) {
		seat->client = NULL;
		seat->left(seat, sent_away);
	}
	list->left(list->arg);
}

static void on_gone(struct outlet *outlet, int error)
{
	struct client *client = CLIENT_OF(outlet, outlet);

	client->gone = error != ETIMEDOUT; /* else it is dropped for not reading */
	if (!client->check && !client->discard)
		inlet_read_rest(&client->inlet);
	client_close(client);
}

/* A client that only listens is not read, so that nothing but this shows that it has left. */
static void on_check(evutil_socket_t fd, short what, void *arg)
{
	struct client *client = arg;
	struct pollfd state = { .fd = client->fd, .events = 0 };

	(void)fd;
	(void)what;
	if (poll(&state, 1, 0) == 1 && (state.revents & (POLLERR | POLLHUP)))
		client_close(client);
}

static void input_ended(struct client *client, int error)
{
	struct timeval interval = { .tv_sec = CHECK_S };

	client->gone = true;
	if (!error && !client->outlet.telnet) /* telnet ends both ways at once */
		client->check = event_new(client->list->base, -1, EV_PERSIST, on_check, client);
	if (!client->check) {
		client_close(client);
		return;
	}
	close_input(client);
	event_add(client->check, &interval);
}

static void on_input_end(struct inlet *inlet, int error)
{
	input_ended(CLIENT_OF(inlet, inlet), error);
}

/* From here on it is a telnet client. */
static void speak_telnet(struct client *client)
{
	client->outlet.telnet = &client->telnet;
	socket_keep_urgent_in_line(client->fd);
	outlet_wake(&client->outlet);
}

static void on_telnet(struct inlet *inlet, enum telnet_event event)
{
	struct client *client = CLIENT_OF(inlet, inlet);
	int status;

	if (event == TELNET_EVENT_BEGIN) {
		speak_telnet(client);
	} else if (event == TELNET_EVENT_AYT) {
		outlet_tell(&client->outlet, "yes");
	} else if (event == TELNET_EVENT_BREAK && !client->discard) {
		status = target_send_break(&inlet->board->target);
		if (status < 0)
			outlet_tell(&client->outlet, target_explain_break(status));
	}
}

/* What a read-only client types is not passed on, but if it is telnet it is answered. */
static void discard(struct client *client, const uint8_t *data, size_t len)
{
	struct telnet_span span;

	while (len > 0 && client->telnet.mode != TELNET_OFF) {
		size_t used = telnet_decode(&client->telnet, data, len, &span);

		data += used;
		len -= used;
		on_telnet(&client->inlet, span.event);
	}
	if (telnet_has_answers(&client->telnet))
		outlet_wake(&client->outlet);
}

/* A read-only client types. */
static void on_discard(evutil_socket_t fd, short what, void *arg)
{
	struct client *client = arg;
	uint8_t unwanted[TELNET_READ];
	ssize_t len = read(fd, unwanted, sizeof(unwanted));

	(void)what;
	if (len > 0)
		discard(client, unwanted, (size_t)len);
	else if (len == 0 || (errno != EAGAIN && errno != EINTR))
		input_ended(client, len == 0 ? 0 : errno);
}

static int open_input(struct client *client, struct board *board, struct channel *channel,
		      const struct client_terms *terms)
{
	int status;

	if (!terms->read_only) {
		status = inlet_open(&client->inlet, client->list->base, board, &client->outlet,
				    client->fd, on_input_end);
		client->inlet.telnet = &client->telnet;
		client->inlet.event = on_telnet;
		return status;
	}
	client->inlet.channel = channel->number;
	client->discard =
		event_new(client->list->base, client->fd, EV_READ | EV_PERSIST, on_discard, client);
	return client->discard && event_add(client->discard, NULL) == 0 ? 0 : -ENOMEM;
}

int client_open(struct client_list *list, struct board *board, struct channel *channel, int fd,
		const struct client_terms *terms)
{
	struct client *client = calloc(1, sizeof(*client));

	if (!client)
		goto out_close;
	client->list = list;
	client->fd = fd;
	socket_tune_tcp(fd, IDLE_S);
	socket_name_peer(fd, client->peer);
	client->since_us = log_stamp_now();
	if (outlet_open(&client->outlet, list->base, channel, fd, on_gone) < 0)
		goto out_free;
	client->outlet.name = client->peer;
	if (open_input(client, board, channel, terms) < 0)
		goto out_close_outlet;
	TAILQ_INSERT_TAIL(&list->clients, client, link);
	client->seat = terms->seat;
	if (client->seat)
		client->seat->client = client;
	report_info("accepted connection on stream %d%s", channel->number, channel->of);
	tell(client, NOTICE_CLIENT_JOIN);
	telnet_init(&client->telnet, terms->telnet);
	if (client->telnet.mode == TELNET_ON)
		speak_telnet(client);
	if (terms->replay) {
		ring_reader_rewind(&channel->ring, &client->outlet.sink.reader, terms->replay);
		client->outlet.sink.flush(&client->outlet.sink); /* may close it again */
	}
	return 0;

out_close_outlet:
	if (client->discard)
		event_free(client->discard);
	outlet_close(&client->outlet);
out_free:
	free(client);
out_close:
	close(fd);
	return -ENOMEM;
}

bool client_close_idle(struct client_list *list)
{
	struct client *client;

	TAILQ_FOREACH (client, &list->clients, link) {
		if (client->check) {
			client_close(client);
			return true;
		}
	}
	return false;
}

unsigned client_count(const struct client_list *list, const struct channel *channel)
{
	const struct client *client;
	unsigned count = 0;

	TAILQ_FOREACH (client, &list->clients, link)
		count += client->outlet.sink.channel == channel;
	return count;
}

void client_visit(const struct client_list *list, const struct channel *channel,
		  void (*visit)(void *arg, const struct client_info *info), void *arg)
{
	const struct client *client;
	struct client_info info;

	TAILQ_FOREACH (client, &list->clients, link) {
		if (client->outlet.sink.channel != channel)
			continue;
		describe(client, &info);
		visit(arg, &info);
	}
}

void client_close_channel(struct client_list *list, const struct channel *channel)
{
	struct client *client = TAILQ_FIRST(&list->clients);

	while (client) {
		struct client *next = TAILQ_NEXT(client, link);

		if (client->outlet.sink.channel == channel)
			client_close(client);
		client = next;
	}
}

void client_close_all(struct client_list *list)
{
	struct client *client;

	while ((client = TAILQ_FIRST(&list->clients)) != NULL)
		client_close(client);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/channel.h"

#include <assert.h>
#include <stdlib.h>

struct channel *channel_open(int number, size_t ring_size, struct flow *flow)
{
	struct channel *channel = calloc(1, sizeof(*channel));

	if (!channel)
		return NULL;
	if (ring_init(&channel->ring, ring_size) < 0) {
		free(channel);
		return NULL;
	}
	channel->number = number;
	channel->flow = flow;
	TAILQ_INIT(&channel->sinks);
	return channel;
}

void channel_close(struct channel *channel)
{
	assert(TAILQ_EMPTY(&channel->sinks));
	ring_fini(&channel->ring);
	free(channel);
}

const char *channel_partition(const struct channel *channel)
{
	return channel->partition[0] ? channel->partition : channel->name;
}

void channel_attach(struct channel *channel, struct sink *sink, void (*flush)(struct sink *sink))
{
	sink->channel = channel;
	sink->flush = flush;
	ring_reader_start(&channel->ring, &sink->reader);
	TAILQ_INSERT_TAIL(&channel->sinks, sink, link);
}

void channel_detach(struct sink *sink)
{
	TAILQ_REMOVE(&sink->channel->sinks, sink, link);
}

void channel_flush(struct channel *channel)
{
	struct sink *sink = TAILQ_FIRST(&channel->sinks);

	while (sink) {
		struct sink *next = TAILQ_NEXT(sink, link);

		sink->flush(sink);
		sink = next;
	}
}

void flow_hold(struct flow *flow)
{
	if (flow->holders++ == 0)
		flow->changed(flow);
}

void flow_release(struct flow *flow)
{
	assert(flow->holders > 0);
	if (--flow->holders == 0)
		flow->changed(flow);
}

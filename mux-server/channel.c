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
	channel->of = "";
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

enum flow_level flow_level(const struct flow *flow)
{
	return flow->holders[FLOW_STOP]	   ? FLOW_STOP
	       : flow->holders[FLOW_PAUSE] ? FLOW_PAUSE
					   : FLOW_RUN;
}

void flow_hold(struct flow *flow, enum flow_level level)
{
	enum flow_level before = flow_level(flow);

	flow->holders[level]++;
	if (flow_level(flow) != before)
		flow->changed(flow);
}

void flow_release(struct flow *flow, enum flow_level level)
{
	enum flow_level before = flow_level(flow);

	assert(flow->holders[level] > 0);
	flow->holders[level]--;
	if (flow_level(flow) != before)
		flow->changed(flow);
}

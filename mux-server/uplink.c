/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/uplink.h"

#include <stdlib.h>
#include <string.h>

struct uplink_source {
	TAILQ_ENTRY(uplink_source) link; /* in lane->sources, while used > taken */
	struct uplink *uplink;
	struct uplink_lane *lane;
	void (*room)(void *arg);
	void (*unsent)(void *arg, size_t len);
	void *arg;
	bool closed;
	size_t taken; /* buffer[taken..used) waits */
	size_t used;
	uint8_t buffer[UPLINK_SOURCE_SIZE];
};

void uplink_init(struct uplink *uplink)
{
	mux_encoder_init(&uplink->encoder);
	mux_encoder_request_reset(&uplink->encoder);
	uplink->speech = UPLINK_UNKNOWN;
	TAILQ_INIT(&uplink->busy);
	for (int i = 0; i < MUX_HOST_CHANNELS; i++)
		TAILQ_INIT(&uplink->lanes[i].sources);
	uplink->out_at = uplink->out_len = 0;
	uplink->ahead = UPLINK_AHEAD_MAX;
	uplink->orphans = 0;
	uplink->dropped = 0;
}

static void leave_lane(struct uplink_source *source)
{
	struct uplink_lane *lane = source->lane;

	TAILQ_REMOVE(&lane->sources, source, link);
	if (TAILQ_EMPTY(&lane->sources))
		TAILQ_REMOVE(&source->uplink->busy, lane, link);
}

void uplink_fini(struct uplink *uplink)
{
	struct uplink_lane *lane;

	while ((lane = TAILQ_FIRST(&uplink->busy)) != NULL) {
		struct uplink_source *source = TAILQ_FIRST(&lane->sources);

		leave_lane(source);
		free(source);
	}
}

size_t uplink_restart(struct uplink *uplink, enum uplink_speech speech)
{
	size_t lost = uplink->out_len - uplink->out_at;

	mux_encoder_init(&uplink->encoder);
	if (speech != UPLINK_PLAIN)
		mux_encoder_request_reset(&uplink->encoder);
	uplink->speech = speech;
	uplink->out_at = uplink->out_len = 0;
	uplink->ahead = UPLINK_AHEAD_MAX;
	return lost;
}

void uplink_set_speech(struct uplink *uplink, enum uplink_speech speech)
{
	if (uplink->speech == UPLINK_PLAIN && speech == UPLINK_FRAMED)
		mux_encoder_forget(&uplink->encoder);
	uplink->speech = speech;
}

void uplink_forget(struct uplink *uplink)
{
	mux_encoder_forget(&uplink->encoder);
}

struct uplink_source *uplink_source_open(struct uplink *uplink, int channel,
					 void (*room)(void *arg),
					 void (*unsent)(void *arg, size_t len), void *arg)
{
	struct uplink_source *source = malloc(sizeof(*source));

	if (!source)
		return NULL;
	source->uplink = uplink;
	source->lane = &uplink->lanes[channel];
	source->room = room;
	source->unsent = unsent;
	source->arg = arg;
	source->closed = false;
	source->taken = source->used = 0;
	return source;
}

uint8_t *uplink_source_space(struct uplink_source *source, size_t *len)
{
	*len = sizeof(source->buffer) - source->used;
	return source->buffer + source->used;
}

void uplink_source_commit(struct uplink_source *source, size_t len)
{
	struct uplink_lane *lane = source->lane;

	if (len == 0)
		return;
	if (source->taken == source->used) {
		if (TAILQ_EMPTY(&lane->sources)) {
			lane->credit = UPLINK_QUANTUM;
			TAILQ_INSERT_TAIL(&source->uplink->busy, lane, link);
		}
		TAILQ_INSERT_TAIL(&lane->sources, source, link);
	}
	source->used += len;
}

void uplink_source_close(struct uplink_source *source)
{
	struct uplink *uplink = source->uplink;
	size_t waiting = source->used - source->taken;

	if (waiting > 0 && uplink->orphans + waiting <= UPLINK_ORPHANS_MAX) {
		uplink->orphans += waiting;
		source->closed = true;
		return;
	}
	if (waiting > 0) {
		uplink->dropped += waiting;
		leave_lane(source);
	}
	free(source);
}

static void source_emptied(struct uplink_source *source)
{
	bool was_full = source->used == sizeof(source->buffer);

	leave_lane(source);
	source->taken = source->used = 0;
	if (source->closed)
		free(source);
	else if (was_full)
		source->room(source->arg);
}

size_t uplink_discard(struct uplink *uplink)
{
	struct uplink_lane *lane;
	size_t total = 0;

	while ((lane = TAILQ_FIRST(&uplink->busy)) != NULL) {
		struct uplink_source *source = TAILQ_FIRST(&lane->sources);
		size_t waiting = source->used - source->taken;

		total += waiting;
		if (source->closed)
			uplink->orphans -= waiting;
		else
			source->unsent(source->arg, waiting);
		source_emptied(source);
	}
	uplink->dropped += total;
	return total;
}

/*
 * A boot loader that edits its command line takes 18 for "erase the line": after announcement and
 * reset nothing is left of either, while a target that speaks the protocol knows the channel.
 */
static size_t encode_greeting(struct uplink *uplink, uint8_t *out, size_t room)
{
	static const uint8_t greeting[] = { MUX_ESCAPE, MUX_COMMAND_CHANNEL, MUX_ESCAPE,
					    MUX_COMMAND_RESET };

	if (room < sizeof(greeting))
		return 0;
	memcpy(out, greeting, sizeof(greeting));
	uplink->encoder.channel = 0;
	return sizeof(greeting);
}

/* As mux_encode(), as far as the target's speech allows. */
static size_t encode(struct uplink *uplink, int channel, const uint8_t *in, size_t *in_len,
		     uint8_t *out, size_t room)
{
	size_t put = 0;

	if (uplink->speech == UPLINK_PLAIN) {
		if (*in_len > room)
			*in_len = room;
		memcpy(out, in, *in_len);
		return *in_len;
	}
	if (uplink->speech == UPLINK_UNKNOWN && channel == 0 &&
	    uplink->encoder.channel == MUX_CHANNEL_NONE)
		put = encode_greeting(uplink, out, room);
	return put + mux_encode(&uplink->encoder, channel, in, in_len, out + put, room - put);
}

/* Whose turn it is; a boot loader has no channel but 0. */
static struct uplink_lane *next_lane(struct uplink *uplink)
{
	if (uplink->speech != UPLINK_PLAIN)
		return TAILQ_FIRST(&uplink->busy);
	return TAILQ_EMPTY(&uplink->lanes[0].sources) ? NULL : &uplink->lanes[0];
}

/* One source's part of a turn: encode up to @limit.  Returns false if not even one byte fitted. */
static bool encode_some(struct uplink *uplink, struct uplink_lane *lane, size_t limit)
{
	struct uplink_source *source = TAILQ_FIRST(&lane->sources);
	size_t waiting = source->used - source->taken;
	size_t taken = waiting < lane->credit ? waiting : lane->credit;

	uplink->out_len +=
		encode(uplink, (int)(lane - uplink->lanes), source->buffer + source->taken, &taken,
		       uplink->out + uplink->out_len, limit - uplink->out_len);
	if (taken == 0)
		return false;
	source->taken += taken;
	lane->credit -= taken;
	lane->sent += taken;
	if (source->closed)
		uplink->orphans -= taken;

	if (lane->credit == 0) { /* the next channel's turn, then this one's next source's */
		lane->credit = UPLINK_QUANTUM;
		TAILQ_REMOVE(&uplink->busy, lane, link);
		TAILQ_INSERT_TAIL(&uplink->busy, lane, link);
		TAILQ_REMOVE(&lane->sources, source, link);
		TAILQ_INSERT_TAIL(&lane->sources, source, link);
	}
	if (source->taken == source->used)
		source_emptied(source);
	return true;
}

/* What the encoder owes, without payload. */
static void encode_owed(struct uplink *uplink)
{
	size_t none = 0;

	uplink->out_len +=
		mux_encode(&uplink->encoder, uplink->encoder.channel, NULL, &none,
			   uplink->out + uplink->out_len, uplink->ahead - uplink->out_len);
}

const uint8_t *uplink_next(struct uplink *uplink, size_t *len)
{
	if (uplink->out_at == uplink->out_len) {
		struct uplink_lane *lane;

		uplink->out_at = uplink->out_len = 0;
		encode_owed(uplink);
		while (uplink->out_len < uplink->ahead && (lane = next_lane(uplink)) != NULL)
			if (!encode_some(uplink, lane, uplink->ahead))
				break;
		encode_owed(uplink);
	}
	*len = uplink->out_len - uplink->out_at;
	return uplink->out + uplink->out_at;
}

void uplink_sent(struct uplink *uplink, size_t len)
{
	size_t ahead = 2 * len;

	if (ahead < UPLINK_AHEAD_MIN)
		ahead = UPLINK_AHEAD_MIN;
	if (ahead > UPLINK_AHEAD_MAX)
		ahead = UPLINK_AHEAD_MAX;
	if (len < uplink->out_len - uplink->out_at || ahead > uplink->ahead)
		uplink->ahead = ahead; /* a full write of little is no sign of a slow target */
	uplink->out_at += len;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/uplink.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

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
	size_t size;
	uint8_t buffer[];
};

static int64_t now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void uplink_init(struct uplink *uplink)
{
	*uplink = (struct uplink){ .now = now_us };
	mux_encoder_init(&uplink->encoder);
	mux_encoder_request_reset(&uplink->encoder);
	uplink->speech = UPLINK_UNKNOWN;
	TAILQ_INIT(&uplink->busy);
	for (int i = 0; i < MUX_HOST_CHANNELS; i++)
		TAILQ_INIT(&uplink->lanes[i].sources);
	uplink->ahead = UPLINK_AHEAD_MAX;
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

/* What was encoded has left, or never will: the pauses after it begin. */
static void begin_waits(struct uplink *uplink)
{
	for (int i = 0; uplink->lanes_under_way > 0; i++) {
		struct uplink_lane *lane = &uplink->lanes[i];

		if (lane->under_way == 0)
			continue;
		lane->ready_at = uplink->now() + lane->under_way;
		lane->under_way = 0;
		uplink->lanes_under_way--;
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
	begin_waits(uplink);
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
	struct uplink_source *source = malloc(sizeof(*source) + UPLINK_SOURCE_SIZE);

	if (!source)
		return NULL;
	source->size = UPLINK_SOURCE_SIZE;
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
	*len = source->size - source->used;
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

bool uplink_keeps(const struct uplink *uplink, size_t len)
{
	return uplink->orphan_sources < UPLINK_ORPHAN_SOURCES_MAX &&
	       uplink->orphans + len <= UPLINK_ORPHANS_MAX;
}

/* Whose client has left needs no more room than what waits; if that cannot be had, more. */
static void shrink(struct uplink_source *source)
{
	size_t waiting = source->used - source->taken;
	struct uplink_source *small = malloc(sizeof(*small) + waiting);

	if (!small)
		return;
	*small = *source;
	small->size = small->used = waiting;
	small->taken = 0;
	memcpy(small->buffer, source->buffer + source->taken, waiting);
	TAILQ_INSERT_AFTER(&source->lane->sources, source, small, link);
	TAILQ_REMOVE(&source->lane->sources, source, link);
	free(source);
}

void uplink_source_close(struct uplink_source *source)
{
	struct uplink *uplink = source->uplink;
	size_t waiting = source->used - source->taken;

	if (waiting > 0 && uplink_keeps(uplink, waiting)) {
		uplink->orphans += waiting;
		uplink->orphan_sources++;
		source->closed = true;
		shrink(source);
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
	bool was_full = source->used == source->size;

	leave_lane(source);
	source->taken = source->used = 0;
	if (source->closed) {
		source->uplink->orphan_sources--;
		free(source);
	} else if (was_full) {
		source->room(source->arg);
	}
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

static bool must_wait(const struct uplink *uplink, const struct uplink_lane *lane)
{
	return lane->under_way > 0 || (lane->ready_at > 0 && uplink->now() < lane->ready_at);
}

/* Whose turn it is; a boot loader has no channel but 0. */
static struct uplink_lane *next_lane(struct uplink *uplink)
{
	struct uplink_lane *lane;

	TAILQ_FOREACH (lane, &uplink->busy, link)
		if ((uplink->speech != UPLINK_PLAIN || lane == &uplink->lanes[0]) &&
		    !must_wait(uplink, lane))
			return lane;
	return NULL;
}

/* Does a line end with data[at]?  Of CR LF it does with the LF, if that is there already. */
static bool ends_line(const uint8_t *data, size_t len, size_t at)
{
	return data[at] == '\n' || (data[at] == '\r' && (at + 1 == len || data[at + 1] != '\n'));
}

/* How much of @data a paced lane sends in one go. */
static size_t paced_len(const struct uplink_lane *lane, const uint8_t *data, size_t len)
{
	size_t part = 0;

	if (lane->pace_char > 0)
		return 1;
	if (lane->pace_line == 0)
		return len;
	while (part < len && !ends_line(data, len, part))
		part++;
	return part < len ? part + 1 : len;
}

/* data[0..taken) of @data was encoded: what follows waits, once that is sent. */
static void pace(struct uplink *uplink, struct uplink_lane *lane, const uint8_t *data, size_t len,
		 size_t taken)
{
	int64_t delay = lane->pace_char;

	if (lane->pace_line > delay && ends_line(data, len, taken - 1))
		delay = lane->pace_line;
	lane->ready_at = 0;
	lane->under_way = delay;
	uplink->lanes_under_way += delay > 0;
}

/* One source's part of a turn: encode up to @limit.  Returns false if not even one byte fitted. */
static bool encode_some(struct uplink *uplink, struct uplink_lane *lane, size_t limit)
{
	struct uplink_source *source = TAILQ_FIRST(&lane->sources);
	const uint8_t *data = source->buffer + source->taken;
	size_t waiting = source->used - source->taken;
	size_t taken = paced_len(lane, data, waiting < lane->credit ? waiting : lane->credit);

	uplink->out_len += encode(uplink, (int)(lane - uplink->lanes), data, &taken,
				  uplink->out + uplink->out_len, limit - uplink->out_len);
	if (taken == 0)
		return false;
	pace(uplink, lane, data, waiting, taken);
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
	if (uplink->out_at == uplink->out_len)
		begin_waits(uplink);
}

void uplink_set_pace(struct uplink *uplink, int channel, unsigned char_ms, unsigned line_ms)
{
	uplink->lanes[channel].pace_char = (int64_t)char_ms * 1000;
	uplink->lanes[channel].pace_line = (int64_t)line_ms * 1000;
}

int64_t uplink_wait(const struct uplink *uplink)
{
	const struct uplink_lane *lane;
	int64_t wait = -1;

	TAILQ_FOREACH (lane, &uplink->busy, link) {
		int64_t left = lane->ready_at - uplink->now();

		if (lane->ready_at == 0 ||
		    (uplink->speech == UPLINK_PLAIN && lane != uplink->lanes))
			continue;
		if (wait < 0 || left < wait)
			wait = left > 0 ? left : 0;
	}
	return wait;
}

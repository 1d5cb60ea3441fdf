/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/board.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "mux-server/notice.h"
#include "mux-server/report.h"

/*
 * All sinks are flushed after each read.  As a ring takes at least one whole read, a sink that
 * keeps up is never lapped between two flushes.
 */
static_assert((int)BOARD_RING_MIN >= (int)TARGET_READ_SIZE, "a read may lap a sink that keeps up");

static void discard(struct board *board, const struct mux_span *span)
{
	board->discarded += span->len;
	if (span->channel < 0 || board->discard_told[span->channel])
		return;
	board->discard_told[span->channel] = true;
	report_error(
		"process_mux_stream: bad RX channel %d%s; no stream has it, what it prints is discarded",
		span->channel, board->of);
}

static void deliver(struct board *board, const struct mux_span *span)
{
	struct channel *channel = NULL;

	if (span->channel >= 0 && span->channel < MUX_HOST_CHANNELS)
		channel = board->channels[span->channel];
	if (board->verbose)
		report_dump(span->data, span->len, "%02d >", span->channel);
	if (!channel) {
		discard(board, span);
		return;
	}
	ring_write(&channel->ring, span->data, span->len);
	if (!channel->dirty) {
		channel->dirty = true;
		board->dirty[board->dirty_count++] = channel;
	}
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* How long what a target had queued before it saw our question may take to arrive. */
static int64_t answer_ms(int baud)
{
	return BOARD_DELAY_MS + BOARD_QUEUED_BITS * INT64_C(1000) / (baud ? baud : 9600);
}

/*
 * The target has said something: does that tell whether it speaks the protocol?  An announcement or
 * a reset does.  Payload without an announcement, long after we have asked for one, comes from a
 * boot loader; before that it may have been on its way.
 */
static void learn_speech(struct board *board)
{
	if (board->decoder.switches || board->decoder.resets) {
		report_info("%s speaks the protocol", board->target.settings.name);
		uplink_set_speech(&board->uplink, UPLINK_FRAMED);
		target_kick(&board->target);
	} else if (board->uplink.speech == UPLINK_UNKNOWN && board->dirty_count > 0 &&
		   now_ms() - board->up_since >= answer_ms(board->target.settings.baud)) {
		report_info("%s is a boot loader: channel 0 types to it, the others wait",
			    board->target.settings.name);
		uplink_set_speech(&board->uplink, UPLINK_PLAIN);
	}
}

static void on_input(void *arg, const uint8_t *data, size_t len)
{
	struct board *board = arg;
	struct mux_span span;

	while (len > 0) {
		size_t used = mux_decode(&board->decoder, data, len, &span);

		data += used;
		len -= used;
		switch (span.event) {
		case MUX_EVENT_NONE:
			break;
		case MUX_EVENT_DATA:
			deliver(board, &span);
			break;
		case MUX_EVENT_RESET:
			uplink_forget(&board->uplink);
			if (board->verbose)
				report_error("the target%s asks for a fresh announcement",
					     board->of);
			break;
		case MUX_EVENT_UNKNOWN:
			if (board->bad_commands++ == 0 || board->verbose)
				report_error("bad command %d after CH_SWITCH_ESCAPE%s; ignored",
					     span.command, board->of);
			break;
		}
	}
	if (board->uplink.speech != UPLINK_FRAMED)
		learn_speech(board);
	while (board->dirty_count > 0) {
		struct channel *channel = board->dirty[--board->dirty_count];

		channel->dirty = false;
		channel_flush(channel);
	}
}

static void on_up(void *arg)
{
	struct board *board = arg;

	board->switches += board->decoder.switches;
	mux_decoder_init(&board->decoder,
			 0); /* Topaz: what precedes an announcement is stream 0's */
	board->up_since = now_ms();
	notice_post(&(struct notice){ .kind = NOTICE_TARGET_UP, .board = board->name });
}

static void on_down(void *arg, const char *why)
{
	struct board *board = arg;
	size_t unsent = uplink_discard(&board->uplink);

	notice_post(
		&(struct notice){ .kind = NOTICE_TARGET_DOWN, .board = board->name, .text = why });
	if (unsent)
		report_error("%zu bytes typed for %s before it was lost were not sent", unsent,
			     board->target.settings.name);
}

static void on_flow(struct flow *flow)
{
	struct board *board = (struct board *)((char *)flow - offsetof(struct board, flow));

	target_pause(&board->target, flow_level(flow));
}

void board_init(struct board *board, const char *name, bool named, bool verbose)
{
	*board = (struct board){ .verbose = verbose, .flow.changed = on_flow };
	snprintf(board->name, sizeof(board->name), "%s", name);
	if (named)
		snprintf(board->of, sizeof(board->of), " of %s", board->name);
	uplink_init(&board->uplink);
}

struct channel *board_open_channel(struct board *board, int number, size_t ring_size)
{
	assert(ring_size >= BOARD_RING_MIN);
	board->channels[number] = channel_open(number, ring_size, &board->flow);
	if (board->channels[number])
		board->channels[number]->of = board->of;
	return board->channels[number];
}

void board_close_channel(struct board *board, int number)
{
	assert(board->dirty_count == 0);
	channel_close(board->channels[number]);
	board->channels[number] = NULL;
}

int board_start(struct board *board, struct event_base *base,
		const struct target_settings *settings)
{
	static const struct target_handler handler = { .up = on_up,
						       .down = on_down,
						       .input = on_input };

	return target_start(&board->target, base, settings, &board->uplink, &handler, board);
}

void board_stop(struct board *board)
{
	target_stop(&board->target);
}

void board_fini(struct board *board)
{
	if (board->discarded)
		report_info("%" PRIu64 " bytes of channels without a stream%s were discarded",
			    board->discarded, board->of);
	if (board->bad_commands > 1)
		report_info("%" PRIu64 " bad commands%s were ignored", board->bad_commands,
			    board->of);
	if (board->uplink.dropped)
		report_info("%" PRIu64 " bytes typed by clients%s were dropped",
			    board->uplink.dropped, board->of);
	uplink_fini(&board->uplink);
	for (int i = 0; i < MUX_HOST_CHANNELS; i++)
		if (board->channels[i])
			channel_close(board->channels[i]);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One board: a target, what is decoded from it into channels, and what is encoded for it.
 *
 *     target --read--> decoder --spans--> channel rings --> sinks
 *     target <-write-- uplink <------------------------- inlets
 */
#ifndef MUX_SERVER_BOARD_H
#define MUX_SERVER_BOARD_H

#include <event2/event.h>
#include <stdbool.h>
#include <stdint.h>

#include "mux-server/channel.h"
#include "mux-server/target.h"
#include "mux-server/uplink.h"
#include "protocol/mux.h"

enum {
	BOARD_RING_MIN = 65536, /* not less than TARGET_READ_SIZE, see board.c */
	/* A target may have 4 KiB queued when it is asked to announce; networks add a little. */
	BOARD_QUEUED_BITS = 40960,
	BOARD_DELAY_MS = 100,
	BOARD_WIRE_CHANNELS = 256 - MUX_COMMAND_CHANNEL, /* numbers that a target can announce */
};

struct board {
	char name[CHANNEL_NAME_SIZE];
	char of[CHANNEL_NAME_SIZE + 4]; /* " of NAME" for messages; empty: it is the only one */
	struct target target;
	struct uplink uplink;
	struct mux_decoder decoder;
	int64_t up_since; /* milliseconds */
	struct flow flow; /* holds: outlets that wait for their readers */
	struct channel *channels[MUX_HOST_CHANNELS]; /* NULL: no stream has that number */
	struct channel *dirty[MUX_HOST_CHANNELS];
	int dirty_count;
	bool verbose;
	uint64_t discarded; /* bytes of channels that no stream has */
	bool discard_told[BOARD_WIRE_CHANNELS];
	uint64_t bad_commands;
	uint64_t switches; /* announcements before the target was last opened; the decoder has the
			      rest */
};

/* Make a board without channels.  @named: messages about its channels name it. */
void board_init(struct board *board, const char *name, bool named, bool verbose);

/* Give the board channel @number (0..94), with a ring of at least BOARD_RING_MIN bytes.  Returns
 * NULL if memory is short. */
struct channel *board_open_channel(struct board *board, int number, size_t ring_size);

/* Take channel @number away; it must have no sinks left.  Not from within input(). */
void board_close_channel(struct board *board, int number);

/* Open the target; as target_start(). */
int board_start(struct board *board, struct event_base *base,
		const struct target_settings *settings);

/* Stop the target; afterwards the channels keep what they have. */
void board_stop(struct board *board);

/* Free the channels, which must have no sinks left, and say what was discarded. */
void board_fini(struct board *board);

#endif

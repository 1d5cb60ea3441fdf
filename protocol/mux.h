/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The byte-channel mux codec: many consoles on one serial line.
 *
 * README.md in this folder is the specification of the wire.  Encoder and decoder are state
 * machines that can stop and go on at any byte; neither allocates, calls back or fails.
 */
#ifndef PROTOCOL_MUX_H
#define PROTOCOL_MUX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	MUX_ESCAPE = 0x18,	    /* starts every control sequence */
	MUX_COMMAND_RESET = 0x01,   /* "announce again before your next payload byte" */
	MUX_COMMAND_CHANNEL = 0x30, /* 0x30 + n: what follows belongs to channel n */
	MUX_TARGET_CHANNELS = 32,   /* channel numbers 0..31 exist on a target */
	MUX_HOST_CHANNELS = 95,	    /* and 0..94 on a host */
	MUX_CHANNEL_NONE = -1,
};

enum mux_event {
	MUX_EVENT_NONE,	   /* the input is used up: no more payload, nothing to do */
	MUX_EVENT_DATA,	   /* payload: channel, data, len */
	MUX_EVENT_RESET,   /* the peer asks for a fresh announcement: mux_encoder_forget() */
	MUX_EVENT_UNKNOWN, /* 18 xx with an xx that means nothing: command; both are consumed */
};

/* What mux_decode() found; members are set only for the events named beside them. */
struct mux_span {
	enum mux_event event;
	int channel; /* MUX_EVENT_DATA: 0..207 as announced, or the decoder's initial channel */
	const uint8_t *data; /* MUX_EVENT_DATA: points into the input, never empty */
	size_t len;
	uint8_t command; /* MUX_EVENT_UNKNOWN: the byte after the escape */
};

struct mux_decoder {
	int channel;  /* of the payload to come; may be MUX_CHANNEL_NONE */
	bool escaped; /* the last byte seen was an escape */
	/* What has been seen since mux_decoder_init(). */
	uint64_t switches; /* channel announcements, needed or not */
	uint64_t literals; /* 18 18 */
	uint64_t resets;   /* 18 01 */
	uint64_t unknown;  /* any other 18 xx */
};

/*
 * Start a decoder.  Payload that precedes the first announcement is reported for @initial_channel
 * (which may be MUX_CHANNEL_NONE).
 */
void mux_decoder_init(struct mux_decoder *dec, int initial_channel);

/*
 * Decode up to the end of the next span of @in.  Returns how many bytes were consumed (at least one
 * when there is one); call again with the rest.  @span->data points into @in and stays valid with
 * it.  Announced channel numbers are reported as they stand on the wire; whether such a channel
 * exists is the caller's business.
 */
size_t mux_decode(struct mux_decoder *dec, const uint8_t *in, size_t len, struct mux_span *span);

struct mux_encoder {
	int channel;  /* last announced; MUX_CHANNEL_NONE = announce before the next payload byte */
	uint8_t owed; /* second byte of a control sequence whose escape is out; 0 = none */
	bool reset_owed; /* 18 01 goes out before anything else */
};

/* Start an encoder with nothing announced. */
void mux_encoder_init(struct mux_encoder *enc);

/* Announce again before the next payload byte; what a received reset asks for. */
void mux_encoder_forget(struct mux_encoder *enc);

/* Have the next bytes that mux_encode() writes be a reset, 18 01. */
void mux_encoder_request_reset(struct mux_encoder *enc);

/* True while mux_encode() has bytes to write without payload: half a control sequence, a reset. */
bool mux_encoder_owes(const struct mux_encoder *enc);

/*
 * Encode payload of @channel (0..94) into @out, as much as fits.  *@in_len: bytes offered, on
 * return bytes taken; @in may be NULL when that is 0.  Returns the bytes written, at most
 * @out_size.  A control sequence may be split over two calls; when a byte of payload is taken, its
 * (last) byte on the wire may still be owed.  A caller that offers another @channel while an
 * announcement is owed wastes it, and no more.
 */
size_t mux_encode(struct mux_encoder *enc, int channel, const uint8_t *in, size_t *in_len,
		  uint8_t *out, size_t out_size);

#endif

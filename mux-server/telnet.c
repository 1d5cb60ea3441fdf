/* SPDX-License-Identifier: BSD-2-Clause */
/* What a telnet client says. */
#include "mux-server/telnet.h"

#include <string.h>

enum { OPTION_ECHO = 1, OPTION_GO_AHEAD = 3, OPTION_LAST_USUAL = 49 };

enum {
	END_OF_FILE = 236,
	SUSPEND,
	ABORT,
	SUB_END = 240,
	NO_OPERATION,
	DATA_MARK,
	BREAK,
	INTERRUPT,
	ABORT_OUTPUT,
	ARE_YOU_THERE,
	ERASE_CHARACTER,
	ERASE_LINE,
	GO_AHEAD,
	SUB,
	WILL,
	WONT,
	DO,
	DONT,
	IAC,
};

static bool answer(struct telnet *telnet, uint8_t verb, uint8_t option)
{
	uint8_t *to = telnet->answers + telnet->answers_len;

	if (sizeof(telnet->answers) - telnet->answers_len < 3)
		return false;
	to[0] = IAC;
	to[1] = verb;
	to[2] = option;
	telnet->answers_len += 3;
	return true;
}

static void offer(struct telnet *telnet)
{
	telnet->mode = TELNET_ON;
	if (answer(telnet, WILL, OPTION_ECHO))
		telnet->echo = TELNET_WANTED;
	if (answer(telnet, WILL, OPTION_GO_AHEAD))
		telnet->our_go_ahead = TELNET_WANTED;
}

void telnet_init(struct telnet *telnet, enum telnet_mode mode)
{
	*telnet = (struct telnet){ .mode = mode };
	if (mode == TELNET_ON)
		offer(telnet);
}

/*
 * The peer has something turned @on or off, which is answered by @yes or @no.  @side is NULL if we
 * do not want it.  What is as it was, or as we asked for, is not answered.
 */
static void negotiate(struct telnet *telnet, enum telnet_option *side, bool on, uint8_t yes,
		      uint8_t no, uint8_t option)
{
	enum telnet_option now = side ? *side : TELNET_NO;
	enum telnet_option then = side && on ? TELNET_YES : TELNET_NO;
	bool silent = now == TELNET_WANTED || on == (now == TELNET_YES);

	if ((silent || answer(telnet, then == TELNET_YES ? yes : no, option)) && side)
		*side = then;
}

static void take_option(struct telnet *telnet, uint8_t option)
{
	bool ours = telnet->verb == DO || telnet->verb == DONT;
	enum telnet_option *side = NULL;

	if (option == OPTION_GO_AHEAD)
		side = ours ? &telnet->our_go_ahead : &telnet->its_go_ahead;
	else if (option == OPTION_ECHO && ours)
		side = &telnet->echo;
	if (ours)
		negotiate(telnet, side, telnet->verb == DO, WILL, WONT, option);
	else
		negotiate(telnet, side, telnet->verb == WILL, DO, DONT, option);
}

/* Keys that have a command of their own, as the terminal of a console knows them. */
static const uint8_t *key_of(uint8_t command)
{
	static const uint8_t keys[UINT8_MAX + 1] = {
		[END_OF_FILE] = 'D' & 31, [SUSPEND] = 'Z' & 31,	   [ABORT] = '\\' & 31,
		[INTERRUPT] = 'C' & 31,	  [ERASE_CHARACTER] = 127, [ERASE_LINE] = 'U' & 31,
	};

	return keys[command] ? &keys[command] : NULL;
}

static void give(struct telnet *telnet, struct telnet_span *span, const uint8_t *data, size_t len)
{
	*span = (struct telnet_span){ .event = TELNET_EVENT_DATA, .data = data, .len = len };
	telnet->heard_cr = data[len - 1] == '\r';
}

/* The byte at @at, which follows an IAC. */
static void take_command(struct telnet *telnet, const uint8_t *at, struct telnet_span *span)
{
	telnet->state = TELNET_DATA;
	if (*at == IAC) {
		give(telnet, span, at, 1);
	} else if (*at >= WILL) {
		telnet->verb = *at;
		telnet->state = TELNET_OPTION;
	} else if (*at == SUB) {
		telnet->state = TELNET_SUB;
	} else if (*at == BREAK) {
		span->event = TELNET_EVENT_BREAK;
	} else if (*at == ARE_YOU_THERE) {
		span->event = TELNET_EVENT_AYT;
	} else if (key_of(*at)) {
		give(telnet, span, key_of(*at), 1);
	}
}

/* Payload up to an IAC or a CR; of CR NUL and CR LF, which are the key Enter, the CR. */
static size_t take_data(struct telnet *telnet, const uint8_t *in, size_t len,
			struct telnet_span *span)
{
	size_t run = 0;

	if (telnet->heard_cr && (in[0] == '\0' || in[0] == '\n')) {
		telnet->heard_cr = false;
		return 1;
	}
	while (run < len && in[run] != IAC)
		if (in[run++] == '\r')
			break;
	if (run > 0) {
		give(telnet, span, in, run);
		return run;
	}
	telnet->state = TELNET_IAC;
	return 1;
}

/* Not a byte more than what shows that it is no telnet client is kept back. */
static size_t take_opening(struct telnet *telnet, const uint8_t *in, struct telnet_span *span)
{
	size_t at = telnet->opening_len;
	bool fits = at == 0   ? *in == IAC
		    : at == 1 ? *in >= SUB && *in < IAC
			      : *in <= OPTION_LAST_USUAL;

	if (!fits) {
		telnet->mode = TELNET_OFF;
		telnet_end(telnet, span);
		return 0;
	}
	telnet->opening[telnet->opening_len++] = *in;
	if (telnet->opening_len < TELNET_OPENING_SIZE)
		return 1;
	span->event = TELNET_EVENT_BEGIN;
	offer(telnet);
	telnet->verb = telnet->opening[1];
	if (telnet->verb == SUB)
		telnet->state = TELNET_SUB;
	else
		take_option(telnet, *in);
	return 1;
}

void telnet_end(struct telnet *telnet, struct telnet_span *span)
{
	*span = (struct telnet_span){ .event = TELNET_EVENT_NONE };
	if (telnet->mode != TELNET_ON && telnet->opening_len > 0)
		give(telnet, span, telnet->opening, telnet->opening_len);
	telnet->opening_len = 0;
}

size_t telnet_decode(struct telnet *telnet, const uint8_t *in, size_t len, struct telnet_span *span)
{
	*span = (struct telnet_span){ .event = TELNET_EVENT_NONE };
	if (len == 0)
		return 0;
	if (telnet->mode == TELNET_AUTO) {
		size_t used = take_opening(telnet, in, span);

		if (used > 0 || span->len > 0)
			return used;
	}
	if (telnet->mode == TELNET_OFF) {
		give(telnet, span, in, len);
		return len;
	}
	switch (telnet->state) {
	case TELNET_DATA:
		return take_data(telnet, in, len, span);
	case TELNET_IAC:
		take_command(telnet, in, span);
		break;
	case TELNET_OPTION:
		telnet->state = TELNET_DATA;
		take_option(telnet, *in);
		break;
	case TELNET_SUB:
		if (*in == IAC)
			telnet->state = TELNET_SUB_IAC;
		break;
	case TELNET_SUB_IAC:
		/* Anything but an escaped IAC ends it; what is no end is a command of its own. */
		if (*in == IAC)
			telnet->state = TELNET_SUB;
		else
			take_command(telnet, in, span);
		break;
	}
	return 1;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The telnet protocol (RFC 854, 855, 857, 858), as far as a console needs it, without any I/O: what
 * a client says goes in and comes out as payload, events and answers; what it is shown is wrapped
 * without being copied.
 *
 * The server echoes and suppresses go-ahead, so that the client sends each key at once and shows
 * nothing by itself.  All other options are refused.  Each option is negotiated as RFC 1143 says,
 * so that no exchange goes on for ever.
 */
#ifndef MUX_SERVER_TELNET_H
#define MUX_SERVER_TELNET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

enum { TELNET_ANSWERS_SIZE = 512, TELNET_OPENING_SIZE = 3, TELNET_READ = 256 };

/* Whether a client is taken to speak telnet. */
enum telnet_mode {
	TELNET_OFF,  /* no: every byte is payload */
	TELNET_AUTO, /* if the first that it says is a negotiation */
	TELNET_ON,   /* yes: the server begins to negotiate */
};

enum telnet_event {
	TELNET_EVENT_NONE,
	TELNET_EVENT_DATA,  /* payload */
	TELNET_EVENT_BEGIN, /* TELNET_AUTO: it does speak telnet */
	TELNET_EVENT_BREAK, /* send a break */
	TELNET_EVENT_AYT,   /* "are you there?" */
};

struct telnet_span {
	enum telnet_event event;
	const uint8_t *data; /* of TELNET_EVENT_DATA: into the input or into memory that stays */
	size_t len;
};

/* One side of an option; nobody is ever asked to give one up, so it needs no fourth value. */
enum telnet_option { TELNET_NO, TELNET_WANTED, TELNET_YES };

struct telnet {
	enum telnet_mode mode; /* TELNET_AUTO: the client has not shown it yet */

	/* What the client says: */
	enum { TELNET_DATA, TELNET_IAC, TELNET_OPTION, TELNET_SUB, TELNET_SUB_IAC } state;
	bool heard_cr; /* of a pair that stands for one key */
	uint8_t verb;  /* in TELNET_OPTION */
	uint8_t opening[TELNET_OPENING_SIZE];
	size_t opening_len; /* kept back until it is known what it is */
	enum telnet_option echo, our_go_ahead, its_go_ahead;

	/* What it is sent: */
	uint8_t answers[TELNET_ANSWERS_SIZE];
	size_t answers_len;
	bool owes_iac; /* half of a pair was written */
	bool wrote_cr; /* RFC 854: a CR is followed by LF or NUL */
};

/* Begin with a client.  In TELNET_ON there are answers at once. */
void telnet_init(struct telnet *telnet, enum telnet_mode mode);

/*
 * Decode from the beginning of @in up to one @span.  Returns how many bytes that used: at least one
 * unless the span has data; the caller goes on with the rest.  Data of a span is never longer than
 * what was used, except for up to TELNET_OPENING_SIZE - 1 bytes that had been kept back.
 *
 * An answer for which there is no room is not given, nor is what it answers acted on: only who
 * never reads gets there.
 */
size_t telnet_decode(struct telnet *telnet, const uint8_t *in, size_t len,
		     struct telnet_span *span);

/* The input has ended: @span is what was kept back, if anything. */
void telnet_end(struct telnet *telnet, struct telnet_span *span);

/* Are there answers to be written? */
bool telnet_has_answers(const struct telnet *telnet);

/*
 * Describe in up to @max (at least 6) pieces what is to be written: answers, and the @count pieces
 * of payload in @in, wrapped, or as much of it as fits into so many.  They point into @in, @telnet
 * and constant memory.  Returns their number, 0 if there is nothing to write.
 */
int telnet_encode(const struct telnet *telnet, const struct iovec *in, int count, struct iovec *out,
		  int max);

/* Of what telnet_encode() described, @written bytes were.  Returns how much payload that was. */
size_t telnet_written(struct telnet *telnet, const struct iovec *out, int count, size_t written);

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Packets of gdb's remote protocol, $text#sum, where sum is the low byte of the sum of text in two
 * hexadecimal digits.  Pure: bytes in, events out.
 */
#ifndef HV_DEBUG_PACKET_H
#define HV_DEBUG_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PACKET_MAX = 1024 }; /* bytes of text, each way */

enum packet_event {
	PACKET_NOTHING,
	PACKET_COMPLETE,
	PACKET_DAMAGED,	  /* wrong sum, or too long */
	PACKET_AGAIN,	  /* the other side says that our last one was damaged */
	PACKET_INTERRUPT, /* Ctrl-C */
};

struct packet_reader {
	char text[PACKET_MAX + 1]; /* of a complete packet, with a 0 behind it */
	size_t len;
	uint8_t sum, given;	     /* of the text; what the digits said */
	unsigned int digits_missing; /* of the two behind '#' */
	bool inside;
};

/* The next byte.  '$' begins a packet wherever it stands, so that half a packet spoils no other. */
enum packet_event packet_read(struct packet_reader *reader, char c);

/* What is to be sent. */
struct packet_writer {
	char text[PACKET_MAX + 5]; /* "+$", then the text and "#xx" */
	size_t len;
	size_t sent;
};

/* Begin a reply. */
void packet_begin(struct packet_writer *writer);

/* Add to it; what is too much is left out. */
void packet_put(struct packet_writer *writer, const char *s);
void packet_put_hex(struct packet_writer *writer, const void *bytes, size_t n);

/* End it: then the @writer's text is to be sent from its beginning. */
void packet_end(struct packet_writer *writer);

/* The value of hexadecimal digit @c, or -1. */
int packet_digit(char c);

/* Parse the number at *@at, and go behind it.  Of one that is too large the low bits count. */
uint32_t packet_number(const char **at);

/* Parse @n bytes in hexadecimal at *@at, and go behind them.  False when they are not all there. */
bool packet_bytes(const char **at, void *bytes, size_t n);

#endif

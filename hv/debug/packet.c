/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/debug/packet.h"

static const char digits[] = "0123456789abcdef";

int packet_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

enum packet_event packet_read(struct packet_reader *reader, char c)
{
	if (c == '$') {
		reader->inside = true;
		reader->len = 0;
		reader->sum = reader->given = 0;
		reader->digits_missing = 0;
	} else if (!reader->inside) {
		return c == 0x03 ? PACKET_INTERRUPT : c == '-' ? PACKET_AGAIN : PACKET_NOTHING;
	} else if (reader->digits_missing) {
		int digit = packet_digit(c);

		reader->given = (uint8_t)(reader->given << 4 | (digit & 15));
		if (digit >= 0 && --reader->digits_missing)
			return PACKET_NOTHING;
		reader->inside = false;
		if (digit < 0 || reader->len > PACKET_MAX || reader->given != reader->sum)
			return PACKET_DAMAGED;
		reader->text[reader->len] = 0;
		return PACKET_COMPLETE;
	} else if (c == '#') {
		reader->digits_missing = 2;
	} else {
		reader->sum = (uint8_t)(reader->sum + (uint8_t)c);
		if (reader->len < PACKET_MAX)
			reader->text[reader->len] = c;
		if (reader->len <= PACKET_MAX)
			reader->len++;
	}
	return PACKET_NOTHING;
}

void packet_begin(struct packet_writer *writer)
{
	writer->text[0] = '+';
	writer->text[1] = '$';
	writer->len = 2;
}

static void put(struct packet_writer *writer, char c)
{
	if (writer->len < PACKET_MAX + 2)
		writer->text[writer->len++] = c;
}

void packet_put(struct packet_writer *writer, const char *s)
{
	while (*s)
		put(writer, *s++);
}

void packet_put_hex(struct packet_writer *writer, const void *bytes, size_t n)
{
	const uint8_t *at = bytes;

	for (; n; n--, at++) {
		put(writer, digits[*at >> 4]);
		put(writer, digits[*at & 15]);
	}
}

void packet_end(struct packet_writer *writer)
{
	uint8_t sum = 0;

	for (size_t i = 2; i < writer->len; i++)
		sum = (uint8_t)(sum + (uint8_t)writer->text[i]);
	writer->text[writer->len++] = '#';
	writer->text[writer->len++] = digits[sum >> 4];
	writer->text[writer->len++] = digits[sum & 15];
	writer->sent = 0;
}

uint32_t packet_number(const char **at)
{
	uint32_t n = 0;
	int digit;

	for (; (digit = packet_digit(**at)) >= 0; ++*at)
		n = n << 4 | (uint32_t)digit;
	return n;
}

bool packet_bytes(const char **at, void *bytes, size_t n)
{
	uint8_t *to = bytes;

	for (; n; n--, *at += 2) {
		int high = packet_digit((*at)[0]);
		int low = high < 0 ? -1 : packet_digit((*at)[1]);

		if (low < 0)
			return false;
		*to++ = (uint8_t)(high << 4 | low);
	}
	return true;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/system/mux_server_noise.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/system/mux_server_harness.h"

void noise_make(uint64_t *seed, uint8_t *data, size_t len)
{
	for (size_t at = 0; at < len; at += sizeof(*seed)) {
		*seed ^= *seed << 13;
		*seed ^= *seed >> 7;
		*seed ^= *seed << 17;
		memcpy(data + at, seed, len - at < sizeof(*seed) ? len - at : sizeof(*seed));
	}
}

static void append(struct noise_text *text, uint8_t byte)
{
	if (text->len == text->room) {
		text->room = text->room ? 2 * text->room : 4096;
		text->data = realloc(text->data, text->room);
		assert_non_null(text->data);
	}
	text->data[text->len++] = byte;
}

void noise_hear(struct noise *noise, const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		bool escaped = noise->escaped;

		noise->escaped = !escaped && data[i] == 0x18;
		if (noise->escaped)
			continue;
		if (!escaped || data[i] == 0x18)
			append(&noise->channels[noise->channel], data[i]);
		else if (data[i] >= 0x30)
			noise->channel = data[i] - 0x30;
		else
			noise->bad_commands += data[i] != 0x01;
	}
}

void noise_free(struct noise *noise)
{
	for (int i = 0; i < NOISE_CHANNELS; i++)
		free(noise->channels[i].data);
}

/* If a note is at @got, its length, and the number in it. */
static size_t read_note(const uint8_t *got, size_t len, size_t *skipped)
{
	static const char begin[] = "\r\n[mux_server: ", end[] = " bytes skipped]\r\n";
	char text[80];
	char *number_end;

	if (len < sizeof(begin) || memcmp(got, begin, sizeof(begin) - 1) != 0)
		return 0;
	if (len > sizeof(text) - 1)
		len = sizeof(text) - 1;
	memcpy(text, got, len);
	text[len] = '\0';
	*skipped = strtoull(text + sizeof(begin) - 1, &number_end, 10);
	if (strncmp(number_end, end, sizeof(end) - 1) != 0)
		return 0;
	return (size_t)(number_end - text) + sizeof(end) - 1;
}

size_t noise_compare(const uint8_t *got, size_t got_len, const struct noise_text *want)
{
	size_t at = 0, missing = 0, skipped = 0;

	for (size_t i = 0; i < got_len;) {
		size_t note = read_note(got + i, got_len - i, &skipped);

		if (note) {
			i += note;
			at += skipped;
			missing += skipped;
			continue;
		}
		if (at >= want->len || got[i] != want->data[at])
			fail_msg("byte %zu of %zu that came is not byte %zu of %zu that were sent",
				 i, got_len, at, want->len);
		i++;
		at++;
	}
	if (at != want->len)
		fail_msg("%zu bytes came or were counted of %zu", at, want->len);
	return missing;
}

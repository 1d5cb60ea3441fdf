/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/unit/mux_vectors.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

/* clang-format off */
const struct mux_rx_vector mux_rx_vectors[] = {
	{ "R1 a target boots with two channels", 0, "18 01 18 01", "R R" },
	{ "R2 announced payload", 0, "18 30 41 18 31 68 69", "0<41 1<6869" },
	{ "R3 a literal keeps the channel", 0, "18 31 68 69 18 18 78", "1<68691878" },
	{ "R4 18 18 31 is a literal and a digit", 0, "18 18 31", "0<1831" },
	{ "R5 two channels take turns", 0, "18 30 61 18 31 62 18 30 61 18 31 62", "0<61 1<62 0<61 1<62" },
	{ "R6 a needless announcement", 0, "18 31 61 18 31 62", "1<6162" },
	{ "R7 a host starts and types", 0, "18 01 18 31 6c 73 0d 18 18 18 30 3f", "R 1<6c730d18 0<3f" },
	{ "R8 payload before any announcement", 3, "61 62", "3<6162" },
	{ "R9 the same, and nowhere to put it", -1, "61 62 18 30 63", "-<6162 0<63" },
	{ "R10 unknown command, channel kept", 0, "18 31 61 18 02 62", "1<61 ?02 1<62" },
	{ "R11 commands just out of range", 0, "18 2f 18 00 18 17 18 19 61", "?2f ?00 ?17 ?19 0<61" },
	{ "R12 reset inside a batch", 0, "18 31 61 18 01 62", "1<61 R 1<62" },
	{ "R13 the last channel of a target", 0, "18 4f 61", "31<61" },
	{ "R14 code 7f", 0, "18 7f 61", "79<61" },
	{ "R15 codes from 80 on", 0, "18 80 61 18 8e 62", "80<61 94<62" },
	{ "R16 beyond any channel", 0, "18 8f 61 18 ff 62 18 30 63", "95<61 207<62 0<63" },
	{ "R17 all literals", 0, "18 18 18 18 18 18 18 18", "0<18181818" },
	{ "R18 NUL, FF and 01 are payload", 0, "00 ff 01 18 31 00 ff 01", "0<00ff01 1<00ff01" },
	{ "R19 a channel code is lost: the next byte is taken for it", 0, "18 31 61 18 62 63 18 31 64", "1<61 50<63 1<64" },
	{ "R20 half a sequence at the end", 0, "61 18", "0<61" },
	{ "R21 announced, then nothing", 0, "18 31", "" },
};

const struct mux_tx_vector mux_tx_vectors[] = {
	{ "S1 a target's first minute", {
		{ TX_RESET, 0, "", "18 01" },
		{ TX_RESET, 0, "", "18 01" },
		{ TX_DATA, 0, "41", "18 30 41" },
		{ TX_DATA, 1, "68 69", "18 31 68 69" },
		{ TX_DATA, 1, "18", "18 18" },
		{ TX_FORGET, 0, "", "" },
		{ TX_DATA, 1, "78", "18 31 78" },
		{ TX_DATA, 0, "61", "18 30 61" },
		{ TX_DATA, 1, "62", "18 31 62" },
	} },
	{ "S2 a host's first minute", {
		{ TX_RESET, 0, "", "18 01" },
		{ TX_DATA, 1, "6c 73 0d", "18 31 6c 73 0d" },
		{ TX_DATA, 1, "18", "18 18" },
		{ TX_DATA, 0, "3f", "18 30 3f" },
		{ TX_FORGET, 0, "", "" },
		{ TX_DATA, 0, "3f", "18 30 3f" },
	} },
	{ "S3 channels on both sides of 80", {
		{ TX_DATA, 79, "61", "18 7f 61" },
		{ TX_DATA, 80, "62", "18 80 62" },
		{ TX_DATA, 94, "63", "18 8e 63" },
	} },
	{ "S4 escapes and nothing else", {
		{ TX_DATA, 31, "18 18 18", "18 4f 18 18 18 18 18 18" },
	} },
	{ "S5 a reset between two payloads of one channel", {
		{ TX_DATA, 2, "61", "18 32 61" },
		{ TX_RESET, 0, "", "18 01" },
		{ TX_DATA, 2, "62", "62" },
	} },
	{ "S6 bytes that look like commands", {
		{ TX_DATA, 0, "01 30 31 00 ff", "18 30 01 30 31 00 ff" },
	} },
};
/* clang-format on */

const size_t mux_rx_vectors_count = sizeof(mux_rx_vectors) / sizeof(mux_rx_vectors[0]);
const size_t mux_tx_vectors_count = sizeof(mux_tx_vectors) / sizeof(mux_tx_vectors[0]);

size_t hex_bytes(const char *hex, uint8_t *out)
{
	size_t n = 0;

	while (*hex) {
		unsigned int byte;

		if (isspace((unsigned char)*hex)) {
			hex++;
			continue;
		}
		if (sscanf(hex, "%2x", &byte) != 1)
			abort();
		out[n++] = (uint8_t)byte;
		hex += 2;
	}
	return n;
}

void mux_meaning_add(struct mux_meaning *meaning, const struct mux_span *span)
{
	char *end = meaning->text + meaning->len;

	if (span->event == MUX_EVENT_NONE)
		return;
	if (span->event == MUX_EVENT_DATA) {
		if (!meaning->in_payload || meaning->channel != span->channel) {
			if (span->channel == MUX_CHANNEL_NONE)
				end += sprintf(end, "%s-<", meaning->len ? " " : "");
			else
				end += sprintf(end, "%s%d<", meaning->len ? " " : "",
					       span->channel);
		}
		for (size_t i = 0; i < span->len; i++)
			end += sprintf(end, "%02x", span->data[i]);
		meaning->channel = span->channel;
	} else if (span->event == MUX_EVENT_RESET) {
		end += sprintf(end, "%sR", meaning->len ? " " : "");
	} else {
		end += sprintf(end, "%s?%02x", meaning->len ? " " : "", span->command);
	}
	meaning->in_payload = span->event == MUX_EVENT_DATA;
	meaning->len = (size_t)(end - meaning->text);
}

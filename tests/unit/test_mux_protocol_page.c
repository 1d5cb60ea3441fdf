/* SPDX-License-Identifier: BSD-2-Clause */
/* The examples of mux_protocol(7), run through the codec. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "protocol/mux.h"
#include "tests/unit/mux_vectors.h"

static FILE *page;

static int open_page(void **state)
{
	(void)state;
	page = fopen("mux-server/mux_protocol.7", "r");
	return page ? 0 : -1;
}

static int close_page(void **state)
{
	(void)state;
	return fclose(page);
}

/*
 * The next line of the @block-th literal block (from 1), cut at the first two blanks: @left is what
 * stands before them, @right what stands behind, maybe nothing.  False at the block's end.
 */
static bool next_row(int *block, char *line, char **left, char **right)
{
	while (fgets(line, 256, page)) {
		char *gap;

		line[strcspn(line, "\n")] = '\0';
		if (strcmp(line, ".Ed") == 0 && *block == 0)
			return false;
		if (strncmp(line, ".Bd -literal", 12) == 0) {
			--*block;
			continue;
		}
		if (*block != 0 || line[0] == '.')
			continue;
		gap = strstr(line, "  ");
		*left = line;
		*right = gap ? gap + strspn(gap, " ") : line + strlen(line);
		if (gap)
			*gap = '\0';
		return true;
	}
	return false;
}

static void receiving_means_what_the_page_says(void **state)
{
	char line[256], *wire, *means;
	int block = 1, rows = 0;

	(void)state;
	for (; next_row(&block, line, &wire, &means); rows++) {
		struct mux_meaning meaning = { .len = 0 };
		struct mux_decoder decoder;
		uint8_t bytes[128];
		size_t len = hex_bytes(wire, bytes), at = 0;

		mux_decoder_init(&decoder, 0);
		while (at < len) {
			struct mux_span span;

			at += mux_decode(&decoder, bytes + at, len - at, &span);
			mux_meaning_add(&meaning, &span);
		}
		assert_string_equal(meaning.text, means);
	}
	assert_int_equal(rows, 13);
}

/* Let @event happen.  Returns how many bytes are sent for it. */
static size_t send_event(struct mux_encoder *encoder, const char *event, uint8_t *out, size_t size)
{
	uint8_t payload[64];
	size_t len = 0;
	int channel = 0, end = 0;

	if (strcmp(event, "the line is opened") == 0) {
		mux_encoder_request_reset(encoder);
	} else if (strcmp(event, "a reset is received") == 0) {
		mux_encoder_forget(encoder);
		return 0;
	} else {
		assert_int_equal(sscanf(event, "channel %d: %n", &channel, &end), 1);
		len = hex_bytes(event + end, payload);
	}
	return mux_encode(encoder, channel, payload, &len, out, size);
}

static void sending_is_what_the_page_says(void **state)
{
	char line[256], *event, *wire;
	struct mux_encoder encoder;
	int block = 2, rows = 0;

	(void)state;
	mux_encoder_init(&encoder);
	for (; next_row(&block, line, &event, &wire); rows++) {
		uint8_t sent[128], wanted[128];
		size_t len = send_event(&encoder, event, sent, sizeof(sent));

		assert_int_equal(len, hex_bytes(wire, wanted));
		assert_memory_equal(sent, wanted, len);
	}
	assert_int_equal(rows, 7);
}

int main(void)
{
	const struct CMUnitTest mux_protocol_page[] = {
		cmocka_unit_test_setup_teardown(receiving_means_what_the_page_says, open_page,
						close_page),
		cmocka_unit_test_setup_teardown(sending_is_what_the_page_says, open_page,
						close_page),
	};

	return cmocka_run_group_tests(mux_protocol_page, NULL, NULL);
}

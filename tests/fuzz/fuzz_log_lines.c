/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a channel prints as lines for people: however it is cut, each line is short, valid UTF-8 and
 * without control characters, and the lines do not depend on the cuts.
 */
#include <string.h>

#include "mux-server/log_lines.h"
#include "tests/fuzz/fuzz.h"

enum { TEXT_MAX = 1 << 16, INPUT_MAX = 4096 };

struct reader {
	struct log_line_reader reader;
	char text[TEXT_MAX];
	size_t len;
};

/* The length of the UTF-8 character at @text, or 0. */
static size_t character(const unsigned char *text)
{
	size_t len = text[0] < 0x80 ? 1 : text[0] < 0xe0 ? 2 : text[0] < 0xf0 ? 3 : 4;

	if (text[0] >= 0x80 && (text[0] < 0xc2 || text[0] > 0xf4))
		return 0;
	for (size_t i = 1; i < len; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	return len;
}

static void on_line(struct log_line_reader *base, const struct log_line *line)
{
	struct reader *reader = (struct reader *)base;

	FUZZ_CHECK(line->len <= LOG_LINE_MAX && line->text[line->len] == '\0');
	if (!line->complete)
		return;
	for (size_t at = 0; at < line->len;) {
		const unsigned char *text = (const unsigned char *)line->text + at;
		size_t len = character(text);

		FUZZ_CHECK(len > 0 && (*text >= ' ' || *text == '\t') && *text != 0x7f);
		at += len;
	}
	FUZZ_CHECK(reader->len + line->len + 2 <= TEXT_MAX);
	reader->text[reader->len++] = line->continues ? '+' : '|';
	memcpy(reader->text + reader->len, line->text, line->len);
	reader->len += line->len;
	reader->text[reader->len++] = '\n';
}

static void on_mark(struct log_line_reader *reader, int64_t time_us, const char *text)
{
	(void)reader;
	(void)time_us;
	(void)text;
}

static void print(struct reader *reader, const uint8_t *data, size_t size, size_t piece)
{
	struct flow flow = { .holders = 0 };
	struct channel *channel = channel_open(0, 2 * INPUT_MAX, &flow);
	struct log_lines lines;

	FUZZ_CHECK(channel != NULL);
	reader->reader = (struct log_line_reader){ .line = on_line, .mark = on_mark };
	reader->len = 0;
	log_lines_open(&lines, channel);
	log_lines_add(&lines, &reader->reader);
	for (size_t at = 0; at < size; at += piece) {
		ring_write(&channel->ring, data + at, size - at < piece ? size - at : piece);
		channel_flush(channel);
	}
	log_lines_mark(&lines, "end");
	log_lines_remove(&lines, &reader->reader);
	log_lines_close(&lines);
	channel_close(channel);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct reader whole, cut;

	if (size < 2 || size > INPUT_MAX)
		return 0;
	print(&whole, data + 1, size - 1, size);
	print(&cut, data + 1, size - 1, 1 + data[0] % 32);
	FUZZ_CHECK(whole.len == cut.len && memcmp(whole.text, cut.text, cut.len) == 0);
	return 0;
}

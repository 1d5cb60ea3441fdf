/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a telnet client says: however it is cut, it comes to the same payload and answers; a raw
 * client is not touched; and what is shown to a client is what was printed, wrapped.
 */
#include <string.h>

#include "mux-server/telnet.h"
#include "tests/fuzz/fuzz.h"

enum { INPUT_MAX = 4096 };

struct heard {
	uint8_t data[INPUT_MAX], answers[2 * INPUT_MAX + 64];
	size_t len, answers_len, events;
};

static void take_answers(struct telnet *telnet, struct heard *heard)
{
	FUZZ_CHECK(telnet->answers_len <= sizeof(telnet->answers));
	memcpy(heard->answers + heard->answers_len, telnet->answers, telnet->answers_len);
	heard->answers_len += telnet->answers_len;
	telnet->answers_len = 0;
}

static void take_span(const struct telnet_span *span, struct heard *heard)
{
	heard->events += span->event > TELNET_EVENT_DATA;
	if (span->event != TELNET_EVENT_DATA)
		return;
	FUZZ_CHECK(span->len > 0 && span->len <= INPUT_MAX - heard->len);
	memcpy(heard->data + heard->len, span->data, span->len);
	heard->len += span->len;
}

/* Decode in pieces of at most @piece bytes. */
static void hear(struct telnet *telnet, enum telnet_mode mode, const uint8_t *data, size_t size,
		 size_t piece, struct heard *heard)
{
	struct telnet_span span;

	heard->len = heard->answers_len = heard->events = 0;
	telnet_init(telnet, mode);
	for (size_t at = 0; at < size;) {
		size_t len = size - at < piece ? size - at : piece;
		size_t used = telnet_decode(telnet, data + at, len, &span);

		FUZZ_CHECK(used <= len && (used > 0 || span.len > 0));
		take_span(&span, heard);
		take_answers(telnet, heard);
		at += used;
	}
	telnet_end(telnet, &span);
	take_span(&span, heard);
}

/* Show @data to a client in writes of @most bytes, and have it decoded as another server would. */
static void show(const uint8_t *data, size_t size, size_t most)
{
	static uint8_t wire[2 * INPUT_MAX];
	static struct heard heard;
	struct telnet telnet;
	size_t at = 0, len = 0;

	telnet_init(&telnet, TELNET_ON);
	telnet.answers_len = 0;
	while (at < size || telnet.owes_iac) {
		struct iovec in = { (void *)(uintptr_t)(data + at), size - at }, out[8];
		int count = telnet_encode(&telnet, &in, 1, out, 8);
		size_t written = 0;

		FUZZ_CHECK(count > 0 && count <= 8);
		for (int i = 0; i < count && written < most; i++) {
			size_t part =
				out[i].iov_len < most - written ? out[i].iov_len : most - written;

			FUZZ_CHECK(len + part <= sizeof(wire));
			memcpy(wire + len, out[i].iov_base, part);
			len += part;
			written += part;
		}
		at += telnet_written(&telnet, out, count, written);
	}
	/* As input CR LF is one key; as output it is two bytes. */
	if (memchr(data, '\n', size))
		return;
	hear(&telnet, TELNET_ON, wire, len, len, &heard);
	FUZZ_CHECK(heard.len == size && memcmp(heard.data, data, size) == 0 && heard.events == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct heard whole, cut;
	struct telnet telnet;
	enum telnet_mode mode;
	size_t piece;

	if (size < 2 || size > INPUT_MAX)
		return 0;
	mode = data[0] & 1 ? TELNET_ON : TELNET_AUTO;
	piece = data[0] / 2 + 1;
	data++;
	size--;
	hear(&telnet, mode, data, size, size, &whole);
	hear(&telnet, mode, data, size, piece, &cut);
	FUZZ_CHECK(whole.len == cut.len && memcmp(whole.data, cut.data, cut.len) == 0);
	FUZZ_CHECK(whole.events == cut.events && whole.answers_len == cut.answers_len);
	FUZZ_CHECK(memcmp(whole.answers, cut.answers, cut.answers_len) == 0);
	if (mode == TELNET_AUTO && telnet.mode != TELNET_ON)
		FUZZ_CHECK(cut.len == size && memcmp(cut.data, data, size) == 0 &&
			   cut.answers_len == 0);
	show(data, size, piece);
	return 0;
}

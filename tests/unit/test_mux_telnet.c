/* SPDX-License-Identifier: BSD-2-Clause */
/* Telnet: what clients say, at every split; that nothing is negotiated for ever; and that every
 * byte is shown. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mux-server/telnet.h"

enum { ROOM = 4096 };

/* What came of a conversation: payload as it is, events as B (begin), K (break), Y (are you there).
 */
struct heard {
	uint8_t data[ROOM];
	size_t len;
	char events[64];
	size_t events_len;
	uint8_t answers[ROOM];
	size_t answers_len;
};

static struct telnet telnet;
static struct heard heard;

static void take_answers(void)
{
	memcpy(heard.answers + heard.answers_len, telnet.answers, telnet.answers_len);
	heard.answers_len += telnet.answers_len;
	telnet.answers_len = 0;
}

static void note(const struct telnet_span *span)
{
	static const char names[] = {
		[TELNET_EVENT_BEGIN] = 'B', [TELNET_EVENT_BREAK] = 'K', [TELNET_EVENT_AYT] = 'Y'
	};

	if (span->event == TELNET_EVENT_DATA) {
		assert_true(span->len > 0 && heard.len + span->len <= ROOM);
		memcpy(heard.data + heard.len, span->data, span->len);
		heard.len += span->len;
	} else if (span->event != TELNET_EVENT_NONE) {
		heard.events[heard.events_len++] = names[span->event];
	}
}

static void feed(const uint8_t *in, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1); /* so that a sanitizer sees one byte too far */
	struct telnet_span span;

	memcpy(copy, in, len);
	for (size_t at = 0; at < len;) {
		size_t used = telnet_decode(&telnet, copy + at, len - at, &span);

		assert_true(used <= len - at && (used > 0 || span.len > 0));
		note(&span);
		take_answers();
		at += used;
	}
	free(copy);
}

static void start(enum telnet_mode mode)
{
	memset(&heard, 0, sizeof(heard));
	telnet_init(&telnet, mode);
}

static void finish(void)
{
	struct telnet_span span;

	take_answers();
	telnet_end(&telnet, &span);
	note(&span);
}

#define BYTES(text) (const uint8_t *)(text), sizeof(text) - 1
#define OFFER "\xff\xfb\x01\xff\xfb\x03"

struct vector {
	const char *name;
	enum telnet_mode mode;
	const uint8_t *in;
	size_t in_len;
	const uint8_t *payload;
	size_t payload_len;
	const char *events;
	const uint8_t *answers;
	size_t answers_len;
};

#define ROW(name, mode, in, payload, events, answers)                                              \
	{                                                                                          \
		name, mode, BYTES(in), BYTES(payload), events, BYTES(answers)                      \
	}

static const struct vector vectors[] = {
	/* clients that speak no telnet: not a byte is touched */
	ROW("off", TELNET_OFF, "\xff\xfb\x01 \xff\xff \r\n\r\0", "\xff\xfb\x01 \xff\xff \r\n\r\0",
	    "", ""),
	ROW("raw", TELNET_AUTO, "a\xff\xfb\x01\r\n\r\0\xff\xff", "a\xff\xfb\x01\r\n\r\0\xff\xff",
	    "", ""),
	ROW("raw, IAC first", TELNET_AUTO, "\xff\xffzz", "\xff\xffzz", "", ""),
	ROW("raw, a text in UTF-16", TELNET_AUTO, "\xff\xfeh\0i\0", "\xff\xfeh\0i\0", "", ""),
	ROW("raw, IAC and no command", TELNET_AUTO, "\xff\xf1\xff", "\xff\xf1\xff", "", ""),
	ROW("raw, nothing but IAC", TELNET_AUTO, "\xff", "\xff", "", ""),
	ROW("raw, almost a negotiation", TELNET_AUTO, "\xff\xfd", "\xff\xfd", "", ""),
	ROW("raw, option beyond any", TELNET_AUTO, "\xff\xfd\x80", "\xff\xfd\x80", "", ""),
	/* how they begin */
	ROW("Debian's telnet, mode character", TELNET_AUTO, "\xff\xfd\x03\xff\xfd\x01ls\r\0",
	    "ls\r", "B", OFFER),
	ROW("PuTTY", TELNET_AUTO,
	    "\xff\xfb\x1f\xff\xfb\x20\xff\xfb\x18\xff\xfb\x27\xff\xfd\x01\xff\xfb\x03\xff\xfd\x03",
	    "", "B", OFFER "\xff\xfe\x1f\xff\xfe\x20\xff\xfe\x18\xff\xfe\x27\xff\xfd\x03"),
	ROW("opens with a window's size", TELNET_AUTO, "\xff\xfa\x1f\0\x50\xff\xff\xff\xf0x", "x",
	    "B", OFFER),
	ROW("refuses at once", TELNET_AUTO, "\xff\xfe\x01\xff\xfe\x03ok", "ok", "B", OFFER),
	ROW("we begin, it agrees", TELNET_ON, "\xff\xfd\x01\xff\xfd\x03ls\r\0", "ls\r", "", OFFER),
	ROW("we begin, it is deaf", TELNET_ON, "ls\r\n", "ls\r", "", OFFER),
	/* no loops */
	ROW("repetition is not answered", TELNET_ON,
	    "\xff\xfd\x01\xff\xfd\x01\xff\xfd\x01\xff\xfd\x03\xff\xfd\x03", "", "", OFFER),
	ROW("off, off, on again", TELNET_ON, "\xff\xfd\x01\xff\xfe\x01\xff\xfe\x01\xff\xfd\x01", "",
	    "", OFFER "\xff\xfc\x01\xff\xfb\x01"),
	ROW("its go-ahead", TELNET_ON, "\xff\xfb\x03\xff\xfb\x03\xff\xfc\x03\xff\xfc\x03", "", "",
	    OFFER "\xff\xfd\x03\xff\xfe\x03"),
	ROW("its echo is not wanted", TELNET_ON, "\xff\xfb\x01\xff\xfc\x01", "", "",
	    OFFER "\xff\xfe\x01"),
	ROW("all else is refused", TELNET_ON, "\xff\xfd\x18\xff\xfb\x2c\xff\xfe\x18\xff\xfc\x2c",
	    "", "", OFFER "\xff\xfc\x18\xff\xfe\x2c"),
	/* keys */
	ROW("Enter", TELNET_ON, "a\r\0b\r\nc\rd\ne\r\r\0\r", "a\rb\rc\rd\ne\r\r\r", "", OFFER),
	ROW("Enter, and a command in it", TELNET_ON, "a\r\xff\xf1\0b", "a\rb", "", OFFER),
	ROW("an IAC that is typed", TELNET_ON, "\xff\xff\r\xff\xff\0\xff\xff", "\xff\r\xff\0\xff",
	    "", OFFER),
	ROW("break and are you there", TELNET_ON,
	    "a\xff\xf3"
	    "b\xff\xf6"
	    "c",
	    "abc", "KY", OFFER),
	ROW("keys that have commands", TELNET_ON,
	    "\xff\xf4\xff\xf7\xff\xf8\xff\xec\xff\xed\xff\xee", "\x03\x7f\x15\x04\x1a\x1c", "",
	    OFFER),
	ROW("commands that mean nothing here", TELNET_ON,
	    "a\xff\xf1\xff\xf2\xff\xf5\xff\xf9\xff\xf0\xff\x20"
	    "b",
	    "ab", "", OFFER),
	/* subnegotiation, and one that is cut short */
	ROW("a terminal's type", TELNET_ON,
	    "a\xff\xfa\x18\0xterm\r\n\xff\xff\xff\xf0"
	    "b",
	    "ab", "", OFFER),
	ROW("cut short by a request", TELNET_ON,
	    "\xff\xfa\x18\0xt\xff\xfd\x05"
	    "b",
	    "b", "", OFFER "\xff\xfc\x05"),
};

enum { VECTORS = sizeof(vectors) / sizeof(vectors[0]) };

static void check(const struct vector *v)
{
	finish();
	if (heard.len != v->payload_len || memcmp(heard.data, v->payload, heard.len) != 0 ||
	    strcmp(heard.events, v->events) != 0 || heard.answers_len != v->answers_len ||
	    memcmp(heard.answers, v->answers, v->answers_len) != 0)
		fail_msg("%s: %zu of %zu bytes, events %s, %zu of %zu bytes of answers", v->name,
			 heard.len, v->payload_len, heard.events, heard.answers_len,
			 v->answers_len);
}

static void every_vector_at_every_split(void **state)
{
	(void)state;
	for (const struct vector *v = vectors; v < vectors + VECTORS; v++) {
		for (size_t a = 0; a <= v->in_len; a++) {
			for (size_t b = a; b <= v->in_len; b++) {
				start(v->mode);
				feed(v->in, a);
				feed(v->in + a, b - a);
				feed(v->in + b, v->in_len - b);
				check(v);
			}
		}
		start(v->mode);
		for (size_t i = 0; i < v->in_len; i++)
			feed(v->in + i, 1);
		check(v);
	}
}

/* Two servers that face each other come to rest: what each says to the other ends. */
static void two_of_us_come_to_rest(void **state)
{
	struct telnet sides[2];
	uint8_t wire[TELNET_ANSWERS_SIZE];
	struct telnet_span span;
	int rounds = 0;

	(void)state;
	telnet_init(&sides[0], TELNET_ON);
	telnet_init(&sides[1], TELNET_AUTO);
	for (int idle = 0, from = 0; idle < 2; from = !from) {
		size_t len = sides[from].answers_len;

		memcpy(wire, sides[from].answers, len);
		sides[from].answers_len = 0;
		for (size_t at = 0; at < len;)
			at += telnet_decode(&sides[!from], wire + at, len - at, &span);
		idle = len == 0 ? idle + 1 : 0;
		assert_true(++rounds < 10);
	}
}

/* Who asks for ever and never reads gets no more answers than there is room for. */
static void answers_are_bounded(void **state)
{
	struct telnet_span span;
	uint8_t request[] = { 0xff, 0xfd, 0 };
	size_t at;

	(void)state;
	telnet_init(&telnet, TELNET_ON);
	for (int i = 0; i < 1000; i++) {
		request[1] = (uint8_t)(0xfb + i % 4);
		request[2] = (uint8_t)(i / 4);
		for (at = 0; at < sizeof(request);)
			at += telnet_decode(&telnet, request + at, sizeof(request) - at, &span);
	}
	assert_true(telnet.answers_len <= sizeof(telnet.answers));
	telnet.answers_len = 0;
	heard.answers_len = 0;
	feed(BYTES("\xff\xfd\x18"));
	assert_int_equal(heard.answers_len, 3);
}

/* As a client takes it: appends the payload, counts the commands. */
struct screen {
	uint8_t data[ROOM];
	size_t len;
	bool cr;
	int iac; /* bytes of a command seen */
	int commands;
};

static void show(struct screen *screen, const uint8_t *data, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		bool cr = screen->cr;

		screen->cr = false;
		if (screen->iac == 2) {
			screen->iac = 0;
			screen->commands++;
		} else if (screen->iac == 1 && data[i] != 0xff) {
			assert_in_range(data[i], 0xfb, 0xfe);
			screen->iac = 2;
		} else if (screen->iac == 0 && data[i] == 0xff) {
			screen->iac = 1;
		} else if (cr && data[i] == 0) {
			continue;
		} else {
			assert_false(cr && data[i] != '\n');
			screen->iac = 0;
			screen->cr = data[i] == '\r';
			screen->data[screen->len++] = data[i];
		}
	}
}

/* Write what there is through a stream that takes @most bytes at a time. */
static size_t pass(struct screen *screen, const uint8_t *data, size_t len, size_t most)
{
	struct iovec in[2] = { { (void *)(uintptr_t)data, len / 3 },
			       { (void *)(uintptr_t)(data + len / 3), len - len / 3 } };
	struct iovec out[6];
	int count = telnet_encode(&telnet, in, 2, out, 6);
	size_t left = most;

	for (int i = 0; i < count && left > 0; i++) {
		size_t part = out[i].iov_len < left ? out[i].iov_len : left;

		show(screen, out[i].iov_base, part);
		left -= part;
	}
	return telnet_written(&telnet, out, count, most - left);
}

/* Every byte comes through, whatever the stream takes at a time and when answers come between. */
static void all_is_shown(void **state)
{
	static const uint8_t bytes[] = { 0xff, '\r', '\n', 0, 'a' };
	uint8_t data[ROOM / 2];

	(void)state;
	srandom(1);
	for (int run = 0; run < 300; run++) {
		struct screen screen = { .len = 0 };
		size_t at = 0;
		int asked = 0;

		for (size_t i = 0; i < sizeof(data); i++)
			data[i] = random() % 8 ? bytes[(size_t)random() % sizeof(bytes)]
					       : (uint8_t)random();
		telnet_init(&telnet, TELNET_ON);
		while (at < sizeof(data)) {
			size_t len = (size_t)random() % (sizeof(data) - at + 1);

			if (random() % 8 == 0) {
				struct telnet_span span;
				const uint8_t request[] = { 0xff, 0xfd, 0x18 };

				for (size_t i = 0; i < sizeof(request); i++)
					telnet_decode(&telnet, request + i, 1, &span);
				asked += telnet.answers_len + 3 <= TELNET_ANSWERS_SIZE;
			}
			at += pass(&screen, data + at, len, (size_t)random() % 9);
		}
		while (telnet.owes_iac || telnet_has_answers(&telnet))
			pass(&screen, data, 0, 5);
		assert_int_equal(screen.len, sizeof(data));
		assert_memory_equal(screen.data, data, sizeof(data));
		assert_true(screen.commands >= 2 && screen.commands >= asked);
	}
}

static void text_is_one_piece(void **state)
{
	struct iovec in = { (void *)(uintptr_t) "a line\r\nanother\r\n", 17 }, out[6];

	(void)state;
	telnet_init(&telnet, TELNET_OFF);
	assert_int_equal(telnet_encode(&telnet, &in, 1, out, 6), 1);
	assert_ptr_equal(out[0].iov_base, in.iov_base);
	assert_int_equal(out[0].iov_len, 17);
}

int main(void)
{
	const struct CMUnitTest mux_telnet[] = {
		cmocka_unit_test(every_vector_at_every_split),
		cmocka_unit_test(two_of_us_come_to_rest),
		cmocka_unit_test(answers_are_bounded),
		cmocka_unit_test(all_is_shown),
		cmocka_unit_test(text_is_one_piece),
	};

	return cmocka_run_group_tests(mux_telnet, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines on the control socket of a server with two boards, whose targets are never there.  Every
 * line is answered by one object with "ok", and by an "error" if that is false.
 */
#include <stdio.h>
#include <string.h>

#include "mux-server/control.h"
#include "mux-server/server.h"
#include "tests/fuzz/fuzz.h"

static struct server server;

static struct settings *make_settings(void)
{
	struct settings *settings = settings_new();

	settings->boards = calloc(2, sizeof(*settings->boards));
	settings->board_count = 2;
	for (unsigned i = 0; i < 2; i++) {
		struct board_settings *board = &settings->boards[i];

		board->name = strdup(i ? "b" : "a");
		board->target = strdup("/nonexistent/board");
		settings_add_console(board, 0, "hv");
		settings_add_console(board, 1, i ? "linux" : "linux-a");
		FUZZ_CHECK(settings_complete_board(settings, board) == 0);
	}
	settings->no_sandbox = true;
	return settings;
}

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	FUZZ_CHECK(server_init(&server, make_settings(), NULL) == 0);
	return 0;
}

static void check_answer(const struct control_answer *answer)
{
	const json_t *ok = json_object_get(answer->json, "ok");
	struct iovec pieces[2];
	size_t len = 0;
	char *text;

	FUZZ_CHECK(json_is_boolean(ok));
	FUZZ_CHECK(json_is_false(ok) == json_is_string(json_object_get(answer->json, "error")));
	text = json_dumps(answer->json, JSON_COMPACT);
	FUZZ_CHECK(text && !strchr(text, '\n'));
	free(text);
	if (!answer->tail)
		return;
	for (int i = 0, count = control_tail_pieces(answer, pieces); i < count; i++)
		len += pieces[i].iov_len;
	FUZZ_CHECK((json_int_t)len == json_integer_value(json_object_get(answer->json, "bytes")));
}

/* What a word stands for comes back when it is quoted, unless that is too long for a line. */
static void check_quoting(const struct control_word *word)
{
	char quoted[CONTROL_LINE_MAX + 1];
	struct control_line line;

	if (word->len == 0 ||
	    control_line_quote(quoted, CONTROL_LINE_MAX, word->text, word->len) < word->len)
		return;
	FUZZ_CHECK(control_line_parse(&line, quoted, strlen(quoted)) == NULL);
	FUZZ_CHECK(line.count == 1 && line.words[0].len == word->len);
	FUZZ_CHECK(memcmp(line.words[0].text, word->text, word->len) == 0);
}

static void run_line(const uint8_t *data, size_t len, bool may_change)
{
	struct control_answer answer = { .json = json_pack("{s:b}", "ok", 1) };
	struct control_line line;
	char *text = malloc(len + 1); /* no more room than a connection has */
	const char *wrong;

	memcpy(text, data, len);
	wrong = control_line_parse(&line, text, len);
	if (wrong) {
		control_fail(&answer, "%s", wrong);
	} else {
		for (unsigned i = 0; i < line.count; i++)
			check_quoting(&line.words[i]);
		control_execute(&server, &line, may_change, &answer);
	}
	check_answer(&answer);
	json_decref(answer.json);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *end;
	bool may_change;

	if (size < 1 || size > CONTROL_LINE_MAX)
		return 0;
	may_change = data[0] != '-';
	for (; size > 0; size -= (size_t)(end - data), data = end) {
		const uint8_t *newline = memchr(data, '\n', size);

		run_line(data, newline ? (size_t)(newline - data) : size, may_change);
		end = newline ? newline + 1 : data + size;
	}
	for (struct server_board *b = TAILQ_FIRST(&server.boards); b; b = TAILQ_NEXT(b, link))
		uplink_discard(&b->board.uplink); /* each input meets the same server */
	return 0;
}

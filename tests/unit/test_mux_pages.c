/* SPDX-License-Identifier: BSD-2-Clause */
/* The manual pages name each key of the configuration file and each exit code, and no other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <cyaml/cyaml.h>

#include "host-tools/muxctl.h"
#include "mux-server/options.h"
#include "mux-server/settings.h"

enum { WORDS_MAX = 64 };

struct words {
	char list[WORDS_MAX][32];
	size_t count;
};

static bool has(const struct words *words, const char *word)
{
	for (size_t i = 0; i < words->count; i++)
		if (strcmp(words->list[i], word) == 0)
			return true;
	return false;
}

static void add(struct words *words, const char *word)
{
	assert_true(words->count < WORDS_MAX);
	snprintf(words->list[words->count++], sizeof(words->list[0]), "%s", word);
}

/*
 * The words that items of the page's section have behind @mark, "a" and "b" of ".It Cm a , b".  A
 * section is what follows a line with @heading, up to the next heading.
 */
static struct words read_items(const char *page, const char *heading, const char *mark)
{
	struct words words = { .count = 0 };
	bool inside = false;
	char line[512];
	FILE *file = fopen(page, "r");

	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, ".Sh", 3) == 0 || strncmp(line, ".Ss", 3) == 0)
			inside = strcmp(line, heading) == 0;
		else if (inside && strncmp(line, mark, strlen(mark)) == 0)
			for (char *word = strtok(line + strlen(mark), " ,"); word;
			     word = strtok(NULL, " ,"))
				add(&words, word);
	}
	fclose(file);
	return words;
}

/* Fail for a word that only one of both has. */
static void expect_same(const struct words *page, const struct words *code, const char *what)
{
	for (size_t i = 0; i < code->count; i++)
		if (!has(page, code->list[i]))
			fail_msg("%s: the page lacks %s", what, code->list[i]);
	for (size_t i = 0; i < page->count; i++)
		if (!has(code, page->list[i]))
			fail_msg("%s: only the page has %s", what, page->list[i]);
	assert_int_equal(page->count, code->count);
}

static struct words keys_of(const cyaml_schema_field_t *fields)
{
	struct words words = { .count = 0 };

	for (; fields->key; fields++)
		add(&words, fields->key);
	return words;
}

/* The fields of the objects in the list @key. */
static const cyaml_schema_field_t *fields_in(const cyaml_schema_field_t *fields, const char *key)
{
	while (strcmp(fields->key, key) != 0)
		fields++;
	return fields->value.sequence.entry->mapping.fields;
}

static void every_key_is_in_the_page(void **state)
{
	static const char page[] = "mux-server/mux_server.yaml.5";
	const cyaml_schema_field_t *server = settings_schema()->mapping.fields;
	const cyaml_schema_field_t *board = fields_in(server, "boards");
	const cyaml_schema_field_t *console = fields_in(board, "consoles");
	const struct {
		const char *heading;
		const cyaml_schema_field_t *fields;
	} sections[] = {
		{ ".Ss The server", server },
		{ ".Ss A board", board },
		{ ".Ss A console", console },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
		struct words in_page = read_items(page, sections[i].heading, ".It Cm ");
		struct words in_code = keys_of(sections[i].fields);

		expect_same(&in_page, &in_code, sections[i].heading);
	}
}

static void expect_codes(const char *page, const int *codes, size_t count)
{
	struct words in_page = read_items(page, ".Sh EXIT STATUS", ".It ");
	struct words in_code = { .count = 0 };
	char text[12];

	for (size_t i = 0; i < count; i++) {
		snprintf(text, sizeof(text), "%d", codes[i]);
		add(&in_code, text);
	}
	expect_same(&in_page, &in_code, page);
}

static void every_exit_code_is_in_the_page(void **state)
{
	static const int server[] = { EXIT_OK,	EXIT_RUNTIME,	 EXIT_USAGE, EXIT_UNAVAILABLE,
				      EXIT_LOG, EXIT_PERMISSION, EXIT_CONFIG };
	static const int client[] = { MUXCTL_OK, MUXCTL_FAILED, MUXCTL_USAGE, MUXCTL_TIMEOUT };

	(void)state;
	expect_codes("mux-server/mux_server.1", server, sizeof(server) / sizeof(server[0]));
	expect_codes("mux-server/muxctl.1", client, sizeof(client) / sizeof(client[0]));
}

int main(void)
{
	const struct CMUnitTest mux_pages[] = {
		cmocka_unit_test(every_key_is_in_the_page),
		cmocka_unit_test(every_exit_code_is_in_the_page),
	};

	return cmocka_run_group_tests(mux_pages, NULL, NULL);
}

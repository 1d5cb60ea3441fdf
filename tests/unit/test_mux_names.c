/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of channels from a configuration tree, of partitions well and badly described. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

#include "mux-server/names.h"

static uint8_t tree[4096];
static struct names names;
static char why[256];

/* Begin a tree; node() opens a node that end() closes. */
static void start(void)
{
	fdt_create(tree, sizeof(tree));
	fdt_finish_reservemap(tree);
	fdt_begin_node(tree, "");
}

static void property(const char *name, const char *text)
{
	fdt_property(tree, name, text, (int)strlen(text) + 1);
}

static void node(const char *name, const char *compatible)
{
	fdt_begin_node(tree, name);
	if (compatible)
		property("compatible", compatible);
}

static void channel(const char *name, uint32_t number)
{
	node(name, "byte-channel");
	fdt_property_u32(tree, "mux-channel", number);
	fdt_end_node(tree);
}

static void end(void)
{
	fdt_end_node(tree);
}

static int parse(void)
{
	fdt_end_node(tree);
	assert_int_equal(fdt_finish(tree), 0);
	why[0] = '\0';
	return names_parse(&names, tree, fdt_totalsize(tree), why, sizeof(why));
}

static void expect_entry(unsigned index, unsigned number, const char *name, const char *partition)
{
	assert_true(index < names.count);
	assert_int_equal(names.entries[index].channel, number);
	assert_string_equal(names.entries[index].name, name);
	assert_string_equal(names.entries[index].partition, partition);
}

static void a_machine(void)
{
	start();
	node("hv-config", "hv-config");
	channel("console", 0);
	end();
	node("p1", "partition");
	property("label", "linux0");
	channel("console", 1);
	channel("gdb", 33);
	node("memory", "guest-phys-mem-area");
	end();
	end();
	node("p2", "partition");
	channel("console", 2);
	end();
}

static void labels_become_names(void **state)
{
	(void)state;
	a_machine();
	assert_int_equal(parse(), 0);
	assert_int_equal(names.count, 4);
	expect_entry(0, 0, "hv", "");
	expect_entry(1, 1, "linux0", "linux0");
	expect_entry(2, 33, "linux0-gdb", "linux0");
	expect_entry(3, 2, "p2", "p2");
}

static void what_no_file_name_can_have_is_replaced(void **state)
{
	(void)state;
	start();
	node("p1", "partition");
	property("label", "../e t\x1b[2Jc");
	channel("console", 1);
	end();
	assert_int_equal(parse(), 0);
	expect_entry(0, 1, "_._e_t__2Jc", "../e t_[2Jc");
}

static void long_names_are_cut(void **state)
{
	char label[200];

	(void)state;
	memset(label, 'l', sizeof(label) - 1);
	label[sizeof(label) - 1] = '\0';
	start();
	node("p1", "partition");
	property("label", label);
	channel("console", 1);
	channel("an-uncommonly-long-name-of-a-node", 2);
	end();
	assert_int_equal(parse(), 0);
	assert_int_equal(strlen(names.entries[0].name), SETTINGS_NAME_MAX);
	assert_int_equal(strlen(names.entries[1].name), SETTINGS_NAME_MAX);
	assert_string_not_equal(names.entries[0].name, names.entries[1].name);
}

static void a_label_that_is_no_string_gives_way_to_the_node_name(void **state)
{
	(void)state;
	start();
	node("p1", "partition");
	fdt_property(tree, "label", "abc", 3);
	channel("console", 1);
	end();
	assert_int_equal(parse(), 0);
	expect_entry(0, 1, "p1", "p1");
}

static void expect_error(const char *text)
{
	assert_int_equal(parse(), -1);
	if (!strstr(why, text))
		fail_msg("'%s' is not '%s'", why, text);
}

static void bad_channels_are_named(void **state)
{
	(void)state;
	start();
	node("p1", "partition");
	channel("console", 95);
	end();
	expect_error("mux-channel of p1/console is 95; at most 94");

	start();
	node("p1", "partition");
	channel("console", 0x100);
	end();
	expect_error("mux-channel of p1/console is 256");

	start();
	node("p1", "partition");
	node("console", "byte-channel");
	fdt_property_u64(tree, "mux-channel", 1);
	end();
	end();
	expect_error("mux-channel of p1/console is not one cell");

	start();
	node("p1", "partition");
	channel("a", 1);
	end();
	node("p2", "partition");
	channel("b", 1);
	end();
	expect_error("p2/b and p1 both have mux-channel 1");

	start();
	node("memory", NULL);
	end();
	expect_error("is it the configuration tree of the hypervisor?");
}

/* Any damage gives names or an error, within the memory of the tree. */
static void damaged_trees_are_refused_or_read(void **state)
{
	size_t size;
	unsigned seed = 7;

	(void)state;
	a_machine();
	assert_int_equal(parse(), 0);
	size = fdt_totalsize(tree);
	for (size_t len = 0; len < size; len++) {
		uint8_t *part = malloc(len ? len : 1);

		memcpy(part, tree, len);
		assert_int_equal(names_parse(&names, part, len, why, sizeof(why)), -1);
		free(part);
	}
	for (int i = 0; i < 20000; i++) {
		uint8_t *damaged = malloc(size);

		memcpy(damaged, tree, size);
		for (int j = 0; j < 2; j++) {
			seed = seed * 1103515245 + 12345;
			damaged[(seed >> 8) % size] = (uint8_t)(seed >> 20);
		}
		names_parse(&names, damaged, size, why, sizeof(why));
		free(damaged);
	}
}

static void names_complete_a_board(void **state)
{
	struct settings *settings = settings_new();
	struct board_settings *board;

	(void)state;
	settings->boards = calloc(1, sizeof(*settings->boards));
	settings->board_count = 1;
	board = &settings->boards[0];
	assert_non_null(settings_add_console(board, 1, "mine"));
	assert_non_null(settings_add_console(board, 2, NULL));
	assert_non_null(settings_add_console(board, 50, NULL));
	a_machine();
	assert_int_equal(parse(), 0);
	assert_int_equal(names_apply(&names, board), 0);
	assert_int_equal(board->console_count, 5);
	assert_string_equal(board->consoles[0].name, "mine");
	assert_string_equal(board->consoles[0].partition, "linux0");
	assert_string_equal(board->consoles[1].name, "p2");
	assert_null(board->consoles[2].name);
	assert_string_equal(board->consoles[3].name, "hv");
	assert_null(board->consoles[3].partition);
	assert_string_equal(board->consoles[4].name, "linux0-gdb");
	settings_free(settings);
}

static void valid_names(void **state)
{
	(void)state;
	assert_true(names_valid("a"));
	assert_true(names_valid("linux-0.1_x+y@z"));
	assert_false(names_valid(""));
	assert_false(names_valid("."));
	assert_false(names_valid("-s"));
	assert_false(names_valid("a/b"));
	assert_false(names_valid("a b"));
	assert_false(names_valid("\xc3\xa9"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(labels_become_names),
		cmocka_unit_test(what_no_file_name_can_have_is_replaced),
		cmocka_unit_test(long_names_are_cut),
		cmocka_unit_test(a_label_that_is_no_string_gives_way_to_the_node_name),
		cmocka_unit_test(bad_channels_are_named),
		cmocka_unit_test(damaged_trees_are_refused_or_read),
		cmocka_unit_test(names_complete_a_board),
		cmocka_unit_test(valid_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

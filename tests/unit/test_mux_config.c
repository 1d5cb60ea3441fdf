/* SPDX-License-Identifier: BSD-2-Clause */
/* The configuration file: what it becomes, and each error with its line and column. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <cyaml/cyaml.h>

#include "mux-server/config.h"

static char path[64];
static struct config_errors errors;

static struct settings *load_bytes(const char *text, size_t len)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, len, file), len);
	assert_int_equal(fclose(file), 0);
	return config_load(path, &errors);
}

static struct settings *load(const char *text)
{
	return load_bytes(text, strlen(text));
}

static struct settings *must_load(const char *text)
{
	struct settings *settings = load(text);

	if (!settings)
		fail_msg("refused:\n%s", errors.text);
	return settings;
}

/* The only error must be @want, "line:column: text" or "text" for the file as a whole; a * at its
 * end stands for anything. */
static void expect_error(const char *text, const char *want)
{
	char line[1024];
	struct settings *settings = load(text);
	int len;

	if (settings)
		fail_msg("accepted:\n%s", text);
	len = snprintf(line, sizeof(line), "%s:%s%s\n", path,
		       *want >= '0' && *want <= '9' ? "" : " ", want);
	if (line[len - 2] == '*')
		len -= 2;
	if (errors.count != 1 || strncmp(errors.text, line, (size_t)len) != 0)
		fail_msg("for:\n%s\nwant: %sgot:  %s", text, line, errors.text);
}

static void a_whole_file(void **state)
{
	struct settings *settings =
		must_load("listen: 127.0.0.1\n"
			  "log-dir: /var/log/mux\n"
			  "control: /run/x.sock\n"
			  "boards:\n"
			  "  - name: a\n"
			  "    target: /dev/ttyS0\n"
			  "    baud: 9600\n"
			  "    flow: rts-cts\n    parity: even\n    stop-bits: 2\n"
			  "    consoles:\n"
			  "      - {channel: 0, name: hv, port: 0}\n"
			  "      - channel: 94\n"
			  "        partition: \"Linux 0\"\n"
			  "        listen: \"::\"\n"
			  "        port: 18994\n"
			  "  - name: b\n"
			  "    exec: ssh lab cat /dev/ttyUSB0\n"
			  "    log-dir: /b\n"
			  "    first-port: 2000\n"
			  "    consoles: [{channel: 3}, {channel: 4, port: 7}]\n");
	const struct board_settings *a = &settings->boards[0], *b = &settings->boards[1];

	(void)state;
	assert_string_equal(settings->listen, "127.0.0.1");
	assert_string_equal(settings->control, "/run/x.sock");
	assert_false(settings->verbose);
	assert_int_equal(settings->board_count, 2);
	assert_string_equal(a->name, "a");
	assert_string_equal(a->target, "/dev/ttyS0");
	assert_int_equal(*a->baud, 9600);
	assert_int_equal(a->flow, SERIAL_FLOW_RTS_CTS);
	assert_int_equal(a->parity, SERIAL_PARITY_EVEN);
	assert_int_equal(*a->stop_bits, 2);
	assert_string_equal(a->log_dir, "/var/log/mux/a");
	assert_int_equal(a->console_count, 2);
	assert_string_equal(a->consoles[0].name, "hv");
	assert_int_equal(*a->consoles[0].port, 0);
	assert_int_equal(a->consoles[1].channel, 94);
	assert_string_equal(a->consoles[1].name, "channel-94");
	assert_string_equal(a->consoles[1].partition, "Linux 0");
	assert_string_equal(a->consoles[1].listen, "::");
	assert_string_equal(b->exec, "ssh lab cat /dev/ttyUSB0");
	assert_null(b->baud);
	assert_int_equal(b->flow, SERIAL_FLOW_NONE);
	assert_string_equal(b->log_dir, "/b");
	assert_int_equal(*b->consoles[0].port, 2003);
	assert_int_equal(*b->consoles[1].port, 7);
	settings_free(settings);
}

static void anchors_repeat_what_is_common(void **state)
{
	struct settings *settings = must_load("boards:\n"
					      "  - name: a\n"
					      "    target: a:1\n"
					      "    consoles: &all [{channel: 0}, {channel: 1}]\n"
					      "  - name: b\n"
					      "    target: b:1\n"
					      "    consoles: *all\n");

	(void)state;
	assert_int_equal(settings->boards[1].console_count, 2);
	assert_int_equal(settings->boards[1].consoles[1].channel, 1);
	settings_free(settings);
}

#define BOARD "boards:\n  - name: a\n    target: h:1\n"
#define CONSOLES BOARD "    consoles:\n      - channel: 0\n"

static const struct {
	const char *text, *error;
} bad[] = {
	/* not YAML, or not one document */
	{ "", "is empty; it needs at least boards:" },
	{ "# nothing\n", "is empty; it needs at least boards:" },
	{ "boards:\n\t- name: a\n",
	  "2:1: not YAML: while scanning for the next token, found character that cannot start any token" },
	{ BOARD "---\nx: y\n", "5:1: a second document; only one is expected, remove the ---" },
	{ "boards: *none\n", "1:9: not YAML: found undefined alias" },
	/* keys */
	{ CONSOLES "        prot: 1\n", "6:9: unknown key \"prot\"; the nearest is \"port\"" },
	{ CONSOLES "nobody-knows: 1\n",
	  "6:1: unknown key \"nobody-knows\"; here can be: listen, log-dir, control, *" },
	{ BOARD "    target: x\n", "4:5: target is given twice; line 3 has it too" },
	{ BOARD "    ? [a]\n    : b\n", "4:7: a key must be a word" },
	{ "listen: x\n", "1:1: the file has no boards:, which it needs" },
	{ "boards:\n  - target: h:1\n    consoles: [{channel: 0}]\n",
	  "2:5: boards has no name:, which it needs" },
	/* types */
	{ "boards: 5\n", "1:9: boards: must be a list, its entries beginning with \"- \"" },
	{ "boards: []\n", "1:9: boards: has 0 entries; at least 1" },
	{ "- a\n", "1:1: the file: must be a list of \"key: value\"" },
	{ BOARD "    consoles: [0]\n", "4:16: consoles: must be a list of \"key: value\"" },
	{ BOARD "    baud: fast\n    consoles: [{channel: 0}]\n",
	  "4:11: baud: \"fast\" is not a number; write it in decimal digits" },
	{ CONSOLES "        port: 12x\n",
	  "6:15: port: \"12x\" is not a number; write it in decimal digits" },
	{ CONSOLES "        port: 010\n",
	  "6:15: port: \"010\" is not a number; write it in decimal digits" },
	{ CONSOLES "        port: -1\n",
	  "6:15: port: \"-1\" is not a number; write it in decimal digits" },
	{ CONSOLES "        port: 65536\n", "6:15: port: 65536 is too large; at most 65535" },
	{ CONSOLES "        port: 99999999999999999999\n",
	  "6:15: port: 99999999999999999999 is too large; at most 65535" },
	{ CONSOLES "        port:\n",
	  "6:14: port: \"\" is not a number; write it in decimal digits" },
	{ CONSOLES "        port: [1]\n", "6:15: port: must be a single value" },
	{ "verbose: maybe\n" BOARD "    consoles: [{channel: 0}]\n",
	  "1:10: verbose: \"maybe\" is neither true nor false" },
	{ "listen: \"\"\n" CONSOLES,
	  "1:9: listen: is empty; leave the key out or give it a value" },
	{ "listen: \"a\\0b\"\n" CONSOLES, "1:9: listen: has a NUL byte" },
	{ CONSOLES
	  "        name: 0123456789012345678901234567890123456789012345678901234567890123\n",
	  "6:15: name: has 64 bytes; at most 63" },
	{ "slow-reader: wait\n" CONSOLES,
	  "1:14: slow-reader: \"wait\" is unknown; it is one of: skip, drop, block" },
	{ CONSOLES "        telnet: yes\n",
	  "6:17: telnet: \"yes\" is unknown; it is one of: off, auto, on" },
	{ CONSOLES "        replay: -1\n",
	  "6:17: replay: \"-1\" is not a number; write it in decimal digits" },
	/* what must fit together */
	{ "scrollback: 100\n" CONSOLES,
	  "1:13: scrollback: 100 does not do; a power of two from 64 to 16384 (KiB)" },
	{ BOARD "    scrollback: 0\n    consoles: [{channel: 0}]\n",
	  "4:17: scrollback: 0 does not do; a power of two from 64 to 16384 (KiB)" },
	{ CONSOLES "        scrollback: 32768\n",
	  "6:21: scrollback: 32768 does not do; a power of two from 64 to 16384 (KiB)" },
	{ "boards:\n  - name: a b\n    target: h:1\n    consoles: [{channel: 0}]\n",
	  "2:11: name: \"a b\" does not do; letters, digits and . _ - + @, beginning with none of . and -" },
	{ "boards:\n  - name: a\n    consoles: [{channel: 0}]\n",
	  "2:5: board a needs a target: (device, unix socket or host:port) or exec: (command)" },
	{ BOARD "    exec: x\n    consoles: [{channel: 0}]\n",
	  "2:5: board a needs target: or exec:, not both" },
	{ "boards:\n  - name: a\n    target: \"h:\"\n    consoles: [{channel: 0}]\n",
	  "3:13: target: \"h:\" is neither HOST:PORT nor a path" },
	{ CONSOLES "  - name: a\n    target: h:2\n    consoles: [{channel: 0}]\n",
	  "6:11: name: a is used for two boards; line 2 has it too" },
	{ BOARD, "2:5: board a has no console; list its consoles:, or say names-from: which tree" },
	{ BOARD "    consoles: [{channel: 95}]\n", "4:26: channel: 95 is too large; at most 94" },
	{ CONSOLES "      - channel: 0\n", "6:18: channel: 0 is used twice; line 5 has it too" },
	{ BOARD "    consoles:\n      - name: x\n",
	  "5:15: a console needs a channel: number, or with names-from: its partition:" },
	{ CONSOLES "        name: x\n      - channel: 1\n        name: x\n",
	  "8:15: name: x is used for two consoles, channels 0 and 1" },
	{ CONSOLES "        name: ../x\n",
	  "6:15: name: \"../x\" does not do; letters, digits and . _ - + @, beginning with none of . and -" },
	{ CONSOLES "        port: 7\n      - channel: 1\n        port: 7\n",
	  "8:15: port: 7 is used for two consoles, channel-00 and channel-01" },
	{ BOARD "    first-port: 65500\n    consoles: [{channel: 0}]\n",
	  "4:17: first-port: 65500 is too large; at most 65441, for the port of channel 94" },
	{ BOARD "    names-from: /nonexistent.dtb\n",
	  "4:17: names-from: /nonexistent.dtb: No such file or directory" },
};

static void each_error_says_where_and_what(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		expect_error(bad[i].text, bad[i].error);
}

static void all_errors_are_listed(void **state)
{
	char text[4096] = BOARD;
	char tail[128];

	(void)state;
	assert_null(load("bords: []\nlisten: [a]\n"));
	assert_int_equal(errors.count, 3);
	assert_non_null(
		strstr(errors.text, ":1:1: unknown key \"bords\"; the nearest is \"boards\""));
	assert_non_null(strstr(errors.text, ":2:9: listen: must be a single value"));

	for (int i = 0; i < 30; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "x%d: y\n", i);
	assert_null(load(text));
	assert_int_equal(errors.count, 30);
	snprintf(tail, sizeof(tail), "%s: and 10 more errors\n", path);
	assert_non_null(strstr(errors.text, tail));
}

/* A name that an attacker chose does not reach the terminal as it is. */
static void control_characters_are_not_shown(void **state)
{
	(void)state;
	assert_null(load("\"\\e[2Jx\": 1\n"));
	assert_null(strchr(errors.text, '\033'));
	assert_non_null(strstr(errors.text, "unknown key \"?[2Jx\""));
}

static void files_that_cannot_be_read(void **state)
{
	char big[4096];
	FILE *file;

	(void)state;
	assert_null(config_load("/nonexistent/x.yaml", &errors));
	assert_string_equal(errors.text,
			    "/nonexistent/x.yaml: cannot be read: No such file or directory\n");
	assert_null(config_load("/", &errors));
	assert_string_equal(errors.text, "/: cannot be read: Is a directory\n");
	assert_null(config_load("/dev/zero", &errors));
	assert_non_null(strstr(errors.text, "/dev/zero: is larger than 1048576 bytes"));
	assert_null(load_bytes("a: \xff\n", 5));
	assert_non_null(strstr(errors.text, "the file must be UTF-8"));

	memset(big, '#', sizeof(big));
	file = fopen(path, "w");
	for (int i = 0; i < 300; i++)
		fwrite(big, 1, sizeof(big), file);
	fclose(file);
	assert_null(config_load(path, &errors));
	assert_non_null(strstr(errors.text, "is larger than"));
}

/* Aliases of aliases make a small file large; boards and consoles are bounded all the same. */
static void alias_bombs_are_refused(void **state)
{
	static char text[65536];

	(void)state;
	strcpy(text, "boards:\n  - &b {name: a, target: h:1, consoles: [{channel: 0}]}\n");
	for (int i = 0; i < 300; i++)
		strcat(text, "  - *b\n");
	assert_null(load(text));
	assert_non_null(strstr(errors.text, "boards: has 301 entries; at most 256"));
	assert_null(load("boards: &a [*a, *a]\n"));
	assert_null(load("a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nboards: *c\n"));
}

/* Whatever stands there: settings or an error, never a crash. */
static void damaged_files_are_refused_or_loaded(void **state)
{
	static const char whole[] = CONSOLES "        name: x\n        port: 7\n";
	char text[sizeof(whole)];
	unsigned seed = 1;

	(void)state;
	for (size_t len = 0; len < sizeof(whole); len++)
		settings_free(load_bytes(whole, len));
	for (int i = 0; i < 2000; i++) {
		memcpy(text, whole, sizeof(text));
		for (int j = 0; j < 3; j++) {
			seed = seed * 1103515245 + 12345;
			text[(seed >> 8) % sizeof(text)] = (char)(seed >> 20);
		}
		settings_free(load_bytes(text, sizeof(text) - 1));
	}
}

static int set_up(void **state)
{
	int fd;

	(void)state;
	strcpy(path, "/tmp/mux-config-XXXXXX");
	fd = mkstemp(path);
	return fd < 0 ? -1 : close(fd);
}

static int tear_down(void **state)
{
	(void)state;
	return unlink(path);
}

/* Does @key stand in @text, given or commented out, before its colon? */
static bool mentions(const char *text, const char *key)
{
	size_t len = strlen(key);

	for (const char *at = text; (at = strstr(at, key)) != NULL; at += len)
		if (at[len] == ':' && at > text && strchr(" {\n", at[-1]))
			return true;
	return false;
}

static void expect_keys(const char *text, const struct cyaml_schema_value *schema)
{
	for (const struct cyaml_schema_field *f = schema->mapping.fields; f->key; f++) {
		if (!mentions(text, f->key))
			fail_msg("the example lacks %s", f->key);
		if (f->value.type == CYAML_SEQUENCE)
			expect_keys(text, f->value.sequence.entry);
	}
}

static void the_example_is_right_and_whole(void **state)
{
	static const char example[] = "mux-server/examples/rack.yaml";
	static char text[1 << 16];
	struct settings *settings;
	FILE *file = fopen(example, "r");

	(void)state;
	assert_non_null(file);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	fclose(file);
	setenv("XDG_RUNTIME_DIR", "/run/user/1", 1);
	settings = config_load(example, &errors);
	if (!settings)
		fail_msg("refused:\n%s", errors.text);
	assert_string_equal(settings->boards[0].consoles[1].socket,
			    "/run/user/1/mux_server/p4080-1/linux.sock");
	assert_null(settings->boards[0].consoles[2].pty);
	assert_int_equal(*settings->boards[0].consoles[1].pace_char, 5);
	assert_int_equal(*settings->boards[0].consoles[2].pace_char, 0);
	settings_free(settings);
	expect_keys(text, settings_schema());
}

static void places_are_used_once_and_can_be_made(void **state)
{
#define HEAD "boards:\n  - {name: a, target: x, consoles: [{channel: 0, name: p, "
	char text[1024], name[200];

	(void)state;
	setenv("XDG_RUNTIME_DIR", "/r", 1);
	expect_error(HEAD "port: 5, read-only-port: 5}]}\n",
		     "2:84: read-only-port: 5 is used for two consoles, p and p");
	expect_error(HEAD "socket: /a}, {channel: 1, name: q, pty: /a}]}\n",
		     "2:99: pty: /a is used for two consoles, p and q");
	expect_error(HEAD "socket: x}, {channel: 1, name: x, socket: true}]}\n",
		     "2:101: socket: /r/mux_server/a/x.sock is used for two consoles, p and x");
	expect_error(HEAD "socket: /a/}]}\n",
		     "2:67: socket: /a/ is a directory; name a file in it");
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	snprintf(text, sizeof(text), HEAD "socket: /%s}]}\n", name);
	expect_error(text, "2:67: socket: /nnn*");
	unsetenv("XDG_RUNTIME_DIR");
	unsetenv("RUNTIME_DIRECTORY");
	if (geteuid() != 0)
		expect_error(HEAD "pty: true}]}\n",
			     "2:64: pty: there is no run directory for p; set XDG_RUNTIME_DIR, or "
			     "give a path with a /");
	setenv("RUNTIME_DIRECTORY", "/run/service", 1);
	expect_error(HEAD "socket: x}, {channel: 1, name: x, socket: true}]}\n",
		     "2:101: socket: /run/service/a/x.sock is used for two consoles, p and x");
	unsetenv("RUNTIME_DIRECTORY");
}

static void lines_and_paces_are_possible(void **state)
{
#define LINE "boards:\n  - name: a\n    target: /dev/x\n    consoles: [{channel: 0}]\n"
	(void)state;
	expect_error(LINE "    parity: both\n", "5:13: parity: \"both\" is unknown; it is one of: "
						"none, even, odd, mark, space");
	expect_error(LINE "    stop-bits: 3\n", "5:16: stop-bits: 3 is neither 1 nor 2");
	expect_error(LINE "    flow: xon-xoff\n",
		     "5:11: flow: xon-xoff takes the bytes 11 and 13 (hex) out of what is sent and "
		     "printed; use rts-cts or none");
	expect_error(LINE "    pace-char: 60001\n",
		     "5:16: pace-char: 60001 is too large; at most 60000 milliseconds");
	expect_error("boards:\n  - name: a\n    target: /dev/x\n"
		     "    consoles: [{channel: 0, pace-line: 99999}]\n",
		     "4:40: pace-line: 99999 is too large; at most 60000 milliseconds");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_whole_file),
		cmocka_unit_test(the_example_is_right_and_whole),
		cmocka_unit_test(places_are_used_once_and_can_be_made),
		cmocka_unit_test(lines_and_paces_are_possible),
		cmocka_unit_test(anchors_repeat_what_is_common),
		cmocka_unit_test(each_error_says_where_and_what),
		cmocka_unit_test(all_errors_are_listed),
		cmocka_unit_test(control_characters_are_not_shown),
		cmocka_unit_test(files_that_cannot_be_read),
		cmocka_unit_test(alias_bombs_are_refused),
		cmocka_unit_test(damaged_files_are_refused_or_loaded),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

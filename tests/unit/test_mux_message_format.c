/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines as syslog and journal messages: what is in them, and what cannot get out of its place. */
#include <endian.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "mux-server/journal.h"
#include "mux-server/log_stamp.h"
#include "mux-server/message_address.h"
#include "mux-server/syslog.h"

enum { NOVEMBER_22 = 1795389647 }; /* 2026-11-22T23:20:47Z */

static struct channel channel;
static char got[MESSAGE_SIZE + 1];

static int set_up(void **state)
{
	(void)state;
	channel = (struct channel){ .number = 7, .name = "linux", .board = "p4080-1" };
	return 0;
}

static void format(message_format *encode, const char *text, size_t len, unsigned piece)
{
	struct message message = { .time_us = INT64_C(1000000) * NOVEMBER_22 + 123456,
				   .severity = MESSAGE_INFO,
				   .channel = &channel,
				   .piece = piece,
				   .text = text,
				   .len = len };

	memset(got, 0x55, sizeof(got));
	len = encode(got, &message);
	assert_true(len <= MESSAGE_SIZE);
	assert_int_equal(got[MESSAGE_SIZE], 0x55);
	got[len] = '\0';
}

/* What follows HOSTNAME. */
static void expect_syslog(const char *want)
{
	static const char head[] = "<30>1 2026-11-22T23:20:47.123456Z ";
	char rest[MESSAGE_SIZE];
	char *at;

	assert_memory_equal(got, head, strlen(head));
	at = strchr(got + strlen(head), ' ');
	assert_non_null(at);
	snprintf(rest, sizeof(rest), " mux_server %d %s", (int)getpid(), want);
	assert_string_equal(at, rest);
}

static void syslog_has_all_fields(void **state)
{
	(void)state;
	format(syslog_format, "login: ", 7, 1);
	expect_syslog("linux [mux@32473 ch=\"7\" part=\"linux\" board=\"p4080-1\"] login: ");
	strcpy(channel.partition, "Linux 0");
	format(syslog_format, "", 0, 12);
	expect_syslog("Linux_0 [mux@32473 ch=\"7\" part=\"Linux 0\" board=\"p4080-1\" "
		      "piece=\"12\"] ");
}

static void syslog_escapes_what_could_end_a_parameter(void **state)
{
	(void)state;
	strcpy(channel.partition, "a\"]\\b\n<34>1 \xc3\xbc");
	format(syslog_format, "] [x y=\"z\"]", 11, 1);
	expect_syslog(
		"a\"]\\b_<34>1___ "
		"[mux@32473 ch=\"7\" part=\"a\\\"\\]\\\\b_<34>1 \xc3\xbc\" board=\"p4080-1\"] "
		"] [x y=\"z\"]");
	channel.partition[0] = channel.name[0] = '\0';
	format(syslog_format, "x", 1, 1);
	expect_syslog("- [mux@32473 ch=\"7\" part=\"\" board=\"p4080-1\"] x");
}

static void syslog_about_itself_has_no_structured_data(void **state)
{
	struct message message = { .time_us = 0,
				   .severity = MESSAGE_WARNING,
				   .text = "3 messages were lost here",
				   .len = 25 };

	(void)state;
	got[syslog_format(got, &message)] = '\0';
	assert_memory_equal(got, "<28>1 1970-01-01T00:00:00.000000Z ", 34);
	assert_non_null(strstr(got, " - - 3 messages were lost here"));
	got[journal_format(got, &message)] = '\0';
	assert_null(strstr(got, "MUX_BOARD"));
	assert_non_null(strstr(got, "\nPRIORITY=4\n"));
}

/* Names as long as they get, all of which needs escaping, around a text that is far too long. */
static void nothing_is_larger_than_its_buffer(void **state)
{
	static char text[10000];
	size_t len;

	(void)state;
	memset(text, ']', sizeof(text));
	memset(channel.partition, '"', CHANNEL_NAME_SIZE - 1);
	memset(channel.board, '\\', CHANNEL_NAME_SIZE - 1);
	memset(channel.name, '\n', CHANNEL_NAME_SIZE - 1);
	format(syslog_format, text, sizeof(text), 4000000000);
	len = strlen(got);
	assert_int_equal(strspn(got + len - LOG_LINE_MAX, "]"), LOG_LINE_MAX);
	format(journal_format, text, sizeof(text), 4000000000);
}

static void journal_has_all_fields(void **state)
{
	(void)state;
	strcpy(channel.partition, "Linux 0");
	format(journal_format, "a=b", 3, 1);
	assert_string_equal(got, "MESSAGE=a=b\nPRIORITY=6\nSYSLOG_FACILITY=3\n"
				 "SYSLOG_IDENTIFIER=mux_server\n"
				 "MUX_TIME=2026-11-22T23:20:47.123456Z\nMUX_BOARD=p4080-1\n"
				 "MUX_CHANNEL=7\nMUX_PARTITION=Linux 0\nMUX_CONSOLE=linux\n");
	format(journal_format, "", 0, 2);
	assert_memory_equal(got, "MESSAGE=\nPRIORITY", 17);
	assert_non_null(strstr(got, "\nMUX_PIECE=2\n"));
}

/* A newline would begin a field; a length goes before such a text instead. */
static void journal_counts_text_that_has_newlines(void **state)
{
	static const char text[] = "x\nPRIORITY=0\nMUX_BOARD=other";
	uint64_t len = htole64(sizeof(text) - 1);

	(void)state;
	format(journal_format, text, sizeof(text) - 1, 1);
	assert_memory_equal(got, "MESSAGE\n", 8);
	assert_memory_equal(got + 8, &len, 8);
	assert_memory_equal(got + 16, text, sizeof(text) - 1);
	assert_memory_equal(got + 16 + sizeof(text) - 1, "\nPRIORITY=6\n", 12);
}

static void expect_address(const char *where, enum message_kind kind, const char *host,
			   const char *port)
{
	struct message_address address;

	assert_true(message_address_parse(&address, where));
	assert_int_equal(address.kind, kind);
	assert_string_equal(kind == MESSAGE_UNIX ? address.path : address.host, host);
	assert_string_equal(address.port, port);
}

static void addresses_are_understood_or_refused(void **state)
{
	static const char *const wrong[] = {
		"",	    "log",	 "unix:",	"udp:",
		"udp:host", "udp::514",	 "udp:host:",	"tcp:h:0",
		"tcp:h:x",  "tcp:h:+1",	 "tcp:h:65536", "tcp:[]:1",
		"tcp:h:1 ", "http:h:80", "UDP:h:1",	"tcp:h:99999999999999999999",
	};
	char path[512];

	(void)state;
	expect_address("/dev/log", MESSAGE_UNIX, "/dev/log", "");
	expect_address("unix:log", MESSAGE_UNIX, "log", "");
	expect_address("udp:loghost:514", MESSAGE_UDP, "loghost", "514");
	expect_address("tcp:[::1]:6514", MESSAGE_TCP, "::1", "6514");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (message_address_valid(wrong[i]))
			fail_msg("accepted %s", wrong[i]);
	memset(path, '/', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	assert_false(message_address_valid(path));
	path[107] = '\0';
	assert_true(message_address_valid(path));
	memcpy(path, "tcp:", 4);
	memset(path + 4, 'h', 300);
	strcpy(path + 304, ":1");
	assert_false(message_address_valid(path));
}

static void stamps_follow_one_another(void **state)
{
	static const struct {
		int64_t time_us;
		const char *text;
	} stamps[] = {
		{ 1795389647123456, "2026-11-22T23:20:47.123456Z" },
		{ 1795389647000007, "2026-11-22T23:20:47.000007Z" },
		{ 1795389648999999, "2026-11-22T23:20:48.999999Z" },
		{ 1795389647000000, "2026-11-22T23:20:47.000000Z" },
		{ 0, "1970-01-01T00:00:00.000000Z" },
	};
	char text[LOG_STAMP_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(stamps) / sizeof(stamps[0]); i++) {
		log_stamp_format(text, stamps[i].time_us);
		assert_string_equal(text, stamps[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest mux_message_format[] = {
		cmocka_unit_test_setup(syslog_has_all_fields, set_up),
		cmocka_unit_test_setup(syslog_escapes_what_could_end_a_parameter, set_up),
		cmocka_unit_test_setup(syslog_about_itself_has_no_structured_data, set_up),
		cmocka_unit_test_setup(nothing_is_larger_than_its_buffer, set_up),
		cmocka_unit_test_setup(journal_has_all_fields, set_up),
		cmocka_unit_test_setup(journal_counts_text_that_has_newlines, set_up),
		cmocka_unit_test_setup(addresses_are_understood_or_refused, set_up),
		cmocka_unit_test(stamps_follow_one_another),
	};

	return cmocka_run_group_tests(mux_message_format, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* A raw log and its readable twin: rotated without losing a byte, and what a full disk cost told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "mux-server/log.h"
#include "mux-server/notice.h"
#include "mux-server/text_log.h"
#include "tests/unit/mux_files.h"

enum { RING = 4096 };

static struct event_base *base;
static struct channel *channel;
static struct log_settings settings;
static struct log_lines lines;
static struct log raw;
static struct text_log text;
static int troubles, recoveries;

static void on_notice(struct notice_reader *reader, const struct notice *notice)
{
	(void)reader;
	assert_ptr_equal(notice->channel, channel);
	troubles += notice->kind == NOTICE_LOG_TROUBLE;
	recoveries += notice->kind == NOTICE_LOG_RECOVERED;
}

static struct notice_reader notices = { .notice = on_notice };

static void on_flow(struct flow *changed)
{
	(void)changed;
}

static int set_up(void **state)
{
	static struct flow flow = { .changed = on_flow };

	troubles = recoveries = 0;
	if (files_set_up(state) < 0)
		return -1;
	base = event_base_new();
	channel = channel_open(3, RING, &flow);
	settings = (struct log_settings){ .directory = files_dir,
					  .writer = log_writer_new(base),
					  .worker = log_worker_new(base) };
	if (!base || !channel || !settings.writer || !settings.worker)
		return -1;
	notice_add(&notices);
	return 0;
}

static void open_logs(void)
{
	char why[256];

	log_lines_open(&lines, channel);
	assert_int_equal(log_open(&raw, base, channel, &settings, why, sizeof(why)), 0);
	assert_int_equal(text_log_open(&text, base, &lines, &settings, why, sizeof(why)), 0);
}

/* Wait until the writer has written all of it. */
static void close_logs(void)
{
	log_close(&raw);
	text_log_close(&text);
	log_lines_close(&lines);
	log_writer_free(settings.writer);
	settings.writer = NULL;
}

/* Serve the event loop until *@count has that value. */
static void wait_for(const int *count, int value)
{
	while (*count != value)
		assert_int_equal(event_base_loop(base, EVLOOP_ONCE), 0);
}

/* Wait until nothing waits to be written. */
static void settle(void)
{
	while (log_spool_waiting(raw.file.spool) || log_spool_waiting(text.file.spool))
		event_base_loop(base, EVLOOP_NONBLOCK);
}

static int tear_down(void **state)
{
	notice_remove(&notices);
	if (settings.writer)
		log_writer_free(settings.writer);
	log_worker_free(settings.worker);
	channel_close(channel);
	event_base_free(base);
	return files_tear_down(state);
}

static void print(const char *data)
{
	ring_write(&channel->ring, (const uint8_t *)data, strlen(data));
	channel_flush(channel);
}

/* Check the text log without its stamps. */
static void expect_text(const char *path, const char *want)
{
	size_t len;
	char *data = files_read(path, &len), *at = data, *to = data;

	while (*at) {
		assert_true(strlen(at) > 27);
		assert_int_equal(at[10], 'T');
		assert_int_equal(at[26], 'Z');
		at += 27;
		while (*at && (*to++ = *at++) != '\n')
			;
	}
	*to = '\0';
	assert_string_equal(data, want);
	free(data);
}

static void expect_raw(const char *path, const char *want)
{
	size_t len;
	char *data = files_read(path, &len);

	assert_string_equal(data, want);
	free(data);
}

static void twin_is_stamped_and_raw_is_exact(void **state)
{
	(void)state;
	open_logs();
	print("boot\r\nlog");
	settle();
	expect_text(files_path("channel-03.txt"), " | boot\n | log");
	print("in:\x1b[m");
	log_lines_mark(&lines, "target down: EOF");
	print("again\n");
	close_logs();
	expect_raw(files_path("channel-03.log"), "boot\r\nlogin:\x1b[magain\n");
	expect_text(files_path("channel-03.txt"),
		    " | boot\n | login:^[[m\n -- mux: target down: EOF\n | again\n");
}

static void a_log_is_named_for_its_console(void **state)
{
	(void)state;
	strcpy(channel->name, "linux");
	open_logs();
	print("x");
	close_logs();
	expect_raw(files_path("linux.log"), "x");
	expect_text(files_path("linux.txt"), " | x\n");
}

/* Every byte is in exactly one generation, in order; the twin is parted between lines. */
static void rotation_by_size_loses_and_doubles_nothing(void **state)
{
	static char want[40000], got[40000];
	char command[512], last[256];
	FILE *cat;
	size_t len;

	(void)state;
	settings.rotation.max_bytes = 1000;
	open_logs();
	for (int i = 0; i < 400; i++) {
		char line[64];

		sprintf(line, "line %d of a long night", i);
		strcat(want, line);
		strcat(want, "\n");
		print(line);
		print("\n");
		if (i % 10 == 0)
			settle(); /* as if that took its time */
	}
	close_logs();
	assert_true(files_count("channel-03.log.*Z", NULL) >= 8);
	assert_true(files_count("channel-03.txt.*Z", last) >= 8);
	snprintf(command, sizeof(command), "cat %s/channel-03.log.* %s/channel-03.log", files_dir,
		 files_dir);
	cat = popen(command, "r");
	assert_non_null(cat);
	len = fread(got, 1, sizeof(got) - 1, cat);
	assert_int_equal(pclose(cat), 0);
	got[len] = '\0';
	assert_string_equal(got, want);

	char *data = files_read(last, &len);

	assert_int_equal(data[len - 1], '\n');
	assert_int_equal(data[26], 'Z');
	free(data);
}

static void a_full_disk_costs_what_does_not_fit_and_says_how_much(void **state)
{
	enum { LINES = 2000 };
	char line[128];
	unsigned long lost;
	size_t len;

	(void)state;
	assert_int_equal(symlink("/dev/full", files_path("channel-03.txt")), 0);
	open_logs();
	for (int i = 0; i < LINES; i++) {
		sprintf(line, "%04d %*s\n", i, 60, "x");
		print(line);
		if (i == 0)
			wait_for(&troubles, 1);
	}
	assert_int_equal(text.file.errors, 1);
	assert_int_equal(unlink(files_path("channel-03.txt")), 0);
	wait_for(&recoveries, 1);
	print("fine\n");
	close_logs();

	char *data = files_read(files_path("channel-03.txt"), &len);
	char *mark = strstr(data, " -- mux: ");

	assert_non_null(mark);
	assert_int_equal(sscanf(mark, " -- mux: %lu bytes not logged", &lost), 1);
	assert_non_null(strstr(mark, " | fine\n"));
	assert_int_equal((size_t)(mark - 27 - data) + lost, LINES * (strlen(line) + 30));
	free(data);
}

/* Trouble in the middle of a line: it goes on, and nothing of it is written twice. */
static void trouble_within_a_line_keeps_it(void **state)
{
	(void)state;
	open_logs();
	print("ha");
	settle();
	assert_int_equal(rename(files_path("channel-03.txt"), files_path("first")), 0);
	assert_int_equal(symlink("/dev/full", files_path("channel-03.txt")), 0);
	text_log_reopen(&text);
	print("l");
	wait_for(&troubles, 1);
	print("f\nwhole\n");
	assert_int_equal(unlink(files_path("channel-03.txt")), 0);
	assert_int_equal(rename(files_path("first"), files_path("channel-03.txt")), 0);
	wait_for(&recoveries, 1);
	close_logs();
	expect_text(files_path("channel-03.txt"), " | half\n | whole\n");
}

/* Nothing is printed any more, and a prompt has no end: the rest of its line is a new one. */
static void an_idle_log_is_rotated_when_it_is_old(void **state)
{
	char name[256];

	(void)state;
	settings.rotation.max_age_s = 1;
	open_logs();
	print("boot\nlogin: ");
	while (files_count("channel-03.log.*Z", NULL) < 1 ||
	       files_count("channel-03.txt.*Z", NULL) < 1)
		event_base_loop(base, EVLOOP_NONBLOCK);
	settings.rotation.max_age_s = 0;
	print("root\n");
	close_logs();
	assert_int_equal(files_count("channel-03.log.*Z", name), 1);
	expect_raw(name, "boot\nlogin: ");
	expect_raw(files_path("channel-03.log"), "root\n");
	assert_int_equal(files_count("channel-03.txt.*Z", name), 1);
	expect_text(name, " | boot\n | login: \n");
	expect_text(files_path("channel-03.txt"), " + root\n");
}

int main(void)
{
	const struct CMUnitTest mux_log_files[] = {
		cmocka_unit_test_setup_teardown(twin_is_stamped_and_raw_is_exact, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_log_is_named_for_its_console, set_up, tear_down),
		cmocka_unit_test_setup_teardown(rotation_by_size_loses_and_doubles_nothing, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(
			a_full_disk_costs_what_does_not_fit_and_says_how_much, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_idle_log_is_rotated_when_it_is_old, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(trouble_within_a_line_keeps_it, set_up, tear_down),
	};

	return cmocka_run_group_tests(mux_log_files, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* How clients are served: the nearest key counts, the console's, the board's, the server's; or else
 * the default. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "mux-server/channel.h"
#include "mux-server/config.h"
#include "mux-server/telnet.h"

static struct settings *load(const char *text)
{
	static struct config_errors errors;
	char path[] = "/tmp/mux-client-settings-XXXXXX";
	int fd = mkstemp(path);
	struct settings *settings;

	assert_true(fd >= 0);
	assert_true(dprintf(fd, "%s", text) > 0);
	close(fd);
	settings = config_load(path, &errors);
	unlink(path);
	if (!settings)
		fail_msg("%s", errors.text);
	return settings;
}

static void nearest_key_counts(void **state)
{
	struct settings *settings = load("replay: 1\nslow-reader: drop\nscrollback: 128\n"
					 "boards:\n"
					 "  - name: a\n"
					 "    exec: x\n"
					 "    replay: 2\n"
					 "    telnet: on\n"
					 "    consoles:\n"
					 "      - {channel: 0, replay: 0, slow-reader: block}\n"
					 "      - {channel: 1, slow-reader-age: 0}\n");
	const struct client_settings *first = &settings->boards[0].consoles[0].clients;
	const struct client_settings *second = &settings->boards[0].consoles[1].clients;

	(void)state;
	assert_int_equal(*first->replay, 0);
	assert_int_equal(*first->slow_reader, SLOW_READER_BLOCK);
	assert_int_equal(*first->slow_reader_age, CLIENT_SLOW_READER_AGE);
	assert_int_equal(*first->telnet, TELNET_ON);
	assert_int_equal(*second->replay, 2);
	assert_int_equal(*second->slow_reader, SLOW_READER_DROP);
	assert_int_equal(*second->slow_reader_age, 0);
	assert_int_equal(client_settings_ring_size(second), 128 * 1024);
	settings_free(settings);
}

static void defaults_do_without_any_key(void **state)
{
	struct client_settings settings = { .replay = NULL };

	(void)state;
	assert_int_equal(client_settings_complete(&settings), 0);
	assert_int_equal(*settings.slow_reader, SLOW_READER_SKIP);
	assert_int_equal(*settings.slow_reader_age, 300);
	assert_int_equal(*settings.replay, 0);
	assert_int_equal(*settings.scrollback, 64);
	assert_int_equal(*settings.telnet, TELNET_AUTO);
	free(settings.slow_reader);
	free(settings.slow_reader_age);
	free(settings.replay);
	free(settings.scrollback);
	free(settings.telnet);
}

static void scrollback_is_a_power_of_two_within_limits(void **state)
{
	(void)state;
	for (unsigned kib = 0; kib <= 2 * CLIENT_SCROLLBACK_MAX; kib++) {
		bool is_one_bit = kib != 0 && (kib & (kib - 1)) == 0;

		assert_int_equal(client_settings_scrollback_valid(kib),
				 is_one_bit && kib >= 64 && kib <= 16384);
	}
}

int main(void)
{
	const struct CMUnitTest mux_client_settings[] = {
		cmocka_unit_test(nearest_key_counts),
		cmocka_unit_test(defaults_do_without_any_key),
		cmocka_unit_test(scrollback_is_a_power_of_two_within_limits),
	};

	return cmocka_run_group_tests(mux_client_settings, NULL, NULL);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Any text as configuration file: settings that keep their promises, or errors fit to be shown. */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mux-server/config.h"
#include "mux-server/names.h"
#include "protocol/mux.h"
#include "tests/fuzz/fuzz.h"

static void check_board(const struct board_settings *board)
{
	bool seen[MUX_HOST_CHANNELS] = { false };

	FUZZ_CHECK(board->name && names_valid(board->name));
	FUZZ_CHECK(!board->target != !board->exec);
	FUZZ_CHECK(board->console_count > 0 && board->console_count <= MUX_HOST_CHANNELS);
	for (unsigned i = 0; i < board->console_count; i++) {
		const struct console_settings *console = &board->consoles[i];

		FUZZ_CHECK(console->channel < MUX_HOST_CHANNELS && !seen[console->channel]);
		seen[console->channel] = true;
		FUZZ_CHECK(console->name && names_valid(console->name));
	}
}

static void check_errors(const struct config_errors *errors)
{
	FUZZ_CHECK(errors->count > 0);
	FUZZ_CHECK(errors->len > 0 && errors->len == strlen(errors->text));
	FUZZ_CHECK(errors->text[errors->len - 1] == '\n');
	for (size_t i = 0; i < errors->len; i++)
		FUZZ_CHECK(errors->text[i] == '\n' || (unsigned char)errors->text[i] >= ' ');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct config_errors errors;
	static int file = -1;
	char path[32];
	struct settings *settings;

	if (file < 0)
		file = memfd_create("config", MFD_CLOEXEC);
	FUZZ_CHECK(file >= 0 && ftruncate(file, 0) == 0);
	FUZZ_CHECK(pwrite(file, data, size, 0) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", file);
	settings = config_load(path, &errors);
	if (!settings) {
		check_errors(&errors);
		return 0;
	}
	FUZZ_CHECK(errors.count == 0);
	FUZZ_CHECK(settings->board_count > 0 && settings->board_count <= SETTINGS_BOARDS_MAX);
	for (unsigned i = 0; i < settings->board_count; i++)
		check_board(&settings->boards[i]);
	settings_free(settings);
	return 0;
}

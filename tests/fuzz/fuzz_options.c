/* SPDX-License-Identifier: BSD-2-Clause */
/* Any lines as the words of a command line. */
#include <string.h>

#include "mux-server/options.h"
#include "tests/fuzz/fuzz.h"

enum { WORDS_MAX = 128 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *words[WORDS_MAX + 1] = { "mux_server" };
	char *text = malloc(size + 1), error[512];
	struct options options;
	int count = 1;

	memcpy(text, data, size);
	text[size] = '\0';
	for (char *at = text; at && count < WORDS_MAX;)
		words[count++] = strsep(&at, "\n");
	error[0] = '\0';
	if (options_parse(&options, count, words, error, sizeof(error)) < 0) {
		FUZZ_CHECK(error[0] != '\0' && strlen(error) < sizeof(error));
	} else if (!options.help && !options.version && !options.completion && !options.config &&
		   !options.names_from) { /* as the program goes on */
		struct settings *settings = options_settings(&options, error, sizeof(error));

		FUZZ_CHECK(settings != NULL);
		FUZZ_CHECK(options_override(&options, settings) == 0);
		settings_free(settings);
	}
	free(text);
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as the configuration tree of --names-from: names that can stand in paths, each channel
 * once. */
#include <libfdt.h>
#include <string.h>

#include "mux-server/names.h"
#include "tests/fuzz/fuzz.h"

static void check(const struct names *names)
{
	bool seen[MUX_HOST_CHANNELS] = { false };

	FUZZ_CHECK(names->count > 0 && names->count <= MUX_HOST_CHANNELS);
	for (unsigned i = 0; i < names->count; i++) {
		const struct names_entry *entry = &names->entries[i];

		FUZZ_CHECK(entry->channel < MUX_HOST_CHANNELS && !seen[entry->channel]);
		seen[entry->channel] = true;
		FUZZ_CHECK(entry->name[0] == '\0' || names_valid(entry->name));
		for (const char *c = entry->partition; *c; c++)
			FUZZ_CHECK(*c >= ' ' && *c < 0x7f);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct settings *settings = settings_new();
	struct names names;
	char why[512];
	void *tree = malloc(size);

	memcpy(tree, data, size);
	if (size >= sizeof(struct fdt_header))
		fdt_set_totalsize(tree, (uint32_t)size); /* else most inputs end here */
	settings->boards = calloc(1, sizeof(*settings->boards));
	settings->board_count = 1;
	why[0] = '\0';
	if (names_parse(&names, tree, size, why, sizeof(why)) == 0) {
		check(&names);
		FUZZ_CHECK(names_apply(&names, &settings->boards[0]) == 0);
		FUZZ_CHECK(settings->boards[0].console_count == names.count);
	} else {
		FUZZ_CHECK(why[0] != '\0' && strlen(why) < sizeof(why));
	}
	settings_free(settings);
	free(tree);
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The configuration file.  Reading it is all or nothing: either settings that are complete and
 * consistent, or one line for each thing that is wrong:
 *
 *     rack.yaml:7:9: unknown key "prot"; the nearest is "port"
 */
#ifndef MUX_SERVER_CONFIG_H
#define MUX_SERVER_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "mux-server/settings.h"

enum {
	CONFIG_SIZE_MAX = 1 << 20,
	CONFIG_ERRORS_MAX = 20, /* of which a line is kept */
};

/* What is wrong, one line after the other, each with its end of line. */
struct config_errors {
	char text[CONFIG_ERRORS_MAX * 512];
	size_t len;
	unsigned count;
};

/* Add a line.  @line and @column count from 1; 0: the file as a whole. */
void config_error(struct config_errors *errors, const char *path, size_t line, size_t column,
		  const char *format, ...) __attribute__((format(printf, 5, 6)));

/*
 * Read @path into settings that the caller frees.  Returns NULL with at least one error in @errors,
 * which it empties first.
 */
struct settings *config_load(const char *path, struct config_errors *errors);

#endif

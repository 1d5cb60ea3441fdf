/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/config.h"

#include <cyaml/cyaml.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "mux-server/config_document.h"
#include "mux-server/config_rules.h"

enum { ERROR_LINE_MAX = 512 };

void config_error(struct config_errors *errors, const char *path, size_t line, size_t column,
		  const char *format, ...)
{
	char text[ERROR_LINE_MAX];
	va_list args;
	int len;

	if (errors->count++ >= CONFIG_ERRORS_MAX)
		return;
	if (line)
		len = snprintf(text, sizeof(text), "%.200s:%zu:%zu: ", path, line, column);
	else
		len = snprintf(text, sizeof(text), "%.200s: ", path);
	va_start(args, format);
	vsnprintf(text + len, sizeof(text) - (size_t)len - 1, format, args);
	va_end(args);
	for (char *c = text; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?'; /* what the file holds is shown on a terminal */
	strcat(text, "\n");
	errors->len += (size_t)snprintf(errors->text + errors->len,
					sizeof(errors->text) - errors->len, "%s", text);
}

struct load_log {
	char message[256]; /* the first that libcyaml had */
	unsigned line, column;
};

static void on_log(cyaml_log_t level, void *arg, const char *format, va_list args)
{
	struct load_log *log = arg;
	char text[sizeof(log->message)];
	const char *place;

	if (level < CYAML_LOG_ERROR)
		return;
	vsnprintf(text, sizeof(text), format, args);
	text[strcspn(text, "\n")] = '\0';
	place = strstr(text, "(line: ");
	if (!log->message[0])
		snprintf(log->message, sizeof(log->message), "%s", text);
	else if (place && !log->line)
		sscanf(place, "(line: %u, column: %u)", &log->line, &log->column);
}

/* Let libcyaml fill in the settings.  The document has been checked, so what it still finds is
 * rare: no memory, an alias of an alias. */
static struct settings *load(struct config_document *document, struct config_errors *errors)
{
	struct load_log log = { .message = "" };
	struct settings *settings = NULL;
	const cyaml_config_t config = {
		.log_fn = on_log,
		.log_ctx = &log,
		.log_level = CYAML_LOG_ERROR,
		.mem_fn = cyaml_mem,
	};
	cyaml_err_t error =
		cyaml_load_data((const uint8_t *)document->text, document->size, &config,
				settings_schema(), (cyaml_data_t **)&settings, NULL);

	if (error == CYAML_OK && settings)
		return settings;
	config_error(errors, document->path, log.line, log.column, "%s",
		     error == CYAML_ERR_OOM ? "no memory"
		     : log.message[0]	    ? log.message
					    : cyaml_strerror(error));
	return NULL;
}

struct settings *config_load(const char *path, struct config_errors *errors)
{
	struct config_document document;
	struct settings *settings = NULL;

	*errors = (struct config_errors){ .count = 0 };
	if (config_document_open(&document, path, errors) == 0)
		config_document_check(&document, errors);
	if (errors->count == 0)
		settings = load(&document, errors);
	if (settings)
		config_rules_apply(&document, settings, errors);
	config_document_close(&document);
	if (errors->count > CONFIG_ERRORS_MAX)
		errors->len += (size_t)snprintf(
			errors->text + errors->len, sizeof(errors->text) - errors->len,
			"%.200s: and %u more errors\n", path, errors->count - CONFIG_ERRORS_MAX);
	if (errors->count == 0)
		return settings;
	settings_free(settings);
	return NULL;
}

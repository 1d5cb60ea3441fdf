/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/metrics_text.h"

#include <inttypes.h>
#include <string.h>

void metrics_text_family(struct evbuffer *out, const char *name, const char *type, const char *help)
{
	evbuffer_add_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void add_escaped(struct evbuffer *out, const char *text)
{
	for (;;) {
		size_t plain = strcspn(text, "\\\"\n");

		evbuffer_add(out, text, plain);
		text += plain;
		if (*text == '\0')
			return;
		evbuffer_add(out, *text == '\n' ? "\\n" : *text == '"' ? "\\\"" : "\\\\", 2);
		text++;
	}
}

void metrics_text_sample(struct evbuffer *out, const char *name, const char *const labels[],
			 uint64_t value)
{
	evbuffer_add_printf(out, "%s", name);
	for (size_t i = 0; labels[i]; i += 2) {
		evbuffer_add_printf(out, "%s%s=\"", i == 0 ? "{" : ",", labels[i]);
		add_escaped(out, labels[i + 1]);
		evbuffer_add(out, "\"", 1);
	}
	evbuffer_add_printf(out, "%s %" PRIu64 "\n", labels[0] ? "}" : "", value);
}

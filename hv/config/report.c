/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/config/parse.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
	PATH_SIZE = 160,
	TEXT_SIZE = 288,
	PROPERTY_SIZE = 40,
};

/* Names from a tree may hold anything; what goes to a terminal may not. */
static void make_printable(char *s)
{
	for (; *s; s++) {
		if (*s < ' ' || *s > '~')
			*s = '?';
	}
}

static void path_of(const void *fdt, int node, char *path, size_t size)
{
	if (fdt_get_path(fdt, node, path, (int)size) < 0)
		snprintf(path, size, ".../%s", tree_name(fdt, node));
}

static void emit(struct parse *p, enum plan_severity severity, bool in_hardware, int node,
		 const char *property, const char *format, va_list args)
{
	static const char prefix[] = "hardware:";
	char path[sizeof(prefix) + PATH_SIZE];
	char text[TEXT_SIZE];
	char name[PROPERTY_SIZE];

	if (severity == PLAN_ERROR)
		p->errors++;
	/* A tree of megabytes may have tens of thousands. */
	if (p->reported[severity] == PLAN_MAX_FINDINGS)
		return;
	if (++p->reported[severity] == PLAN_MAX_FINDINGS) {
		property = NULL;
		format = "and more follow\ncorrect these first";
	}
	if (in_hardware) {
		memcpy(path, prefix, sizeof(prefix));
		path_of(p->hw, node, path + sizeof(prefix) - 1, PATH_SIZE);
	} else {
		path_of(p->cfg, node, path, PATH_SIZE);
	}
	if (property)
		snprintf(name, sizeof(name), "%s", property);
	vsnprintf(text, sizeof(text), format, args);
	char *remedy = strchr(text, '\n');
	if (remedy)
		*remedy++ = '\0';
	else
		remedy = text + strlen(text);

	make_printable(path);
	make_printable(text);
	make_printable(remedy);
	if (property)
		make_printable(name);
	const struct plan_finding finding = {
		.severity = severity,
		.node = path,
		.property = property ? name : NULL,
		.problem = text,
		.remedy = remedy,
	};
	p->report->finding(p->report->ctx, &finding);
}

void report_error(struct parse *p, int node, const char *property, const char *text, ...)
{
	va_list args;

	va_start(args, text);
	emit(p, PLAN_ERROR, false, node, property, text, args);
	va_end(args);
}

void report_warning(struct parse *p, int node, const char *property, const char *text, ...)
{
	va_list args;

	va_start(args, text);
	emit(p, PLAN_WARNING, false, node, property, text, args);
	va_end(args);
}

void report_hardware(struct parse *p, int hw_node, const char *property, const char *text, ...)
{
	va_list args;

	va_start(args, text);
	emit(p, PLAN_ERROR, true, hw_node, property, text, args);
	va_end(args);
}

void report_full(struct parse *p, int node, const char *things, unsigned int limit)
{
	report_error(p, node, NULL, "one too many: the hypervisor holds %u %s\nremove some", limit,
		     things);
}

void report_overlap(struct parse *p, int node, const char *property, const char *what,
		    const struct plan_range *range, const char *other,
		    const struct plan_range *taken, const char *remedy)
{
	/* The next place that is aligned as the range was meant to be. */
	const uint64_t bits = range->tpa | range->size;
	const uint64_t align = bits & (~bits + 1);
	const uint64_t next = (taken->tpa + taken->size + align - 1) & ~(align - 1);
	char place[40];

	if (!remedy) {
		snprintf(place, sizeof(place), "use 0x%" PRIx64 " or above", next);
		remedy = place;
	}
	report_error(p, node, property,
		     "%s0x%" PRIx64 " + 0x%" PRIx64 " overlaps %.60s at 0x%" PRIx64 " + 0x%" PRIx64
		     "\n%s",
		     what, range->tpa, range->size, other, taken->tpa, taken->size, remedy);
}

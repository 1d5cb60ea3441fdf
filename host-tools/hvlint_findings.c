/* SPDX-License-Identifier: BSD-2-Clause */
#include "host-tools/hvlint_findings.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/say.h"

static char *copy(const char *text)
{
	return text ? say_format("%s", text) : NULL;
}

static void free_one(struct lint_finding *finding)
{
	free((char *)finding->file);
	free((char *)finding->node);
	free((char *)finding->property);
	free((char *)finding->problem);
	free((char *)finding->remedy);
}

static void count(struct lint_findings *findings, enum plan_severity severity, int by)
{
	if (severity == PLAN_ERROR)
		findings->errors += (unsigned int)by;
	else
		findings->warnings += (unsigned int)by;
}

void lint_findings_add(struct lint_findings *findings, const struct lint_finding *finding)
{
	findings->list = reallocarray(findings->list, findings->count + 1, sizeof(*findings->list));
	if (!findings->list) {
		say_error("out of memory");
		exit(2);
	}
	findings->list[findings->count++] = (struct lint_finding){
		.severity = finding->severity,
		.file = copy(finding->file),
		.line = finding->line,
		.node = copy(finding->node),
		.property = copy(finding->property),
		.problem = copy(finding->problem),
		.remedy = copy(finding->remedy),
	};
	count(findings, finding->severity, 1);
}

char *lint_findings_format(const char **remedy, const char *text, va_list args)
{
	char *problem, *newline;

	if (vasprintf(&problem, text, args) < 0) {
		say_error("out of memory");
		exit(2);
	}
	newline = strchr(problem, '\n');
	if (newline)
		*newline = '\0';
	*remedy = newline ? newline + 1 : NULL;
	return problem;
}

void lint_findings_drop(struct lint_findings *findings, const char *node, const char *property)
{
	size_t kept = 0;

	for (size_t i = 0; i < findings->count; i++) {
		struct lint_finding *finding = &findings->list[i];

		if (finding->severity == PLAN_WARNING && finding->node && finding->property &&
		    strcmp(finding->node, node) == 0 && strcmp(finding->property, property) == 0) {
			count(findings, PLAN_WARNING, -1);
			free_one(finding);
		} else {
			findings->list[kept++] = *finding;
		}
	}
	findings->count = kept;
}

/* File by file, as they were first mentioned, and by lines; otherwise as they were found. */
static void sort(struct lint_findings *findings)
{
	struct lint_finding *list = findings->list;

	for (size_t i = 1; i < findings->count; i++) {
		const struct lint_finding moved = list[i];
		size_t at = i;

		while (at > 0 && strcmp(list[at - 1].file, moved.file) == 0 &&
		       list[at - 1].line > moved.line) {
			list[at] = list[at - 1];
			at--;
		}
		list[at] = moved;
	}
}

static void put_printable(const char *text, FILE *out)
{
	for (; *text; text++)
		fputc((unsigned char)*text < ' ' || *text == 0x7f ? '?' : *text, out);
}

static void print_one(const struct lint_finding *finding, FILE *out)
{
	put_printable(finding->file, out);
	if (finding->line)
		fprintf(out, ":%d", finding->line);
	fprintf(out, ": %s: ", finding->severity == PLAN_ERROR ? "error" : "warning");
	if (finding->node) {
		put_printable(finding->node, out);
		if (finding->property) {
			fputc(' ', out);
			put_printable(finding->property, out);
		}
		fputs(": ", out);
	}
	put_printable(finding->problem, out);
	if (finding->remedy) {
		fputs("; ", out);
		put_printable(finding->remedy, out);
	}
	fputc('\n', out);
}

void lint_findings_print(struct lint_findings *findings, FILE *out)
{
	sort(findings);
	for (size_t i = 0; i < findings->count; i++)
		print_one(&findings->list[i], out);
}

/* File names and dtc's words may be no UTF-8, which JSON has to be. */
static json_t *json_text(const char *text)
{
	json_t *value;
	char *plain;

	if (!text)
		return json_null();
	value = json_string(text);
	if (value)
		return value;
	plain = copy(text);
	for (char *c = plain; *c; c++)
		if ((unsigned char)*c > '~')
			*c = '?';
	value = json_string(plain);
	free(plain);
	return value;
}

static json_t *json_finding(const struct lint_finding *finding)
{
	return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "severity",
			 finding->severity == PLAN_ERROR ? "error" : "warning", "file",
			 json_text(finding->file), "line",
			 finding->line ? json_integer(finding->line) : json_null(), "node",
			 json_text(finding->node), "property", json_text(finding->property),
			 "problem", json_text(finding->problem), "remedy",
			 json_text(finding->remedy));
}

int lint_findings_print_json(struct lint_findings *findings, const char *config, const char *hw)
{
	json_t *list = json_array(), *document;
	int rc;

	sort(findings);
	for (size_t i = 0; i < findings->count; i++)
		json_array_append_new(list, json_finding(&findings->list[i]));
	document = json_pack("{s:o, s:o, s:i, s:i, s:o}", "configuration", json_text(config),
			     "hardware", json_text(hw), "errors", (int)findings->errors, "warnings",
			     (int)findings->warnings, "findings", list);
	rc = document ? json_dumpf(document, stdout, JSON_INDENT(2)) : -1;
	putchar('\n');
	json_decref(document);
	return rc;
}

void lint_findings_free(struct lint_findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		free_one(&findings->list[i]);
	free(findings->list);
	*findings = (struct lint_findings){ 0 };
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "host-tools/hvlint_dtc.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "host-tools/child.h"
#include "host-tools/say.h"

enum { MESSAGES_SHOWN = 10 };

FILE *lint_dtc_memory(const char *name)
{
	int fd = memfd_create(name, MFD_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w+");

	if (!file) {
		say_error("no memory for what dtc writes: %s", strerror(errno));
		exit(2);
	}
	return file;
}

/* By this name the child can open it as well: it has the same descriptors until it becomes dtc. */
static char *messages_path(const struct lint_dtc *run)
{
	return say_format("/proc/self/fd/%d", fileno(run->messages));
}

int lint_dtc_run(struct lint_dtc *run, const char *from, const char *to, int flags,
		 const char *path, int in)
{
	struct child_args args = { 0 };
	struct child child;
	char *messages;
	int rc;

	*run = (struct lint_dtc){ lint_dtc_memory("output"), lint_dtc_memory("messages") };
	messages = messages_path(run);
	child_arg(&args, "dtc");
	child_arg(&args, "-q");
	if (flags & LINT_DTC_ANNOTATE) {
		child_arg(&args, "-T"); /* twice: with directories */
		child_arg(&args, "-T");
	}
	child_arg(&args, "-I");
	child_arg(&args, "%s", from);
	child_arg(&args, "-O");
	child_arg(&args, "%s", to);
	child_arg(&args, "--");
	child_arg(&args, "%s", path);
	rc = child_start(&child, "dtc", &args, in, fileno(run->out), messages);
	child_args_clear(&args);
	free(messages);
	if (rc != 0) {
		say_error("dtc cannot be started: %s; it is in the package device-tree-compiler",
			  strerror(-rc));
		return -1;
	}
	rc = child_wait(&child);
	rewind(run->out);
	rewind(run->messages);
	return rc;
}

/* Take "FILE:LINE.COLUMN-...: " or the same with a blank off the front of @text; NULL: not there.
 */
static char *take_place(char *text, const char **file, int *line)
{
	for (char *colon = strchr(text, ':'); colon; colon = strchr(colon + 1, ':')) {
		int column, length = 0;

		if (sscanf(colon, ":%d.%d%n", line, &column, &length) != 2 || length == 0)
			continue;
		if (*line == 0) /* of an empty file */
			*line = 1;
		*colon = '\0';
		*file = text;
		text = colon + length;
		text += strspn(text, "-0123456789.");
		return text + strspn(text, ": ");
	}
	return NULL;
}

/* Take "/node:property: " or "/node: " off the front of @text. */
static char *take_node(char *text, struct lint_finding *finding)
{
	char *end = *text == '/' ? strstr(text, ": ") : NULL;
	char *colon;

	if (!end)
		return text;
	*end = '\0';
	finding->node = text;
	colon = strchr(text, ':');
	if (colon) {
		*colon = '\0';
		finding->property = colon + 1;
	}
	return end + 2;
}

/* dtc says "Error: PLACE MESSAGE" of the grammar and "PLACE: ERROR (CHECK): NODE: MESSAGE". */
static bool report_line(char *text, struct lint_findings *findings)
{
	static const char grammar[] = "Error: ", check[] = "ERROR (";
	struct lint_finding finding = { .severity = PLAN_ERROR };
	char *rest, *behind;

	text[strcspn(text, "\n")] = '\0';
	if (strncmp(text, grammar, strlen(grammar)) == 0)
		text += strlen(grammar);
	rest = take_place(text, &finding.file, &finding.line);
	if (!rest)
		return false;
	if (strncmp(rest, check, strlen(check)) == 0) {
		behind = strstr(rest, "): ");
		if (behind)
			rest = take_node(behind + 3, &finding);
	}
	finding.problem = rest;
	lint_findings_add(findings, &finding);
	return true;
}

unsigned int lint_dtc_report(const struct lint_dtc *run, struct lint_findings *findings)
{
	unsigned int reported = 0;
	char *text = NULL;
	size_t size = 0;

	while (getline(&text, &size, run->messages) > 0)
		reported += report_line(text, findings);
	free(text);
	return reported;
}

void lint_dtc_say(const struct lint_dtc *run)
{
	char *messages = messages_path(run);

	say_tail(messages, MESSAGES_SHOWN);
	free(messages);
}

void lint_dtc_close(struct lint_dtc *run)
{
	if (run->out)
		fclose(run->out);
	if (run->messages)
		fclose(run->messages);
	*run = (struct lint_dtc){ 0 };
}

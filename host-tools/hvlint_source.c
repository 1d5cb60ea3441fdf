/* SPDX-License-Identifier: BSD-2-Clause */
#include "host-tools/hvlint_source.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "host-tools/say.h"

static void add(struct lint_source *source, char *what, const char *file, size_t length, int line)
{
	if ((source->count & (source->count + 1)) == 0)
		source->places = reallocarray(source->places, 2 * (source->count + 1),
					      sizeof(*source->places));
	if (!source->places) {
		say_error("out of memory");
		exit(2);
	}
	source->places[source->count++] = (struct lint_place){
		.what = what,
		.file = say_format("%.*s", (int)length, file),
		.line = line,
	};
}

/*
 * The first of the places in a comment.  A file's name may hold colons, and even comment marks;
 * numbers follow it.
 */
static bool parse_place(const char *text, size_t *length, int *line)
{
	for (const char *colon = strchr(text, ':'); colon; colon = strchr(colon + 1, ':')) {
		int column;
		char dash;

		if (sscanf(colon, ":%d:%d%c", line, &column, &dash) == 3 && dash == '-') {
			*length = (size_t)(colon - text);
			return true;
		}
	}
	return false;
}

/* The comment at the end of a line, cut off from it; NULL when there is none. */
static char *cut_comment(char *text)
{
	size_t length = strlen(text);
	char *comment = NULL;

	if (length < 3 || strcmp(text + length - 3, " */") != 0)
		return NULL;
	for (char *at = strstr(text, " /* "); at; at = strstr(at + 1, " /* "))
		comment = at;
	if (!comment)
		return NULL;
	*comment = '\0';
	return comment + 4;
}

/* The name in "label: name = value;" or "label: name {". */
static char *find_name(char *text)
{
	char *end;

	for (;;) {
		end = text + strcspn(text, " ;");
		if (end == text || end[-1] != ':' || *end != ' ')
			break;
		text = end + 1;
	}
	*end = '\0';
	return text;
}

/* Reading, line by line. */
struct reader {
	struct lint_source *source;
	char *path; /* of the node in which the line stands; "" for the root */
	unsigned int depth;
};

static void begin_node(struct reader *reader, const char *name)
{
	if (reader->depth++ > 0) {
		char *path = say_format("%s/%s", reader->path, name);

		free(reader->path);
		reader->path = path;
	}
}

static void end_node(struct reader *reader)
{
	char *slash = strrchr(reader->path, '/');

	if (reader->depth > 0)
		reader->depth--;
	if (slash)
		*slash = '\0';
}

static void read_line(struct reader *reader, char *text)
{
	char *comment, *name, *what;
	size_t length;
	bool is_node;
	int line;

	text += strspn(text, "\t");
	text[strcspn(text, "\n")] = '\0';
	if (strncmp(text, "};", 2) == 0) {
		end_node(reader);
		return;
	}
	comment = cut_comment(text);
	is_node = *text && text[strlen(text) - 1] == '{';
	if (!*text || (!is_node && reader->depth == 0)) /* blank, version, reservation */
		return;
	name = find_name(text);
	if (is_node)
		begin_node(reader, name);
	if (!comment || !parse_place(comment, &length, &line))
		return;
	what = say_format("%s%s%s", *reader->path ? reader->path : "/", is_node ? "" : " ",
			  is_node ? "" : name);
	add(reader->source, what, comment, length, line);
}

static int compare(const void *a, const void *b)
{
	const struct lint_place *left = a, *right = b;

	return strcmp(left->what, right->what);
}

void lint_source_read(struct lint_source *source, FILE *annotated)
{
	struct reader reader = { .source = source, .path = say_format("%s", "") };
	char *text = NULL;
	size_t size = 0;

	while (getline(&text, &size, annotated) > 0)
		read_line(&reader, text);
	free(text);
	free(reader.path);
	if (source->count)
		qsort(source->places, source->count, sizeof(*source->places), compare);
}

static const struct lint_place *find(const struct lint_source *source, char *what)
{
	const struct lint_place key = { .what = what };

	return source->count ? bsearch(&key, source->places, source->count, sizeof(key), compare)
			     : NULL;
}

const struct lint_place *lint_source_find(const struct lint_source *source, const char *node,
					  const char *property)
{
	char *what = property ? say_format("%s %s", node, property) : NULL;
	const struct lint_place *place = what ? find(source, what) : NULL;

	free(what);
	what = say_format("%s", node);
	while (!place) {
		char *slash = strrchr(what, '/');

		place = find(source, what);
		if (place || !slash || !slash[1])
			break;
		slash[slash == what] = '\0'; /* of "/p1" remains "/" */
	}
	free(what);
	return place;
}

void lint_source_free(struct lint_source *source)
{
	for (size_t i = 0; i < source->count; i++) {
		free(source->places[i].what);
		free(source->places[i].file);
	}
	free(source->places);
	*source = (struct lint_source){ 0 };
}

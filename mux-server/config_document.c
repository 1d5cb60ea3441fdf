/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/config_document.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Read all of it, with a bound: it may be a device or a pipe by mistake. */
static int read_text(struct config_document *document, struct config_errors *errors)
{
	int fd = open(document->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t len = 1;

	document->text = malloc(CONFIG_SIZE_MAX + 1);
	while (fd >= 0 && document->text && len > 0 && document->size <= CONFIG_SIZE_MAX) {
		len = read(fd, document->text + document->size,
			   CONFIG_SIZE_MAX + 1 - document->size);
		document->size += len > 0 ? (size_t)len : 0;
	}
	if (fd < 0 || !document->text || len < 0)
		config_error(errors, document->path, 0, 0, "cannot be read: %s", strerror(errno));
	else if (document->size > CONFIG_SIZE_MAX)
		config_error(errors, document->path, 0, 0,
			     "is larger than %d bytes; is it a configuration file?",
			     CONFIG_SIZE_MAX);
	if (fd >= 0)
		close(fd);
	return errors->count ? -1 : 0;
}

static void explain_syntax(const struct config_document *document, const yaml_parser_t *parser,
			   struct config_errors *errors)
{
	const yaml_mark_t *mark = &parser->problem_mark;

	if (parser->error == YAML_READER_ERROR)
		config_error(errors, document->path, 0, 0, "byte %zu: %s; the file must be UTF-8",
			     parser->problem_offset, parser->problem);
	else if (parser->error == YAML_MEMORY_ERROR)
		config_error(errors, document->path, 0, 0, "no memory");
	else
		config_error(errors, document->path, mark->line + 1, mark->column + 1,
			     "not YAML: %s%s%s", parser->context ? parser->context : "",
			     parser->context ? ", " : "", parser->problem);
}

int config_document_open(struct config_document *document, const char *path,
			 struct config_errors *errors)
{
	yaml_parser_t parser;
	yaml_document_t next;

	*document = (struct config_document){ .path = path };
	if (read_text(document, errors) < 0)
		return -1;
	if (!yaml_parser_initialize(&parser)) {
		config_error(errors, path, 0, 0, "no memory");
		return -1;
	}
	yaml_parser_set_input_string(&parser, (const unsigned char *)document->text,
				     document->size);
	document->parsed = yaml_parser_load(&parser, &document->yaml);
	if (!document->parsed) {
		explain_syntax(document, &parser, errors);
	} else if (!yaml_document_get_root_node(&document->yaml)) {
		config_error(errors, path, 0, 0, "is empty; it needs at least boards:");
	} else if (!yaml_parser_load(&parser, &next)) {
		explain_syntax(document, &parser, errors);
	} else {
		yaml_node_t *second = yaml_document_get_root_node(&next);

		if (second)
			CONFIG_ERROR(document, errors, second,
				     "a second document; only one is expected, remove the ---");
		yaml_document_delete(&next);
	}
	yaml_parser_delete(&parser);
	return errors->count ? -1 : 0;
}

void config_document_close(struct config_document *document)
{
	if (document->parsed)
		yaml_document_delete(&document->yaml);
	free(document->text);
}

yaml_node_t *config_document_get(struct config_document *document, yaml_node_t *mapping,
				 const char *key)
{
	yaml_node_pair_t *pair;

	if (!mapping || mapping->type != YAML_MAPPING_NODE)
		return NULL;
	for (pair = mapping->data.mapping.pairs.start; pair < mapping->data.mapping.pairs.top;
	     pair++) {
		yaml_node_t *name = yaml_document_get_node(&document->yaml, pair->key);

		if (name->type == YAML_SCALAR_NODE &&
		    strcmp((const char *)name->data.scalar.value, key) == 0)
			return yaml_document_get_node(&document->yaml, pair->value);
	}
	return NULL;
}

yaml_node_t *config_document_entry(struct config_document *document, yaml_node_t *mapping,
				   const char *key, unsigned index)
{
	yaml_node_t *sequence = config_document_get(document, mapping, key);

	if (!sequence || sequence->type != YAML_SEQUENCE_NODE ||
	    sequence->data.sequence.items.top - sequence->data.sequence.items.start <=
		    (ptrdiff_t)index)
		return NULL;
	return yaml_document_get_node(&document->yaml, sequence->data.sequence.items.start[index]);
}

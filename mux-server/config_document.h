/* SPDX-License-Identifier: BSD-2-Clause */
/* The YAML document behind the settings, for saying where in the file something stands. */
#ifndef MUX_SERVER_CONFIG_DOCUMENT_H
#define MUX_SERVER_CONFIG_DOCUMENT_H

#include <stdbool.h>
#include <stdint.h>
#include <yaml.h>

#include "mux-server/config.h"

struct config_document {
	const char *path; /* of the file, for messages */
	char *text;
	size_t size;
	yaml_document_t yaml;
	bool parsed; /* yaml is there */
};

/*
 * Read and parse @path, kept by reference.  Returns 0, or -1 with the reason in @errors.  In any
 * case config_document_close() has to follow.
 */
int config_document_open(struct config_document *document, const char *path,
			 struct config_errors *errors);

void config_document_close(struct config_document *document);

/* Check the document against @settings_schema(): every key known, every value of its type. */
void config_document_check(struct config_document *document, struct config_errors *errors);

/* The value of @key in a mapping, or NULL. */
yaml_node_t *config_document_get(struct config_document *document, yaml_node_t *mapping,
				 const char *key);

/* Entry @index of the sequence @key in a mapping, or NULL. */
yaml_node_t *config_document_entry(struct config_document *document, yaml_node_t *mapping,
				   const char *key, unsigned index);

/* Say that something is wrong at @node, or if that is NULL, in the file as a whole. */
#define CONFIG_ERROR(document, errors, node, ...)                                                  \
	config_error(errors, (document)->path, (node) ? (node)->start_mark.line + 1 : 0,           \
		     (node) ? (node)->start_mark.column + 1 : 0, __VA_ARGS__)

#endif

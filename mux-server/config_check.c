/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The document against the table of settings.  libcyaml does the same when it loads, but stops at
 * the first error, places an unknown key at the value before it, and takes 12x for 12.
 */
#include <cyaml/cyaml.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "mux-server/config_document.h"
#include "mux-server/nearest.h"

struct check {
	struct config_document *document;
	struct config_errors *errors;
};

static void check_value(struct check *check, const struct cyaml_schema_value *schema,
			const char *key, yaml_node_t *node);

#define ERROR(check, node, ...) CONFIG_ERROR((check)->document, (check)->errors, node, __VA_ARGS__)

static const char *text_of(const yaml_node_t *node)
{
	return (const char *)node->data.scalar.value;
}

static void check_number(struct check *check, const struct cyaml_schema_value *schema,
			 const char *key, yaml_node_t *node)
{
	const char *text = text_of(node);
	unsigned long long max = ~0ULL >> (64 - 8 * schema->data_size), number;
	char *end;

	errno = 0;
	number = strtoull(text, &end, 10);
	if (*text < '0' || *text > '9' || *end != '\0' || (text[0] == '0' && text[1] != '\0'))
		ERROR(check, node, "%s: \"%s\" is not a number; write it in decimal digits", key,
		      text);
	else if (errno != 0 || number > max)
		ERROR(check, node, "%s: %s is too large; at most %llu", key, text, max);
}

static void check_flag(struct check *check, const char *key, yaml_node_t *node)
{
	static const char *const words[] = { "true", "false", "yes", "no", "on", "off" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(text_of(node), words[i]) == 0)
			return;
	ERROR(check, node, "%s: \"%s\" is neither true nor false", key, text_of(node));
}

static void check_word(struct check *check, const struct cyaml_schema_value *schema,
		       const char *key, yaml_node_t *node)
{
	char words[256] = "";
	size_t len = 0;

	for (uint32_t i = 0; i < schema->enumeration.count; i++) {
		const char *word = schema->enumeration.strings[i].str;

		if (strcmp(text_of(node), word) == 0)
			return;
		len += (size_t)snprintf(words + len, sizeof(words) - len, "%s%s", i ? ", " : "",
					word);
		if (len >= sizeof(words))
			break;
	}
	ERROR(check, node, "%s: \"%s\" is unknown; it is one of: %s", key, text_of(node), words);
}

static void check_text(struct check *check, const struct cyaml_schema_value *schema,
		       const char *key, yaml_node_t *node)
{
	size_t len = strlen(text_of(node));

	if (len != node->data.scalar.length)
		ERROR(check, node, "%s: has a NUL byte", key);
	else if (len < schema->string.min)
		ERROR(check, node, "%s: is empty; leave the key out or give it a value", key);
	else if (len > schema->string.max)
		ERROR(check, node, "%s: has %zu bytes; at most %u", key, len, schema->string.max);
}

static void check_sequence(struct check *check, const struct cyaml_schema_value *schema,
			   const char *key, yaml_node_t *node)
{
	yaml_node_item_t *item = node->data.sequence.items.start;
	size_t count = (size_t)(node->data.sequence.items.top - item);

	if (count < schema->sequence.min)
		ERROR(check, node, "%s: has %zu entries; at least %u", key, count,
		      schema->sequence.min);
	if (count > schema->sequence.max)
		ERROR(check, node, "%s: has %zu entries; at most %u", key, count,
		      schema->sequence.max);
	for (; item < node->data.sequence.items.top; item++)
		check_value(check, schema->sequence.entry, key,
			    yaml_document_get_node(&check->document->yaml, *item));
}

static const struct cyaml_schema_field *find_field(const struct cyaml_schema_value *schema,
						   const char *key, const char **nearest_name)
{
	const struct cyaml_schema_field *field;
	struct nearest nearest;

	nearest_start(&nearest, key);
	for (field = schema->mapping.fields; field->key; field++) {
		if (strcmp(field->key, key) == 0)
			return field;
		nearest_try(&nearest, field->key);
	}
	*nearest_name = nearest.name;
	return NULL;
}

static void list_fields(const struct cyaml_schema_value *schema, char *list, size_t size)
{
	size_t len = 0;

	for (const struct cyaml_schema_field *f = schema->mapping.fields; f->key && len < size; f++)
		len += (size_t)snprintf(list + len, size - len, "%s%s",
					f == schema->mapping.fields ? "" : ", ", f->key);
}

static void check_pair(struct check *check, const struct cyaml_schema_value *schema,
		       const yaml_node_t *mapping, const yaml_node_pair_t *pair)
{
	yaml_document_t *yaml = &check->document->yaml;
	yaml_node_t *key = yaml_document_get_node(yaml, pair->key);
	const struct cyaml_schema_field *field;
	const char *nearest;
	char list[384];

	if (key->type != YAML_SCALAR_NODE) {
		ERROR(check, key, "a key must be a word");
		return;
	}
	field = find_field(schema, text_of(key), &nearest);
	if (!field && nearest) {
		ERROR(check, key, "unknown key \"%s\"; the nearest is \"%s\"", text_of(key),
		      nearest);
		return;
	}
	if (!field) {
		list_fields(schema, list, sizeof(list));
		ERROR(check, key, "unknown key \"%s\"; here can be: %s", text_of(key), list);
		return;
	}
	for (const yaml_node_pair_t *p = mapping->data.mapping.pairs.start; p < pair; p++) {
		yaml_node_t *earlier = yaml_document_get_node(yaml, p->key);

		if (earlier->type == YAML_SCALAR_NODE &&
		    strcmp(text_of(earlier), field->key) == 0) {
			ERROR(check, key, "%s is given twice; line %zu has it too", field->key,
			      earlier->start_mark.line + 1);
			return;
		}
	}
	check_value(check, &field->value, field->key, yaml_document_get_node(yaml, pair->value));
}

static void check_mapping(struct check *check, const struct cyaml_schema_value *schema,
			  const char *key, yaml_node_t *node)
{
	const struct cyaml_schema_field *field;

	for (yaml_node_pair_t *pair = node->data.mapping.pairs.start;
	     pair < node->data.mapping.pairs.top; pair++)
		check_pair(check, schema, node, pair);
	for (field = schema->mapping.fields; field->key; field++)
		if (!(field->value.flags & CYAML_FLAG_OPTIONAL) &&
		    !config_document_get(check->document, node, field->key))
			ERROR(check, node, "%s has no %s:, which it needs", key, field->key);
}

static void check_value(struct check *check, const struct cyaml_schema_value *schema,
			const char *key, yaml_node_t *node)
{
	static const char *const forms[] = {
		[YAML_SCALAR_NODE] = "a single value",
		[YAML_SEQUENCE_NODE] = "a list, its entries beginning with \"- \"",
		[YAML_MAPPING_NODE] = "a list of \"key: value\"",
	};
	yaml_node_type_t form = schema->type == CYAML_MAPPING	 ? YAML_MAPPING_NODE
				: schema->type == CYAML_SEQUENCE ? YAML_SEQUENCE_NODE
								 : YAML_SCALAR_NODE;

	if (node->type != form) {
		ERROR(check, node, "%s: must be %s", key, forms[form]);
		return;
	}
	switch (schema->type) {
	case CYAML_MAPPING:
		check_mapping(check, schema, key, node);
		break;
	case CYAML_SEQUENCE:
		check_sequence(check, schema, key, node);
		break;
	case CYAML_UINT:
		check_number(check, schema, key, node);
		break;
	case CYAML_BOOL:
		check_flag(check, key, node);
		break;
	case CYAML_ENUM:
		check_word(check, schema, key, node);
		break;
	default:
		check_text(check, schema, key, node);
		break;
	}
}

void config_document_check(struct config_document *document, struct config_errors *errors)
{
	struct check check = { .document = document, .errors = errors };

	check_value(&check, settings_schema(), "the file",
		    yaml_document_get_root_node(&document->yaml));
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "mux-server/names.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <libfdt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_name_char(char c)
{
	return isalnum((unsigned char)c) || strchr("._-+@", c);
}

bool names_valid(const char *name)
{
	size_t len = strlen(name);

	if (len == 0 || len > SETTINGS_NAME_MAX || name[0] == '.' || name[0] == '-')
		return false;
	for (size_t i = 0; i < len; i++)
		if (!is_name_char(name[i]))
			return false;
	return true;
}

void names_make_valid(char *name)
{
	for (char *c = name; *c; c++)
		if (!is_name_char(*c) || (c == name && (*c == '.' || *c == '-')))
			*c = '_';
}

/* The label of a partition, or else its node name, without what a terminal would obey. */
static void copy_label(const void *fdt, int node, char label[SETTINGS_NAME_MAX + 1])
{
	int len;
	const char *text = fdt_getprop(fdt, node, "label", &len);

	if (!text || len < 2 || text[len - 1] != '\0')
		text = fdt_get_name(fdt, node, NULL);
	snprintf(label, SETTINGS_NAME_MAX + 1, "%s", text ? text : "");
	for (char *c = label; *c; c++)
		if (!isprint((unsigned char)*c))
			*c = '_';
}

static int add(struct names *names, const void *fdt, int node, const char *owner, unsigned nth,
	       char *why, size_t why_size)
{
	struct names_entry *entry = &names->entries[names->count];
	const char *node_name = fdt_get_name(fdt, node, NULL);
	const fdt32_t *value;
	uint32_t channel;
	int len;

	value = fdt_getprop(fdt, node, "mux-channel", &len);
	if (len != (int)sizeof(*value)) {
		snprintf(why, why_size, "mux-channel of %s/%s is not one cell", owner, node_name);
		return -1;
	}
	channel = fdt32_ld(value);
	if (channel >= MUX_HOST_CHANNELS) {
		snprintf(why, why_size, "mux-channel of %s/%s is %u; at most %d", owner, node_name,
			 channel, MUX_HOST_CHANNELS - 1);
		return -1;
	}
	for (unsigned i = 0; i < names->count; i++) {
		if (names->entries[i].channel == channel) {
			snprintf(why, why_size, "%s/%s and %s both have mux-channel %u", owner,
				 node_name, names->entries[i].name, channel);
			return -1;
		}
	}
	*entry = (struct names_entry){ .channel = (uint8_t)channel };
	if (nth == 0)
		snprintf(entry->name, sizeof(entry->name), "%s", owner);
	else
		snprintf(entry->name, sizeof(entry->name), "%.40s-%.22s", owner, node_name);
	names_make_valid(entry->name);
	names->count++;
	return 0;
}

/* The channels of one partition, or of the hypervisor: its nodes with a mux-channel. */
static int add_owner(struct names *names, const void *fdt, int parent, const char *owner,
		     const char *partition, char *why, size_t why_size)
{
	unsigned nth = 0;
	int node;

	fdt_for_each_subnode (node, fdt, parent) {
		if (!fdt_getprop(fdt, node, "mux-channel", NULL))
			continue;
		if (add(names, fdt, node, owner, nth++, why, why_size) < 0)
			return -1;
		snprintf(names->entries[names->count - 1].partition, SETTINGS_NAME_MAX + 1, "%s",
			 partition);
	}
	return 0;
}

/* In trees older than version 16, which dtc has not made since 2005, a name can be missing:
 * fdt_check_full() of Debian 12 itself crashes then. */
static int check_tree(const void *tree, size_t size)
{
	if (size < sizeof(struct fdt_header))
		return -FDT_ERR_TRUNCATED;
	if (fdt_magic(tree) == FDT_MAGIC && fdt_version(tree) < 16)
		return -FDT_ERR_BADVERSION;
	return fdt_check_full(tree, size);
}

int names_parse(struct names *names, const void *tree, size_t size, char *why, size_t why_size)
{
	int status = check_tree(tree, size), node;
	char label[SETTINGS_NAME_MAX + 1];

	names->count = 0;
	if (status < 0) {
		snprintf(why, why_size, "is not a device tree blob (%s); dtc makes one from .dts",
			 fdt_strerror(status));
		return -1;
	}
	fdt_for_each_subnode (node, tree, 0) {
		status = 0;
		if (fdt_node_check_compatible(tree, node, "hv-config") == 0) {
			status = add_owner(names, tree, node, "hv", "", why, why_size);
		} else if (fdt_node_check_compatible(tree, node, "partition") == 0) {
			copy_label(tree, node, label);
			status = add_owner(names, tree, node, label, label, why, why_size);
		}
		if (status < 0)
			return status;
	}
	if (names->count > 0)
		return 0;
	snprintf(why, why_size,
		 "no partition in it has a node with a mux-channel; "
		 "is it the configuration tree of the hypervisor?");
	return -1;
}

int names_read(struct names *names, const char *path, char *why, size_t why_size)
{
	uint8_t *tree = malloc(NAMES_TREE_MAX + 1);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	size_t size = 0;
	ssize_t len = 1;
	int status = -1;

	while (tree && fd >= 0 && len > 0 && size <= NAMES_TREE_MAX) {
		len = read(fd, tree + size, NAMES_TREE_MAX + 1 - size);
		size += len > 0 ? (size_t)len : 0;
	}
	if (!tree || fd < 0 || len < 0)
		snprintf(why, why_size, "%s", strerror(errno));
	else if (size > NAMES_TREE_MAX)
		snprintf(why, why_size, "is larger than %d bytes", NAMES_TREE_MAX);
	else
		status = names_parse(names, tree, size, why, why_size);
	if (fd >= 0)
		close(fd);
	free(tree);
	return status;
}

static struct console_settings *find(struct board_settings *board, uint8_t channel)
{
	for (unsigned i = 0; i < board->console_count; i++)
		if (board->consoles[i].channel == channel)
			return &board->consoles[i];
	return NULL;
}

/* Fill in what is missing. */
static int complete(char **member, const char *text)
{
	if (!*member && *text)
		*member = strdup(text);
	return *member || !*text ? 0 : -ENOMEM;
}

int names_apply(const struct names *names, struct board_settings *board)
{
	for (unsigned i = 0; i < names->count; i++) {
		const struct names_entry *entry = &names->entries[i];
		struct console_settings *console = find(board, entry->channel);

		if (!console)
			console = settings_add_console(board, entry->channel, entry->name);
		if (!console || complete(&console->name, entry->name) < 0 ||
		    complete(&console->partition, entry->partition) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands: device trees as source text. */
#include <libfdt.h>
#include <string.h>

#include "hv/console/console.h"
#include "hv/console/shell_commands.h"
#include "hv/partition/image.h"
#include "hv/partition/partition.h"
#include "hv/partition/properties.h"

static void indent(int depth)
{
	for (; depth > 0; depth--)
		console_printf("\t");
}

/* One or more strings, each with a character and ended by 0. */
static bool is_text(const char *value, int len)
{
	if (len < 2 || value[len - 1])
		return false;
	for (int i = 0; i < len; i++)
		if (value[i] ? value[i] < 0x20 || value[i] >= 0x7f : i == 0 || !value[i - 1])
			return false;
	return true;
}

static void print_text(const char *value, int len)
{
	for (const char *s = value; s < value + len; s += strlen(s) + 1) {
		console_printf(s == value ? "\"" : ", \"");
		for (const char *c = s; *c; c++)
			console_printf(*c == '"' || *c == '\\' ? "\\%c" : "%c", *c);
		console_printf("\"");
	}
}

static void print_value(const char *value, int len)
{
	if (is_text(value, len)) {
		print_text(value, len);
		return;
	}
	console_printf(len % 4 ? "[" : "<");
	for (int i = 0; i < len; i += len % 4 ? 1 : 4)
		if (len % 4)
			console_printf(i ? " %02x" : "%02x", (uint8_t)value[i]);
		else
			console_printf(i ? " 0x%x" : "0x%x",
				       fdt32_to_cpu(*(const fdt32_t *)(value + i)));
	console_printf(len % 4 ? "]" : ">");
}

static void print_properties(const void *fdt, int node, int depth)
{
	int property;

	fdt_for_each_property_offset (property, fdt, node) {
		const char *name;
		int len;
		const char *value = fdt_getprop_by_offset(fdt, property, &name, &len);

		indent(depth);
		console_printf("%s", name);
		if (len > 0) {
			console_printf(" = ");
			print_value(value, len);
		}
		console_printf(";\n");
	}
}

/* @fdt was checked at boot. */
static void print_tree(const void *fdt)
{
	int depth = 0, last = -1;

	console_printf("/dts-v1/;\n\n");
	for (int node = 0; node >= 0 && depth >= 0; node = fdt_next_node(fdt, node, &depth)) {
		const char *name = fdt_get_name(fdt, node, NULL);

		for (; last >= depth; last--) {
			indent(last);
			console_printf("};\n");
		}
		indent(depth);
		console_printf("%s {\n", *name ? name : "/");
		print_properties(fdt, node, depth + 1);
		last = depth;
	}
	for (; last >= 0; last--) {
		indent(last);
		console_printf("};\n");
	}
}

void shell_gdt(char **args)
{
	struct partition *partition = shell_find_partition(args[1]);

	if (!partition)
		return;
	if (properties_copy_tree(partition->properties, partition_tree_copy, IMAGE_WORK_SIZE))
		print_tree(partition_tree_copy);
	else
		console_printf("It has not started yet.\n");
}

void shell_hdt(char **args)
{
	(void)args;
	print_tree(hw_tree);
}

void shell_cdt(char **args)
{
	(void)args;
	print_tree(cfg_tree);
}

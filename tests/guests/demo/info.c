/* SPDX-License-Identifier: BSD-2-Clause */
/* Commands that show what the tree says. */
#include "tests/guests/demo/demo.h"

#include "tests/guests/lib/console.h"
#include "tests/guests/lib/irq.h"
#include "tests/guests/lib/print.h"
#include "tests/guests/lib/timer.h"
#include "tests/guests/lib/tlb.h"
#include "tests/guests/lib/tree.h"

#define CRC32_POLYNOMIAL 0xedb88320u /* as zlib and Ethernet have it */

static uint32_t crc32_byte(uint32_t crc, uint8_t byte)
{
	unsigned int bit;

	crc ^= byte;
	for (bit = 0; bit < 8; bit++)
		crc = crc >> 1 ^ (crc & 1 ? CRC32_POLYNOMIAL : 0);
	return crc;
}

/* The first bytes of the root file system as text, and the CRC-32 of all of it. */
static void show_initrd(void)
{
	uint64_t gpa = facts.initrd_start;
	uint32_t crc = ~0u;
	char first[25];
	size_t shown = 0;

	if (gpa >= facts.initrd_end) {
		print("initrd      none\n");
		return;
	}
	while (gpa < facts.initrd_end) {
		const volatile uint8_t *at = tlb_map_page(gpa, true);

		do {
			uint8_t byte = *at++;

			crc = crc32_byte(crc, byte);
			if (shown < sizeof(first) - 1)
				first[shown++] = byte >= ' ' && byte < 0x7f ? (char)byte : '.';
			gpa++;
		} while (gpa < facts.initrd_end && gpa % PAGE_SIZE);
	}
	first[shown] = '\0';
	print("initrd      %09llx-%09llx, CRC-32 %08x, begins \"%s\"\n",
	      (unsigned long long)facts.initrd_start, (unsigned long long)facts.initrd_end, ~crc,
	      first);
}

static void show_string(const char *title, const char *path, const char *name)
{
	const char *node = tree_find(path);
	const char *value = node ? tree_string(node, name) : NULL;

	print("%-12s%s\n", title, value ? value : "none");
}

static void show_cpus(void)
{
	const char *node = tree_find("/cpus");

	for (node = node ? tree_child(node) : NULL; node; node = tree_sibling(node)) {
		const char *status = tree_string(node, "status");
		size_t len;
		const uint32_t *release = tree_prop(node, "cpu-release-addr", &len);

		print("vCPU        %s, %s", node, status ? status : "no status");
		if (release && len == 8)
			print(", released at %09llx", (unsigned long long)tree_number(release, 2));
		print("\n");
	}
}

static void show_versions(void)
{
	const char *hypervisor = tree_find("/hypervisor");
	uint32_t id = 0, cells[4] = { 0 };
	unsigned int i;

	if (!hypervisor)
		return;
	tree_cell(hypervisor, "guest-id", 0, &id);
	for (i = 0; i < 4; i++)
		tree_cell(hypervisor, "fsl,hv-version", i, &cells[i]);
	print("guest-id    %u\n", id);
	print("hypervisor  %s, version %u.%u, API %u down to %u\n", facts.version, cells[0],
	      cells[1], cells[2], cells[3]);
}

void command_info(int argc, char **argv)
{
	const struct console_counts *counts = console_counts();

	(void)argc;
	(void)argv;
	print("label       %s\n", facts.label);
	show_versions();
	print("memory      %llu MiB\n", (unsigned long long)(facts.memory >> 20));
	show_cpus();
	print("time base   %u Hz\n", timer_frequency());
	show_initrd();
	show_string("bootargs", "/chosen", "bootargs");
	show_string("stdout", "/aliases", "stdout");
	print("interrupts  by %s, %u spurious; waits by %s\n",
	      irq_has_proxy() ? "external proxy" : "INT_IACK", irq_spurious(),
	      irq_idles_by_hcall() ? "IDLE" : "wait");
	print("console     %u waits for room, %u transmit interrupts, %u late\n", counts->tx_waits,
	      counts->tx_interrupts, counts->tx_late);
}

/* Nothing but printable strings, each with its end? */
static bool is_string_list(const struct tree_prop *prop)
{
	const char *text = prop->data;
	size_t i;

	for (i = 0; i < prop->len; i++) {
		bool printable = text[i] >= ' ' && text[i] < 0x7f;

		if (!printable && (text[i] || !i || !text[i - 1]))
			return false;
	}
	return prop->len && !text[prop->len - 1];
}

static void show_value(const struct tree_prop *prop)
{
	const uint8_t *bytes = prop->data;
	const uint32_t *cells = prop->data;
	size_t i;

	if (is_string_list(prop)) {
		const char *text = prop->data;

		for (; text < (const char *)prop->data + prop->len; text += strlen(text) + 1)
			print("%s\"%s\"", text == prop->data ? " = " : ", ", text);
	} else if (prop->len % 4 == 0) {
		for (i = 0; i < prop->len / 4; i++)
			print("%s0x%x", i ? " " : " = <", cells[i]);
		print(">");
	} else {
		for (i = 0; i < prop->len; i++)
			print("%s%02x", i ? " " : " = [", bytes[i]);
		print("]");
	}
}

static void show_node(const char *node, unsigned int depth)
{
	struct tree_prop prop = { .name = NULL };
	const char *child;

	print("%*s%s {\n", (int)(2 * depth), "", *node ? node : "/");
	while (tree_next_prop(node, &prop)) {
		print("%*s%s", (int)(2 * depth + 2), "", prop.name);
		if (prop.len)
			show_value(&prop);
		print(";\n");
	}
	for (child = tree_child(node); child; child = tree_sibling(child))
		show_node(child, depth + 1);
	print("%*s};\n", (int)(2 * depth), "");
}

void command_tree(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	print("/dts-v1/;\n");
	show_node(tree_root(), 0);
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "tests/guests/demo/demo.h"

#include "tests/guests/lib/print.h"
#include "tests/guests/lib/tlb.h"
#include "tests/guests/lib/tree.h"

struct facts facts;

static uint64_t property_number(const char *node, const char *name)
{
	size_t len;
	const uint32_t *cells = node ? tree_prop(node, name, &len) : NULL;

	return cells && (len == 4 || len == 8) ? tree_number(cells, (unsigned int)len / 4) : 0;
}

static bool is_memory_node(const char *node)
{
	const char *type = tree_string(node, "device_type");

	return type && !strcmp(type, "memory");
}

/* Call @visit for each range of each memory node; stops when it returns true, and returns that. */
static bool for_each_range(bool (*visit)(uint64_t start, uint64_t size, uint64_t wanted),
			   uint64_t wanted)
{
	uint32_t address_cells = 2, size_cells = 2;
	const char *node;

	tree_cell(tree_root(), "#address-cells", 0, &address_cells);
	tree_cell(tree_root(), "#size-cells", 0, &size_cells);
	for (node = tree_child(tree_root()); node; node = tree_sibling(node)) {
		size_t len, row = 4 * (address_cells + size_cells);
		const uint32_t *reg = tree_prop(node, "reg", &len);

		if (!is_memory_node(node))
			continue;
		for (; reg && len >= row; len -= row, reg += row / 4) {
			if (visit(tree_number(reg, address_cells),
				  tree_number(reg + address_cells, size_cells), wanted))
				return true;
		}
	}
	return false;
}

static bool add_size(uint64_t start, uint64_t size, uint64_t unused)
{
	(void)start;
	(void)unused;
	facts.memory += size;
	return false;
}

static bool covers(uint64_t start, uint64_t size, uint64_t page)
{
	return page >= start && page - start < size;
}

bool facts_is_memory(uint64_t gpa)
{
	return for_each_range(covers, gpa & ~(uint64_t)(PAGE_SIZE - 1));
}

void facts_read(uint32_t tree_gpa, uint32_t initial_map)
{
	const char *chosen = tree_find("/chosen");
	const char *hypervisor = tree_find("/hypervisor");
	const char *cpu = tree_find("/cpus");

	facts.tree_gpa = tree_gpa;
	facts.initial_map = initial_map;
	facts.label = tree_string(tree_root(), "label");
	if (!facts.label)
		facts.label = "guest";
	facts.version = hypervisor ? tree_string(hypervisor, "compatible") : NULL;
	if (!facts.version)
		facts.version = "unknown";
	facts.guest_id = (uint32_t)property_number(hypervisor, "guest-id");
	for (cpu = cpu ? tree_child(cpu) : NULL; cpu; cpu = tree_sibling(cpu)) {
		const char *type = tree_string(cpu, "device_type");

		facts.num_vcpus += type && !strcmp(type, "cpu");
	}
	for_each_range(add_size, 0);
	facts.initrd_start = property_number(chosen, "linux,initrd-start");
	facts.initrd_end = property_number(chosen, "linux,initrd-end");
}

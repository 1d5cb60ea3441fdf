/* SPDX-License-Identifier: BSD-2-Clause */
/* What the hardware tree says: RAM, cores, time base, cells. */
#include "hv/config/parse.h"
#include "protocol/names.h"

#include <inttypes.h>
#include <string.h>

static bool has_string(const void *fdt, int node, const char *property, const char *want)
{
	const char *value = tree_string(fdt, node, property);

	return value && strcmp(value, want) == 0;
}

static void add_memory(struct parse *p, int node)
{
	struct plan *plan = p->plan;
	const int row_cells = p->address_cells + p->size_cells;
	int len;
	const fdt32_t *row = fdt_getprop(p->hw, node, PROP_REG, &len);

	for (; row && len >= row_cells * 4; len -= row_cells * 4, row += row_cells) {
		const struct plan_range range = {
			.tpa = tree_cells(row, p->address_cells),
			.size = tree_cells(row + p->address_cells, p->size_cells),
		};
		if (range.size == 0)
			continue;
		if (range.tpa + range.size < range.tpa) {
			report_hardware(p, node, PROP_REG,
					"0x%" PRIx64 " + 0x%" PRIx64 " wraps\n"
					"correct the hardware tree",
					range.tpa, range.size);
			continue;
		}
		if (plan->num_memory == PLAN_MAX_MEMORY) {
			report_hardware(p, node, PROP_REG,
					"more than %d ranges of RAM\njoin ranges that touch",
					PLAN_MAX_MEMORY);
			return;
		}
		plan->memory[plan->num_memory++] = range;
	}
}

static void parse_memory(struct parse *p)
{
	int node;

	fdt_for_each_subnode (node, p->hw, 0) {
		if (has_string(p->hw, node, PROP_DEVICE_TYPE, DEVICE_TYPE_MEMORY))
			add_memory(p, node);
	}
	if (p->plan->num_memory == 0)
		report_hardware(p, 0, NULL,
				"no RAM: no memory node with a size\n"
				"pass the tree that the boot loader has completed");
}

/* A core, or a thread of one: the first thread starts the others (e6500). */
static void add_cpu(struct parse *p, int node, uint32_t hwid, bool first)
{
	struct plan *plan = p->plan;
	struct plan_cpu cpu = {
		.hwid = hwid,
		.hw_node = node,
		.is_thread = !first,
		.partition = PLAN_NONE,
	};

	if (hwid == p->in->boot_hwid) {
		plan->cpus[0] = cpu; /* the place is kept for it */
		plan->timebase_hz = (uint32_t)tree_number(p->hw, node, PROP_TIMEBASE_FREQUENCY);
		return;
	}
	if (first && has_string(p->hw, node, PROP_STATUS, STATUS_DISABLED) &&
	    has_string(p->hw, node, PROP_ENABLE_METHOD, ENABLE_METHOD_SPIN_TABLE))
		cpu.release_tpa = tree_number(p->hw, node, PROP_CPU_RELEASE_ADDR);
	if (plan->num_cpus < PLAN_MAX_CPUS)
		plan->cpus[plan->num_cpus++] = cpu;
}

/* Cores beyond PLAN_MAX_CPUS stay where the loader holds them. */
static void parse_cpus(struct parse *p)
{
	const int cpus = fdt_path_offset(p->hw, "/cpus");
	int node;

	p->plan->num_cpus = 1;
	p->plan->cpus[0].hw_node = -1;
	fdt_for_each_subnode (node, p->hw, cpus) {
		int len;
		const fdt32_t *reg = fdt_getprop(p->hw, node, PROP_REG, &len);

		if (!reg || !has_string(p->hw, node, PROP_DEVICE_TYPE, DEVICE_TYPE_CPU))
			continue;
		for (int i = 0; i < len / 4; i++)
			add_cpu(p, node, fdt32_ld(reg + i), i == 0);
	}
	if (p->plan->cpus[0].hw_node < 0) {
		report_hardware(p, cpus < 0 ? 0 : cpus, NULL,
				"no core %" PRIu32 ", on which the hypervisor runs\n"
				"pass this machine's own tree",
				p->in->boot_hwid);
		return;
	}
	if (p->plan->timebase_hz == 0 && cpus >= 0)
		p->plan->timebase_hz = (uint32_t)tree_number(p->hw, cpus, PROP_TIMEBASE_FREQUENCY);
	if (p->plan->timebase_hz == 0)
		report_hardware(
			p, p->plan->cpus[0].hw_node, PROP_TIMEBASE_FREQUENCY,
			"is missing or 0\npass the tree that the boot loader has completed");
}

static bool check_cells(struct parse *p, const char *property, int count)
{
	if (count == 1 || count == 2)
		return true;
	report_hardware(p, 0, property, "is not 1 or 2\ncorrect the hardware tree");
	return false;
}

void hardware_parse(struct parse *p)
{
	p->address_cells = fdt_address_cells(p->hw, 0);
	p->size_cells = fdt_size_cells(p->hw, 0);
	if (!check_cells(p, PROP_ADDRESS_CELLS, p->address_cells) ||
	    !check_cells(p, PROP_SIZE_CELLS, p->size_cells))
		return;
	parse_memory(p);
	parse_cpus(p);
}

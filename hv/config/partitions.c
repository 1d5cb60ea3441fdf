/* SPDX-License-Identifier: BSD-2-Clause */
/* The partition node: label, cores, switches, watchdog. */
#include "hv/config/parse.h"
#include "protocol/names.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

static bool is_printable(const char *s)
{
	for (; *s; s++) {
		if (*s < ' ' || *s > '~')
			return false;
	}
	return true;
}

static void parse_label(struct parse *p, struct plan_partition *part)
{
	int len;
	const char *label = fdt_getprop(p->cfg, part->node, PROP_CFG_LABEL, &len);

	part->label = tree_name(p->cfg, part->node);
	if (!label) {
		report_warning(p, part->node, PROP_CFG_LABEL,
			       "is missing\nthe partition is called %.40s", part->label);
	} else if (len < 2 || label[len - 1] != '\0' || strlen(label) != (size_t)len - 1 ||
		   !is_printable(label)) {
		report_error(p, part->node, PROP_CFG_LABEL,
			     "is not one string of printable characters\nuse a short name");
		return;
	} else if (len - 1 > PLAN_MAX_LABEL) {
		report_error(p, part->node, PROP_CFG_LABEL, "has %d characters\nuse at most %d",
			     len - 1, PLAN_MAX_LABEL);
		return;
	} else {
		part->label = label;
	}
	for (const struct plan_partition *other = p->plan->partitions; other < part; other++) {
		if (strcmp(other->label, part->label) == 0) {
			report_error(p, part->node, PROP_CFG_LABEL,
				     "`%s` is also the name of %.40s\nuse another", part->label,
				     tree_name(p->cfg, other->node));
			return;
		}
	}
}

static uint16_t find_cpu(const struct plan *plan, uint64_t hwid)
{
	for (uint16_t i = 0; i < plan->num_cpus; i++) {
		if (plan->cpus[i].hwid == hwid)
			return i;
	}
	return PLAN_NONE;
}

/* Give core @hwid to a partition.  False when that cannot be. */
static bool take_cpu(struct parse *p, uint16_t index, uint64_t hwid)
{
	struct plan *plan = p->plan;
	struct plan_partition *part = &plan->partitions[index];
	const uint16_t found = find_cpu(plan, hwid);

	if (found == PLAN_NONE) {
		report_error(p, part->node, PROP_CFG_CPUS,
			     "there is no core %" PRIu64 "\nthis machine has %u cores", hwid,
			     plan->num_cpus);
		return false;
	}
	struct plan_cpu *cpu = &plan->cpus[found];
	if (cpu->partition == index) {
		report_error(p, part->node, PROP_CFG_CPUS,
			     "names core %" PRIu64 " twice\nname each core once", hwid);
		return false;
	}
	if (cpu->partition != PLAN_NONE) {
		report_error(p, part->node, PROP_CFG_CPUS,
			     "core %" PRIu64 " belongs to `%s` already\n"
			     "give each core to one partition",
			     hwid, plan->partitions[cpu->partition].label);
		return false;
	}
	if (found != 0 && cpu->release_tpa == 0 && !cpu->is_thread) {
		report_error(p, part->node, PROP_CFG_CPUS,
			     "core %" PRIu64 " cannot be started: in the hardware tree it is not "
			     "disabled with enable-method \"spin-table\"\nuse another core",
			     hwid);
		return false;
	}
	cpu->partition = index;
	cpu->vcpu = part->num_cpus;
	part->cpus[part->num_cpus++] = (uint8_t)found;
	return true;
}

static void parse_cpus(struct parse *p, uint16_t index)
{
	const int node = p->plan->partitions[index].node;
	int len = 0;
	const fdt32_t *row = fdt_getprop(p->cfg, node, PROP_CFG_CPUS, &len);

	if (!row || len == 0 || len % 8) {
		report_error(p, node, PROP_CFG_CPUS,
			     "%s\nwrite the first core and how many: cpus = <1 1>",
			     row ? "is not pairs of cells" : "is missing");
		return;
	}
	for (; len > 0; len -= 8, row += 2) {
		const uint64_t first = fdt32_ld(row);
		const uint64_t count = fdt32_ld(row + 1);

		if (count == 0) {
			report_error(p, node, PROP_CFG_CPUS,
				     "0 cores from core %" PRIu64 "\nwrite how many: <%" PRIu64
				     " 1>",
				     first, first);
			return;
		}
		/* Ends at the latest when the machine has no more cores. */
		for (uint64_t i = 0; i < count; i++) {
			if (!take_cpu(p, index, first + i))
				return;
		}
	}
}

static void parse_switches(struct parse *p, struct plan_partition *part)
{
	static const struct {
		const char *property;
		size_t on; /* offset of a bool */
	} switches[] = {
		{ PROP_CFG_NO_AUTO_START, offsetof(struct plan_partition, no_auto_start) },
		{ PROP_CFG_PRIVILEGED, offsetof(struct plan_partition, privileged) },
		{ PROP_CFG_CACHE_LOCK_DISABLE,
		  offsetof(struct plan_partition, guest_cache_lock_disable) },
		{ PROP_CFG_DEBUG_DISABLE, offsetof(struct plan_partition, guest_debug_disable) },
		{ PROP_CFG_MPIC_DIRECT_EOI, offsetof(struct plan_partition, mpic_direct_eoi) },
		{ PROP_CFG_NO_DMA_DISABLE, offsetof(struct plan_partition, no_dma_disable) },
		{ PROP_CFG_DEFER_DMA_DISABLE, offsetof(struct plan_partition, defer_dma_disable) },
	};

	for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++)
		*(bool *)((char *)part + switches[i].on) =
			tree_switch(p, part->node, switches[i].property);
	tree_switch(p, part->node, PROP_CFG_DIRECT_TLB);
	tree_switch(p, part->node, PROP_CFG_DIRECT_TLB_MISS);
	if (part->no_dma_disable && part->defer_dma_disable)
		report_warning(p, part->node, PROP_CFG_DEFER_DMA_DISABLE,
			       "has no effect beside " PROP_CFG_NO_DMA_DISABLE
			       ": DMA is never disabled\ndelete one of the two");
}

static void parse_watchdog(struct parse *p, struct plan_partition *part)
{
	static const char *const policies[] = {
		[PLAN_WATCHDOG_RESET] = "partition-reset",
		[PLAN_WATCHDOG_NOTIFY] = "manager-notify",
		[PLAN_WATCHDOG_STOP] = "partition-stop",
	};
	const int node = part->node;
	const int policy = tree_choice(p, node, PROP_CFG_WATCHDOG_TIMEOUT, policies, 3);

	if (policy >= 0)
		part->watchdog = (enum plan_watchdog)policy;
	part->watchdog_period = tree_period(p, node, PROP_CFG_WATCHDOG_PERIOD);
}

static void read_row(const fdt32_t *row, struct plan_range *tpa, struct plan_range *gpa)
{
	*tpa = (struct plan_range){ tree_cells(row, 2), tree_cells(row + 4, 2) };
	*gpa = (struct plan_range){ tree_cells(row + 2, 2), tpa->size };
}

/* Rows of address on the guest's bus, guest physical address, size. */
static void check_device_ranges(struct parse *p, int node)
{
	enum { ROW = 6, PAGE = 4096 };
	int len;
	const fdt32_t *row = fdt_getprop(p->cfg, node, PROP_CFG_DEVICE_RANGES, &len);

	if (!row)
		return;
	if (len == 0 || len % (ROW * 4)) {
		report_error(p, node, PROP_CFG_DEVICE_RANGES,
			     "has %d bytes, not a multiple of %d\n"
			     "write rows of physical address, guest address, size, two cells each; "
			     "or delete it",
			     len, ROW * 4);
		return;
	}
	for (const fdt32_t *first = row; len > 0; len -= ROW * 4, row += ROW) {
		struct plan_range tpa, gpa, tpa_taken, gpa_taken;
		const char *wrong = NULL;

		read_row(row, &tpa, &gpa);
		if (tpa.size == 0 || (tpa.tpa | gpa.tpa | tpa.size) % PAGE ||
		    tpa.tpa + tpa.size < tpa.tpa || gpa.tpa + gpa.size < gpa.tpa)
			wrong = "is not whole pages\nuse multiples of 0x1000, size not 0";
		for (const fdt32_t *other = first; !wrong && other < row; other += ROW) {
			read_row(other, &tpa_taken, &gpa_taken);
			if (range_overlaps(&tpa, &tpa_taken) || range_overlaps(&gpa, &gpa_taken))
				wrong = "overlaps another row\nkeep the rows apart on both sides";
		}
		if (wrong) {
			report_error(p, node, PROP_CFG_DEVICE_RANGES,
				     "0x%" PRIx64 " to 0x%" PRIx64 " + 0x%" PRIx64 " %s", tpa.tpa,
				     gpa.tpa, gpa.size, wrong);
			return;
		}
	}
}

void partitions_parse(struct parse *p)
{
	struct plan *plan = p->plan;
	int depth = 0;

	for (int node = node_next(p->cfg, 0, &depth, NODE_PARTITION); node >= 0;
	     node = node_next(p->cfg, node, &depth, NODE_PARTITION)) {
		if (plan->num_partitions == PLAN_MAX_PARTITIONS) {
			report_full(p, node, "partitions", PLAN_MAX_PARTITIONS);
			break;
		}
		struct plan_partition *part = &plan->partitions[plan->num_partitions];
		part->node = node;
		parse_label(p, part);
		parse_cpus(p, plan->num_partitions);
		parse_switches(p, part);
		parse_watchdog(p, part);
		check_device_ranges(p, node);
		plan->num_partitions++;
	}
	if (plan->num_partitions == 0)
		report_warning(p, 0, NULL,
			       "has no partition\nadd { compatible = \"partition\"; ... }");
}

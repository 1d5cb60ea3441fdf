/* SPDX-License-Identifier: BSD-2-Clause */
/* debug-stub: gdb at the end of a byte channel. */
#include "hv/config/parse.h"
#include "protocol/names.h"

#include <inttypes.h>

/* The vCPUs that debug-cpus lists, as bits; 0 when it is wrong, which has been reported. */
static uint32_t parse_vcpus(struct parse *p, const struct plan_partition *part, int node)
{
	const uint32_t all = (UINT32_C(1) << part->num_cpus) - 1;
	int len;
	const fdt32_t *row = fdt_getprop(p->cfg, node, PROP_CFG_DEBUG_CPUS, &len);
	uint32_t vcpus = 0;

	if (!row)
		return all;
	if (len == 0 || len % 8) {
		report_error(p, node, PROP_CFG_DEBUG_CPUS,
			     "is not pairs of cells\n"
			     "write the first vCPU and how many: debug-cpus = <0 1>");
		return 0;
	}
	for (; len > 0; len -= 8, row += 2) {
		const uint32_t first = fdt32_ld(row);
		const uint32_t count = fdt32_ld(row + 1);

		if (count == 0 || first >= part->num_cpus || count > part->num_cpus - first) {
			report_error(p, node, PROP_CFG_DEBUG_CPUS,
				     "%" PRIu32 " vCPUs from vCPU %" PRIu32
				     " are not the partition's\nit has vCPU 0 to %d",
				     count, first, part->num_cpus - 1);
			return 0;
		}
		vcpus |= ((UINT32_C(1) << count) - 1) << first;
	}
	return vcpus;
}

static void parse_stub(struct parse *p, uint16_t index, int node)
{
	struct plan *plan = p->plan;
	struct plan_stub stub = {
		.partition = index,
		.vcpus = parse_vcpus(p, &plan->partitions[index], node),
		.wait_at_start = tree_switch(p, node, PROP_CFG_WAIT_AT_START),
		.node = node,
	};

	for (unsigned int i = 0; i < plan->num_stubs; i++) {
		const struct plan_stub *other = &plan->stubs[i];

		if (other->partition == index && other->vcpus & stub.vcpus) {
			report_error(p, node, PROP_CFG_DEBUG_CPUS,
				     "%.40s has one of these vCPUs already\n"
				     "give each vCPU to one debug-stub: debug-cpus = <first count>",
				     tree_name(p->cfg, other->node));
			return;
		}
	}
	stub.channel = channels_add(p, node, PLAN_OWNER_STUB, index);
	/* Each has a core of its own, so that the table has room. */
	if (stub.channel != PLAN_NONE && stub.vcpus)
		plan->stubs[plan->num_stubs++] = stub;
}

void stubs_parse(struct parse *p)
{
	for (uint16_t i = 0; i < p->plan->num_partitions; i++) {
		int depth = 0;

		for (int node = node_next(p->cfg, p->plan->partitions[i].node, &depth, NODE_STUB);
		     node >= 0; node = node_next(p->cfg, node, &depth, NODE_STUB))
			parse_stub(p, i, node);
	}
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Partitions that look after others (managed-partition), and after the machine (error-manager). */
#include "hv/config/parse.h"
#include "protocol/names.h"

#include <inttypes.h>
#include <string.h>

static uint16_t find_partition(const struct plan *plan, int node)
{
	for (uint16_t i = 0; i < plan->num_partitions; i++) {
		if (plan->partitions[i].node == node)
			return i;
	}
	return PLAN_NONE;
}

/* The partition that @node names, or PLAN_NONE, reported or not. */
static uint16_t parse_target(struct parse *p, const struct plan_partition *part, int node)
{
	const int target = node_reference(p, node, PROP_CFG_MANAGED, NODE_PARTITION);
	const uint16_t managed = find_partition(p->plan, target);

	if (managed == PLAN_NONE)
		return PLAN_NONE;
	if (&p->plan->partitions[managed] == part) {
		report_error(
			p, node, PROP_CFG_MANAGED,
			"a partition does not manage itself\nname another, or delete the node");
		return PLAN_NONE;
	}
	for (unsigned int i = part->first_managed; i < p->plan->num_managed; i++) {
		if (p->plan->managed[i].managed == managed) {
			report_error(p, node, PROP_CFG_MANAGED,
				     "%.40s is managed already, as %.40s\n"
				     "delete one of the nodes",
				     p->plan->partitions[managed].label, p->plan->managed[i].name);
			return PLAN_NONE;
		}
	}
	return managed;
}

static void parse_managed(struct parse *p, uint16_t index, int node)
{
	struct plan *plan = p->plan;
	const uint16_t managed = parse_target(p, &plan->partitions[index], node);

	if (managed == PLAN_NONE)
		return;
	if (plan->num_managed == PLAN_MAX_MANAGED) {
		report_full(p, node, "managed-partitions", PLAN_MAX_MANAGED);
		return;
	}
	plan->managed[plan->num_managed++] = (struct plan_managed){
		.manager = index,
		.managed = managed,
		.name = tree_name(p->cfg, node),
		.node = node,
		.handle = 1U + managed,
	};
}

/* Does another partition begin as error manager? */
static bool check_sole_manager(struct parse *p, const struct plan_partition *part, int node)
{
	for (const struct plan_partition *other = p->plan->partitions; other < part; other++) {
		if (!other->error_manager || (other->error_manager_claim != PLAN_CLAIM_EXCLUSIVE &&
					      part->error_manager_claim != PLAN_CLAIM_EXCLUSIVE &&
					      (other->error_manager_claim == PLAN_CLAIM_STANDBY ||
					       part->error_manager_claim == PLAN_CLAIM_STANDBY)))
			continue;
		report_error(
			p, node, NULL,
			"%.40s is the error manager already\n"
			"delete one, or write claimable = \"active\" here and \"standby\" there",
			other->label);
		return false;
	}
	return true;
}

static void parse_error_manager(struct parse *p, struct plan_partition *part)
{
	int depth = 0;
	uint32_t vcpu = 0;
	const int node = node_next(p->cfg, part->node, &depth, NODE_ERROR_MANAGER);

	if (node < 0)
		return;
	const int second = node_next(p->cfg, node, &depth, NODE_ERROR_MANAGER);
	if (second >= 0)
		report_error(p, second, NULL,
			     "is the second error-manager of this partition\ndelete it");
	const int result = tree_u32(p, node, PROP_CFG_VCPU, &vcpu);
	if (result == TREE_ABSENT)
		report_error(p, node, PROP_CFG_VCPU,
			     "is missing\nsay which vCPU is told of errors: vcpu = <0>");
	else if (result == 0 && vcpu >= part->num_cpus)
		report_error(p, node, PROP_CFG_VCPU, "there is no vCPU %" PRIu32 "\nuse 0 to %d",
			     vcpu, part->num_cpus - 1);
	if (!tree_claim(p, node, &part->error_manager_claim) || !check_sole_manager(p, part, node))
		return;
	part->error_manager = tree_name(p->cfg, node);
	part->error_manager_node = node;
	part->error_manager_vcpu = (uint16_t)vcpu;
}

/* A partition whose watchdog tells its managers has to have one. */
static void check_notified(struct parse *p)
{
	const struct plan *plan = p->plan;

	for (unsigned int i = 0; i < plan->num_partitions; i++) {
		unsigned int n = 0;

		while (n < plan->num_managed && plan->managed[n].managed != i)
			n++;
		if (n == plan->num_managed && plan->partitions[i].watchdog == PLAN_WATCHDOG_NOTIFY)
			report_warning(p, plan->partitions[i].node, PROP_CFG_WATCHDOG_TIMEOUT,
				       "nobody manages this partition, and so nobody is told\n"
				       "add a managed-partition for it to another partition");
	}
}

void managed_parse(struct parse *p)
{
	struct plan *plan = p->plan;

	for (uint16_t i = 0; i < plan->num_partitions; i++) {
		struct plan_partition *part = &plan->partitions[i];
		int depth = 0;

		part->first_managed = plan->num_managed;
		for (int node = node_next(p->cfg, part->node, &depth, NODE_MANAGED); node >= 0;
		     node = node_next(p->cfg, node, &depth, NODE_MANAGED))
			parse_managed(p, i, node);
		part->num_managed = (uint16_t)(plan->num_managed - part->first_managed);
		parse_error_manager(p, part);
	}
	check_notified(p);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Doorbells: what rings in one partition and is heard in others.  A doorbell node joins the two
 * kinds of end. */
#include "hv/config/parse.h"
#include "protocol/names.h"

static void parse_bell(struct parse *p, struct plan_partition *part, int node,
		       enum plan_bell_kind kind)
{
	struct plan *plan = p->plan;
	const int doorbell = node_reference(p, node, PROP_CFG_GLOBAL_DOORBELL, NODE_DOORBELL);

	if (doorbell < 0)
		return;
	if (plan->num_bells == PLAN_MAX_BELLS) {
		report_full(p, node, "doorbell ends", PLAN_MAX_BELLS);
		return;
	}
	plan->bells[plan->num_bells++] = (struct plan_bell){
		.kind = kind,
		.partition = (uint16_t)(part - plan->partitions),
		.doorbell = doorbell,
		.name = tree_name(p->cfg, node),
		.node = node,
	};
}

static void parse_kind(struct parse *p, struct plan_partition *part, enum node_kind node_kind,
		       enum plan_bell_kind kind)
{
	int depth = 0;

	for (int node = node_next(p->cfg, part->node, &depth, node_kind); node >= 0;
	     node = node_next(p->cfg, node, &depth, node_kind))
		parse_bell(p, part, node, kind);
}

/* Which of the MPIC's interrupts carries the doorbell of @bell: the same for all its ends. */
static uint8_t find_fast(const struct parse *p, const struct plan_bell *bell)
{
	uint8_t used = 0;

	if (fdt_node_check_compatible(p->cfg, bell->doorbell, COMPAT_CFG_FAST_DOORBELL) != 0)
		return PLAN_NOT_FAST;
	for (const struct plan_bell *other = p->plan->bells; other < bell; other++) {
		if (other->doorbell == bell->doorbell)
			return other->fast;
		if (other->fast != PLAN_NOT_FAST && other->fast >= used)
			used = (uint8_t)(other->fast + 1);
	}
	return used < PLAN_MAX_FAST_BELLS ? used : PLAN_NOT_FAST;
}

static void check_fast(struct parse *p)
{
	unsigned int count = 0;
	int depth = 0;

	for (int node = node_next(p->cfg, 0, &depth, NODE_DOORBELL); node >= 0;
	     node = node_next(p->cfg, node, &depth, NODE_DOORBELL)) {
		if (fdt_node_check_compatible(p->cfg, node, COMPAT_CFG_FAST_DOORBELL) == 0 &&
		    ++count > PLAN_MAX_FAST_BELLS)
			report_warning(p, node, PROP_COMPATIBLE,
				       "is fast-doorbell number %u, and the machine has %d\n"
				       "it is an ordinary doorbell: delete \"fast-doorbell\"",
				       count, PLAN_MAX_FAST_BELLS);
	}
}

/* A bell that nobody rings, or that nobody hears. */
static void check_sides(struct parse *p)
{
	const struct plan *plan = p->plan;

	for (unsigned int i = 0; i < plan->num_bells; i++) {
		const struct plan_bell *bell = &plan->bells[i];
		unsigned int other = 0;

		while (other < plan->num_bells && (plan->bells[other].doorbell != bell->doorbell ||
						   plan->bells[other].kind == bell->kind))
			other++;
		if (other == plan->num_bells)
			report_warning(p, bell->node, PROP_CFG_GLOBAL_DOORBELL,
				       "nobody %s this doorbell\nadd a %s to a partition",
				       bell->kind == PLAN_BELL_SEND ? "hears" : "rings",
				       bell->kind == PLAN_BELL_SEND ? COMPAT_CFG_RECEIVE_DOORBELL
								    : COMPAT_CFG_SEND_DOORBELL);
	}
}

void doorbells_parse(struct parse *p)
{
	struct plan *plan = p->plan;

	for (unsigned int i = 0; i < plan->num_partitions; i++) {
		struct plan_partition *part = &plan->partitions[i];

		part->first_bell = plan->num_bells;
		parse_kind(p, part, NODE_SEND_DOORBELL, PLAN_BELL_SEND);
		parse_kind(p, part, NODE_RECEIVE_DOORBELL, PLAN_BELL_RECEIVE);
		part->num_bells = (uint16_t)(plan->num_bells - part->first_bell);
	}
	for (unsigned int i = 0; i < plan->num_bells; i++)
		plan->bells[i].fast = find_fast(p, &plan->bells[i]);
	check_sides(p);
	check_fast(p);
}

/* SPDX-License-Identifier: BSD-2-Clause */
/* Doorbells: what rings in one partition and is heard in others.  A doorbell node joins the two
 * kinds of end. */
#include "hv/config/parse.h"
#include "protocol/names.h"

#include <string.h>

static bool name_is_taken(const struct plan *plan, const struct plan_partition *part,
			  const char *name)
{
	if (strcmp(name, NODE_SHUTDOWN) == 0)
		return true;
	for (unsigned int i = 0; i < part->num_channels; i++) {
		if (strcmp(plan->channels[part->first_channel + i].name, name) == 0)
			return true;
	}
	for (unsigned int i = part->first_bell; i < plan->num_bells; i++) {
		if (strcmp(plan->bells[i].name, name) == 0)
			return true;
	}
	return false;
}

static void parse_bell(struct parse *p, struct plan_partition *part, int node,
		       enum plan_bell_kind kind)
{
	struct plan *plan = p->plan;
	const int doorbell = tree_reference(p, node, PROP_CFG_GLOBAL_DOORBELL);

	if (doorbell == TREE_ABSENT)
		report_error(p, node, PROP_CFG_GLOBAL_DOORBELL,
			     "is missing\npoint it to a node with compatible \"doorbell\"");
	if (doorbell < 0)
		return;
	if (node_kind(p->cfg, doorbell) != NODE_DOORBELL) {
		report_error(p, node, PROP_CFG_GLOBAL_DOORBELL,
			     "%.40s is not a doorbell\n"
			     "point it to a node with compatible \"doorbell\"",
			     tree_name(p->cfg, doorbell));
		return;
	}
	if (name_is_taken(plan, part, tree_name(p->cfg, node))) {
		report_error(p, node, NULL,
			     "the guest has another node %.40s beside this one\n"
			     "give the node another name",
			     tree_name(p->cfg, node));
		return;
	}
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

/* Behind the byte channels' numbers and interrupts; the shutdown doorbell stays last. */
static void number(struct parse *p, struct plan_partition *part)
{
	unsigned int vint = 2U * part->num_channels;

	for (unsigned int i = 0; i < part->num_bells; i++) {
		struct plan_bell *bell = &p->plan->bells[part->first_bell + i];

		bell->handle = part->shutdown_irq++;
		if (bell->kind == PLAN_BELL_RECEIVE)
			bell->vint = (uint16_t)vint++;
	}
	if (vint > 2U * part->num_channels && vint + 1 > PLAN_MAX_VINTS)
		report_error(
			p, part->node, NULL,
			"%u byte channels and the receive-doorbells need %u interrupts, of which "
			"a guest has %d\nremove some",
			part->num_channels, vint + 1, PLAN_MAX_VINTS);
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
		number(p, part);
	}
	check_sides(p);
}

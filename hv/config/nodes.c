/* SPDX-License-Identifier: BSD-2-Clause */
/* Nodes and properties that are unknown, misspelled or misplaced. */
#include "hv/config/rules.h"
#include "protocol/names.h"

#include <limits.h>
#include <string.h>

static void check_properties(struct parse *p, int node, const struct node_rule *rule,
			     const char *known)
{
	int property;

	fdt_for_each_property_offset (property, p->cfg, node) {
		const char *name;

		if (!fdt_getprop_by_offset(p->cfg, property, &name, NULL) || node_has_always(name))
			continue;
		if (rules_list_has(known, name)) {
			notes_count_named(p, node, name, false);
			continue;
		}
		struct nearest near = nearest_to(name);
		nearest_try_list(&near, known);
		if (near.name)
			report_warning(p, node, name, "is not a property of a %s\nis `%s` meant?",
				       rule->name, near.name);
		else
			report_warning(p, node, name,
				       "is not a property of a %s\nit has no effect: delete it",
				       rule->name);
	}
}

/* A node without a rule.  True when its content is to be looked at. */
static bool check_unknown(struct parse *p, int node)
{
	const char *compatible = tree_string(p->cfg, node, PROP_COMPATIBLE);
	const char *name = tree_name(p->cfg, node);

	if (strcmp(name, NODE_CFG_ALIASES) == 0 || strncmp(name, "__", 2) == 0)
		return false;
	if (!compatible) {
		if (fdt_first_subnode(p->cfg, node) >= 0)
			return true; /* only groups other nodes */
		report_warning(p, node, NULL,
			       "has no compatible and means nothing\n"
			       "say what it is, such as compatible = \"partition\"");
		return false;
	}
	if (strcmp(compatible, "portal-devices") == 0 || strcmp(compatible, "simple-bus") == 0)
		return true;

	struct nearest near = nearest_to(compatible);
	rules_try_names(&near);
	if (near.name)
		report_warning(p, node, PROP_COMPATIBLE, "unknown: `%.40s`\nis `%s` meant?",
			       compatible, near.name);
	else
		report_warning(p, node, PROP_COMPATIBLE,
			       "unknown: `%.40s`\nthe node is ignored: delete it", compatible);
	return false;
}

/* A node with a rule.  True when its content is to be looked at. */
static bool check_known(struct parse *p, int node, const struct node_rule *rule, unsigned int scope)
{
	if (!(rule->scopes & scope)) {
		report_error(p, node, NULL, "a %s has no meaning here\nmove it %s", rule->name,
			     rule->scopes & AT_TOP	   ? "to the top of the tree"
			     : rule->scopes & IN_HV_CONFIG ? "into hv-config"
							   : "into a partition");
		return false;
	}
	notes_count_named(p, node, rule->name, true);
	check_properties(p, node, rule, rules_properties(rule, scope));
	return true;
}

void nodes_check(struct parse *p)
{
	int depth = 0;
	int skip = INT_MAX; /* deeper nodes are not looked at */
	int scope_depth = 0;
	unsigned int scope = AT_TOP;

	for (int node = tree_next(p->cfg, 0, &depth); node >= 0;
	     node = tree_next(p->cfg, node, &depth)) {
		const struct node_rule *rule = rules_find(p->cfg, node);

		if (depth > skip)
			continue;
		if (depth <= scope_depth)
			scope = AT_TOP;
		skip = (rule ? check_known(p, node, rule, scope) : check_unknown(p, node)) ? INT_MAX
											   : depth;
		if (scope == AT_TOP && rule &&
		    (rule->kind == NODE_HV_CONFIG || rule->kind == NODE_PARTITION)) {
			scope = rule->kind == NODE_PARTITION ? IN_PARTITION : IN_HV_CONFIG;
			scope_depth = depth;
		}
	}
}

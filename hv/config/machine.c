/* SPDX-License-Identifier: BSD-2-Clause */
/* What hv-config says of the machine as a whole: switches, watchdog, hardware errors. */
#include "hv/config/parse.h"
#include "protocol/names.h"

#include <inttypes.h>

static void parse_error_config(struct parse *p, int node)
{
	static const char *const domains[] = { "ccf", "ccm", "cpc", "ddr", "pamu", "misc" };
	static const char *const policies[] = {
		[PLAN_ERROR_NOTIFY] = "notify",
		[PLAN_ERROR_DISABLE] = "disable",
		[PLAN_ERROR_HALT] = "halt",
		[PLAN_ERROR_RESET] = "system-reset",
	};
	enum { THRESHOLD_DEFAULT = 8, THRESHOLD_MOST = 0xff };
	struct plan *plan = p->plan;
	uint32_t threshold = THRESHOLD_DEFAULT;
	const int domain = tree_choice(p, node, PROP_CFG_DOMAIN, domains, 6);
	const int policy = tree_choice(p, node, PROP_CFG_POLICY, policies, 4);
	const char *error = tree_string(p->cfg, node, PROP_CFG_ERROR);

	if (domain == TREE_ABSENT || policy == TREE_ABSENT || !error)
		report_error(p, node, NULL,
			     "has no " PROP_CFG_DOMAIN ", " PROP_CFG_ERROR " or " PROP_CFG_POLICY
			     "\nwrite all three, such as domain = \"ddr\"; policy = \"halt\"");
	if (tree_u32(p, node, PROP_CFG_THRESHOLD, &threshold) == 0 && threshold > THRESHOLD_MOST)
		report_error(p, node, PROP_CFG_THRESHOLD,
			     "%" PRIu32 " is out of range\nuse 0 to %d", threshold, THRESHOLD_MOST);
	if (domain < 0 || policy < 0 || !error)
		return;
	if (plan->num_error_configs == PLAN_MAX_ERROR_CONFIGS) {
		report_full(p, node, "error-configs", PLAN_MAX_ERROR_CONFIGS);
		return;
	}
	plan->error_configs[plan->num_error_configs++] = (struct plan_error_config){
		.domain = domains[domain],
		.error = error,
		.policy = (enum plan_error_policy)policy,
		.threshold = (uint8_t)threshold,
		.node = node,
	};
}

void machine_parse(struct parse *p)
{
	struct plan *plan = p->plan;
	int depth = 0;

	plan->legacy_interrupts = tree_switch(p, p->hv_config, PROP_CFG_LEGACY_INTERRUPTS);
	plan->sysreset_on_partition_stop = tree_switch(p, p->hv_config, PROP_CFG_SYSRESET);
	plan->watchdog_period = tree_period(p, p->hv_config, PROP_CFG_WATCHDOG_ENABLE);
	for (int node = node_next(p->cfg, p->hv_config, &depth, NODE_ERROR_CONFIG); node >= 0;
	     node = node_next(p->cfg, node, &depth, NODE_ERROR_CONFIG))
		parse_error_config(p, node);
}

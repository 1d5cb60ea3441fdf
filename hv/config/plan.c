/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/config/parse.h"
#include "protocol/names.h"

#include <inttypes.h>
#include <string.h>

uint64_t plan_gpa_to_tpa(const struct plan *plan, unsigned int part, uint64_t gpa,
			 uint64_t *contiguous)
{
	const struct plan_partition *partition = &plan->partitions[part];
	const struct plan_gpma *gpma = &plan->gpmas[partition->first_gpma];

	for (unsigned int i = 0; i < partition->num_gpmas; i++, gpma++) {
		const struct plan_pma *pma = &plan->pmas[gpma->pma];

		if (gpa >= gpma->gpa && gpa - gpma->gpa < pma->size) {
			*contiguous = pma->size - (gpa - gpma->gpa);
			return pma->tpa + (gpa - gpma->gpa);
		}
	}
	*contiguous = 0;
	return UINT64_MAX;
}

/* Returns false when there is not exactly one. */
static bool find_hv_config(struct parse *p)
{
	int depth = 0;

	p->hv_config = node_next(p->cfg, 0, &depth, NODE_HV_CONFIG);
	if (p->hv_config < 0) {
		report_error(p, 0, NULL,
			     "has no hv-config: this is no configuration tree\n"
			     "add { compatible = \"hv-config\"; ... }, or check config-addr");
		return false;
	}
	const int second = node_next(p->cfg, p->hv_config, &depth, NODE_HV_CONFIG);
	if (second >= 0)
		report_error(p, second, NULL, "is the second hv-config\njoin the two");
	return second < 0;
}

static void parse_watchdog(struct parse *p)
{
	static const char property[] = "watchdog-enable";
	uint32_t period;

	if (tree_u32(p, p->hv_config, property, &period) != 0)
		return;
	if (period > 63)
		report_error(p, p->hv_config, property,
			     "period %" PRIu32 " is out of range\nuse 0 to 63", period);
	else
		report_warning(p, p->hv_config, property,
			       "is not supported by this version\nit has no effect");
}

static void parse_hv_config(struct parse *p)
{
	p->plan->legacy_interrupts = tree_switch(p, p->hv_config, PROP_CFG_LEGACY_INTERRUPTS);
	p->plan->sysreset_on_partition_stop = tree_switch(p, p->hv_config, PROP_CFG_SYSRESET);
	parse_watchdog(p);
}

unsigned int plan_parse(struct plan *plan, const struct plan_input *in,
			const struct plan_report *report)
{
	struct parse parse = {
		.plan = plan,
		.in = in,
		.report = report,
		.cfg = in->cfg_fdt,
		.hw = in->hw_fdt,
		.hv_pma = PLAN_NONE,
	};
	struct parse *p = &parse;

	memset(plan, 0, sizeof(*plan));
	plan->stdout_channel = PLAN_NONE;
	hardware_parse(p);
	/* Without cells, RAM or cores there is nothing to measure the rest against. */
	if (p->errors || !find_hv_config(p))
		return p->errors;
	nodes_check(p);
	parse_hv_config(p);
	memory_parse_areas(p);
	partitions_parse(p);
	memory_parse_guests(p);
	devices_parse(p);
	channels_parse(p);
	doorbells_parse(p);
	wiring_parse(p);
	references_check(p);
	images_parse(p);
	partitions_check_entry(p);
	return p->errors;
}

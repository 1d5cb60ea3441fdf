/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/config/parse.h"

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

const struct plan_irq *plan_find_irq(const struct plan *plan, unsigned int part, uint32_t source)
{
	const struct plan_irq *irq = &plan->irqs[plan->partitions[part].first_irq];

	for (unsigned int i = 0; i < plan->partitions[part].num_irqs; i++, irq++) {
		if (irq->source == source)
			return irq;
	}
	return NULL;
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
	machine_parse(p);
	memory_parse_areas(p);
	partitions_parse(p);
	memory_parse_guests(p);
	devices_parse(p);
	channels_parse(p);
	stubs_parse(p);
	doorbells_parse(p);
	managed_parse(p);
	handles_number(p);
	wiring_parse(p);
	references_check(p);
	images_parse(p);
	entry_check(p);
	windows_check(p);
	if (p->errors == 0)
		notes_report(p);
	return p->errors;
}

/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/partition/memory.h"

#include <string.h>

#include "hv/booke/tlb.h"

static void clear(const struct plan_pma *pma)
{
	uint64_t tpa = pma->tpa;
	uint64_t left = pma->size;

	while (left) {
		size_t n;
		char *p = tlb_window(0, tpa, &n);

		if (n > left)
			n = (size_t)left;
		memset(p, 0, n);
		tpa += n;
		left -= n;
	}
}

void memory_clear_areas(void)
{
	for (unsigned int i = 0; i < plan.num_pmas; i++)
		if (plan.pmas[i].zero)
			clear(&plan.pmas[i]);
}

static bool is_shared(unsigned int pma)
{
	unsigned int users = 0;

	for (unsigned int i = 0; i < plan.num_gpmas; i++)
		users += plan.gpmas[i].pma == pma;
	return users > 1;
}

void memory_clear_partition(const struct partition *partition)
{
	const struct plan_partition *pp = partition->plan;

	for (unsigned int i = 0; i < pp->num_gpmas; i++) {
		unsigned int pma = plan.gpmas[pp->first_gpma + i].pma;

		if (!is_shared(pma))
			clear(&plan.pmas[pma]);
	}
}

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

/* How many guest-phys-mem-areas lead to it. */
static unsigned int users(unsigned int pma)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < plan.num_gpmas; i++)
		n += plan.gpmas[i].pma == pma;
	return n;
}

void memory_clear_areas(void)
{
	for (unsigned int i = 0; i < plan.num_pmas; i++)
		if (plan.pmas[i].zero && users(i) != 1)
			clear(&plan.pmas[i]);
}

void memory_clear_partition(const struct partition *partition, bool first)
{
	const struct plan_partition *pp = partition->plan;

	for (unsigned int i = 0; i < pp->num_gpmas; i++) {
		unsigned int pma = plan.gpmas[pp->first_gpma + i].pma;

		if (users(pma) == 1 && (plan.pmas[pma].zero || !first))
			clear(&plan.pmas[pma]);
	}
}

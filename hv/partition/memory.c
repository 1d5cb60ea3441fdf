/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/partition/memory.h"

#include <string.h>

#include "hv/booke/tlb.h"

/* Bytes that dcbz clears: tried out, because cores and their settings differ. */
static size_t block_size(void)
{
	uint8_t probe[512];
	uint8_t *p = (uint8_t *)(((uintptr_t)probe + 255) & ~(uintptr_t)255);
	size_t n = 0;

	memset(p, 0xff, 256);
	__asm__ volatile("dcbz 0, %0" : : "r"(p) : "memory");
	while (n < 256 && !p[n])
		n++;
	return n;
}

static void clear(const struct plan_pma *pma)
{
	uint64_t tpa = pma->tpa;
	uint64_t left = pma->size;
	size_t block = block_size();

	while (left) {
		size_t n;
		char *p = tlb_window(0, tpa, &n);

		if (n > left)
			n = (size_t)left;
		for (char *end = p + n; p < end; p += block)
			__asm__ volatile("dcbz 0, %0" : : "r"(p) : "memory");
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

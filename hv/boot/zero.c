/* SPDX-License-Identifier: BSD-2-Clause */
#include <string.h>

#include "hv/booke/tlb.h"
#include "hv/boot/boot.h"

static void zero(uint64_t tpa, uint64_t size)
{
	while (size) {
		size_t n;
		char *p = tlb_window(0, tpa, &n);

		if (n > size)
			n = (size_t)size;
		memset(p, 0, n);
		tpa += n;
		size -= n;
	}
}

void boot_zero_memory(const struct plan *plan)
{
	for (unsigned int i = 0; i < plan->num_pmas; i++)
		if (plan->pmas[i].zero)
			zero(plan->pmas[i].tpa, plan->pmas[i].size);
}

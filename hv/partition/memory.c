/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/partition/memory.h"

#include <string.h>

#include "hv/booke/cache.h"
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

static bool is_shared(const struct plan_pma *pma)
{
	return pma->users & (pma->users - 1);
}

/* The first start loads images, and can clear before it does. */
static bool loads_at_boot(const struct plan_partition *pp)
{
	return !pp->no_auto_start && pp->num_images;
}

void memory_clear_areas(void)
{
	for (unsigned int i = 0; i < plan.num_pmas; i++) {
		const struct plan_pma *pma = &plan.pmas[i];

		if (pma->zero && (!pma->users || is_shared(pma) ||
				  !loads_at_boot(&plan.partitions[__builtin_ctz(pma->users)])))
			clear(pma);
	}
}

void memory_clear_partition(const struct partition *partition, bool first)
{
	const struct plan_partition *pp = partition->plan;

	for (unsigned int i = 0; i < pp->num_gpmas; i++) {
		const struct plan_pma *pma = &plan.pmas[plan.gpmas[pp->first_gpma + i].pma];

		if (!is_shared(pma) && (!first || (pma->zero && loads_at_boot(pp))))
			clear(pma);
	}
}

bool memory_has(const struct partition *partition, uint64_t gpa, uint64_t size)
{
	uint64_t n;

	for (; size; gpa += n, size -= n) {
		if (plan_gpa_to_tpa(&plan, partition->index, gpa, &n) == UINT64_MAX)
			return false;
		if (n > size)
			n = size;
	}
	return true;
}

size_t memory_access(const struct partition *partition, uint64_t gpa, enum memory_access access,
		     void *buf, size_t len)
{
	size_t done = 0, n;

	for (; done < len; done += n) {
		uint64_t left, tpa = plan_gpa_to_tpa(&plan, partition->index, gpa + done, &left);
		char *p, *b = (char *)buf + done;

		if (tpa == UINT64_MAX)
			break;
		p = tlb_window(1, tpa, &n);
		if (n > left)
			n = (size_t)left;
		if (n > len - done)
			n = len - done;
		if (access == MEMORY_READ) {
			memcpy(b, p, n);
			continue;
		}
		if (access == MEMORY_WRITE)
			memcpy(p, b, n);
		else
			memset(p, 0, n);
		cache_sync_code(p, n);
	}
	return done;
}

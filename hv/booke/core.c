/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/booke/core.h"

#include "hv/booke/spr.h"
#include "hv/booke/trap.h"

struct core *cores[CORE_MAX];

extern const char trap_vectors[];

enum { VECTOR_SIZE = 0x40 };

void core_init(void)
{
	uint32_t base = (uint32_t)trap_vectors;

	mtspr(SPR_IVPR, base & 0xffff0000);
	base &= 0xffff;
#define IVOR(n, spr) mtspr(spr, base + (n)*VECTOR_SIZE)
	IVOR(0, SPR_IVOR0);
	IVOR(1, SPR_IVOR0 + 1);
	IVOR(2, SPR_IVOR0 + 2);
	IVOR(3, SPR_IVOR0 + 3);
	IVOR(4, SPR_IVOR0 + 4);
	IVOR(5, SPR_IVOR0 + 5);
	IVOR(6, SPR_IVOR0 + 6);
	IVOR(7, SPR_IVOR0 + 7);
	IVOR(8, SPR_IVOR0 + 8);
	IVOR(9, SPR_IVOR0 + 9);
	IVOR(10, SPR_IVOR0 + 10);
	IVOR(11, SPR_IVOR0 + 11);
	IVOR(12, SPR_IVOR0 + 12);
	IVOR(13, SPR_IVOR0 + 13);
	IVOR(14, SPR_IVOR0 + 14);
	IVOR(15, SPR_IVOR0 + 15);
	IVOR(35, SPR_IVOR35);
	IVOR(36, SPR_IVOR36);
	IVOR(37, SPR_IVOR37);
#undef IVOR
	this_core->trace = this_core->traces;
	this_core->from_guest = trap_from_guest;
	mtspr(SPR_TCR, 0);
	mtspr(SPR_TSR, 0xffffffff);
	mtspr(SPR_DBCR0, 0);
	mtspr(SPR_DBSR, 0xffffffff);
	mtmsr(MSR_CE | MSR_ME);
}

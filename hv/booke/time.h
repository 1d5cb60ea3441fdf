/* SPDX-License-Identifier: BSD-2-Clause */
/* The time base: 64 bits at plan.timebase_hz. */
#ifndef HV_BOOKE_TIME_H
#define HV_BOOKE_TIME_H

#include <stdint.h>

#include "hv/booke/spr.h"

static inline uint32_t time_low(void)
{
	return mfspr(SPR_TBL_USER);
}

static inline uint64_t time_now(void)
{
	uint32_t high, low;

	do {
		high = mfspr(SPR_TBU_USER);
		low = mfspr(SPR_TBL_USER);
	} while (high != mfspr(SPR_TBU_USER));
	return (uint64_t)high << 32 | low;
}

#endif

/* SPDX-License-Identifier: BSD-2-Clause */
#include "hv/drivers/guts.h"

#include <stddef.h>

#include "hv/booke/io.h"
#include "hv/booke/tlb.h"
#include "hv/console/panic.h"

enum { RSTCR_RESET_REQUEST = 0x2 };

static volatile void *rstcr; /* constant after boot */

void guts_init(uint64_t tpa)
{
	if (!tpa)
		return;
	rstcr = tlb_map_io(tpa, 4);
	if (!rstcr)
		panic("no room to map the reset register");
}

bool guts_reset(void)
{
	if (!rstcr)
		return false;
	out32(rstcr, RSTCR_RESET_REQUEST);
	panic_stop();
}
